"""The Tenant API's three lists of events: the plain one, one's own, and discovery."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Api
from tests.makers import make_channel, make_rsvp
from tests.tenant_cast import EVENTS, Cast, make_cast, make_member, said, soon, titles

LISTS = (EVENTS, f"{EVENTS}/my-events", f"{EVENTS}/browse")


@pytest.fixture
def cast(db: None) -> Cast:
    """Who calls."""
    return make_cast()


def _timeline(cast: Cast) -> None:
    """One event of each status, by what it is called."""
    cast.event(title="next week", start_time=soon(days=7))
    cast.event(title="tomorrow", start_time=soon(days=1))
    cast.event(title="on now", start_time=soon(hours=-1), end_time=soon(hours=1))
    cast.event(title="yesterday", start_time=soon(days=-1))
    cast.event(title="last week", start_time=soon(days=-7))


# --- Slices -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", LISTS)
def test_slices(api: Api, cast: Cast, path: str) -> None:
    """limit and offset walk through every row once; total and has_more are always true."""
    for number in range(5):
        event = cast.event(title=f"Event {number}", start_time=soon(days=1 + number))
        make_rsvp(event, user=cast.creator.user)
    names = [f"Event {number}" for number in range(5)]
    for offset, limit in ((0, 2), (2, 2), (4, 2), (3, 2), (0, 5), (5, 5), (400, 1), (0, 100)):
        body = said(api.get(path, cast.creator.key, offset=offset, limit=limit), 200)
        block = {name: body[name] for name in ("total", "offset", "limit", "has_more")}
        assert block == {
            "total": 5,
            "offset": offset,
            "limit": limit,
            "has_more": offset + limit < 5,
        }
        assert [each["title"] for each in body["events"]] == names[offset : offset + limit]


@pytest.mark.parametrize(("path", "limit"), list(zip(LISTS, (50, 20, 20), strict=True)))
def test_default_slices(api: Api, cast: Cast, path: str, limit: int) -> None:
    """As the reference says: 50, 20 and 20 from the start."""
    body = said(api.get(path, cast.creator.key), 200)
    assert body == {"total": 0, "offset": 0, "limit": limit, "has_more": False, "events": []}


@pytest.mark.once
@pytest.mark.parametrize(
    ("path", "bad"),
    [
        *[
            (path, {"limit": bad})
            for path in LISTS
            for bad in ("0", "101", "-1", "x", "1.5", "9e9")
        ],
        *[(path, {"offset": bad}) for path in LISTS for bad in ("-1", "x", "99999999999", "")],
        (EVENTS, {"filter_type": "now"}),
        (EVENTS, {"filter_type": "UPCOMING"}),
        (EVENTS, {"group_id": "x"}),
        (EVENTS, {"group_id": "\0"}),
        (f"{EVENTS}/my-events", {"upcoming_only": "maybe"}),
        (f"{EVENTS}/my-events", {"status_filter": "yes"}),
        (f"{EVENTS}/browse", {"event_type": "online"}),
        (f"{EVENTS}/browse", {"group_id": "1"}),
        (f"{EVENTS}/browse", {"sort_by": "title"}),
        (f"{EVENTS}/browse", {"sort_by": "-start_time"}),
        (f"{EVENTS}/browse", {"sort_order": "down"}),
    ],
)
def test_bad_parameters(api: Api, cast: Cast, path: str, bad: dict[str, str]) -> None:
    """400 naming the parameter."""
    body = said(api.get(path, cast.creator.key, **bad), 400)
    assert (body["code"], body["errors"].keys()) == ("invalid", bad.keys())


# --- The plain list ---------------------------------------------------------------------------


def test_filter_type(api: Api, cast: Cast) -> None:
    """upcoming may still be gone to; past is over, latest first; my_events are one's creations."""
    _timeline(cast)
    cast.event(cast.colleague, title="Colin's", start_time=soon(days=2))
    key = cast.creator.key
    every = ["last week", "yesterday", "on now", "tomorrow", "Colin's", "next week"]
    assert titles(api.get(EVENTS, key)) == every
    assert titles(api.get(EVENTS, key, filter_type="upcoming")) == every[2:]
    assert titles(api.get(EVENTS, key, filter_type="past")) == ["yesterday", "last week"]
    mine = [title for title in every if title != "Colin's"]
    assert titles(api.get(EVENTS, key, filter_type="my_events")) == mine
    assert titles(api.get(EVENTS, cast.colleague.key, filter_type="my_events")) == ["Colin's"]


def test_events_at_the_same_moment(api: Api, cast: Cast) -> None:
    """Ties keep one order, so that slices neither repeat nor skip."""
    start = soon(days=3)
    for number in range(7):
        cast.event(title=f"{number}", start_time=start)
    key, every = cast.creator.key, [f"{number}" for number in range(7)]

    def walked(kind: str) -> list[str]:
        path = f"{EVENTS}?filter_type={kind}&limit=2&offset="
        return sorted(
            t for offset in range(0, 8, 2) for t in titles(api.get(f"{path}{offset}", key))
        )

    assert walked("") == walked("upcoming") == walked("my_events") == every
    for event in said(api.get(EVENTS, key), 200)["events"]:
        api.delete(f"{EVENTS}/{event['id']}", key)
    assert walked("past") == every
    ids = [event["id"] for event in said(api.get(EVENTS, key), 200)["events"]]
    assert ids == sorted(ids)
    past = said(api.get(EVENTS, key, filter_type="past"), 200)["events"]
    assert [event["id"] for event in past] == ids[::-1]


def test_group_id(api: Api, cast: Cast) -> None:
    """Only events of that group; together with filter_type both count."""
    club = make_channel("Club", tenant=cast.tenant)
    cast.event(title="In", channel_id=club.pk)
    cast.event(title="Over", channel_id=club.pk, start_time=soon(days=-2))
    cast.event(title="Elsewhere")
    key = cast.colleague.key
    assert titles(api.get(EVENTS, key, group_id=club.pk)) == ["Over", "In"]
    upcoming = api.get(EVENTS, key, group_id=club.pk, filter_type="upcoming")
    assert titles(upcoming) == ["In"]
    assert titles(api.get(f"{EVENTS}/browse", key, group_id=club.pk)) == ["In"]


def test_private_events_in_lists(api: Api, cast: Cast) -> None:
    """The creator's own and the organizers' lists hold them; nobody else's, nor browse."""
    cast.event(title="Quiet", is_private=True)
    holders = {"creator": ["Quiet"], "organizer": ["Quiet"], "colleague": [], "publishable": []}
    for who, expected in holders.items():
        key = cast.keys[who]
        assert titles(api.get(EVENTS, key)) == expected
        assert said(api.get(EVENTS, key), 200)["total"] == len(expected)
        assert titles(api.get(f"{EVENTS}/browse", key)) == []


# --- My events --------------------------------------------------------------------------------


def test_my_events_are_the_ones_i_answered(api: Api, cast: Cast) -> None:
    """Not those I made, and not those others answered; private ones too."""
    cast.event(title="Made, not answered")
    theirs = cast.event(title="Colin goes")
    make_rsvp(theirs, user=cast.colleague.user)
    for title, private in {"A": False, "B": True}.items():
        start = soon(days=2 if private else 1)
        event = cast.event(cast.organizer, title=title, start_time=start, is_private=private)
        make_rsvp(event, user=cast.creator.user)
    body = said(api.get(f"{EVENTS}/my-events", cast.creator.key), 200)
    assert [each["title"] for each in body["events"]] == ["A", "B"]
    assert body["total"] == 2


def test_upcoming_only(api: Api, cast: Cast) -> None:
    """True unless said otherwise; what is going on now is not over yet."""
    _timeline(cast)
    for event in said(api.get(EVENTS, cast.creator.key), 200)["events"]:
        row = cast.event(title=f"re {event['title']}", start_time=event["start_time"])
        make_rsvp(row, user=cast.colleague.user, force=True)
    key, path = cast.colleague.key, f"{EVENTS}/my-events"
    later = ["re on now", "re tomorrow", "re next week"]
    assert titles(api.get(path, key)) == later
    assert titles(api.get(path, key, upcoming_only="true")) == later
    every = ["re last week", "re yesterday", *later]
    assert titles(api.get(path, key, upcoming_only="false")) == every


def test_status_filter_is_about_my_own_answer(api: Api, cast: Cast) -> None:
    """Somebody else's different answer to the same event, stored first, does not count."""
    answers = {"A": "going", "B": "interested", "C": "not_going"}
    for title, mine in answers.items():
        event = cast.event(title=title)
        for theirs in ("going", "interested", "not_going"):
            if theirs != mine:
                make_rsvp(event, user=make_member(cast.tenant).user, attendance=theirs)
        make_rsvp(event, user=cast.colleague.user, attendance=mine)
    for title, mine in answers.items():
        response = api.get(f"{EVENTS}/my-events", cast.colleague.key, status_filter=mine)
        assert (titles(response), response.json()["total"]) == ([title], 1)


# --- Discovery --------------------------------------------------------------------------------


def test_browse_shows_what_is_yet_to_begin(api: Api, cast: Cast) -> None:
    """Scheduled and public; not begun, over, cancelled or private."""
    _timeline(cast)
    cast.event(title="quiet", is_private=True)
    off = cast.event(title="off")
    api.delete(f"{EVENTS}/{off.id}", cast.creator.key)
    for who in ("creator", "colleague", "organizer", "publishable"):
        assert titles(api.get(f"{EVENTS}/browse", cast.keys[who])) == ["tomorrow", "next week"]


def test_browse_by_type(api: Api, cast: Cast) -> None:
    """event_type filters."""
    for kind in ("virtual", "in_person", "hybrid"):
        cast.event(title=kind, format=kind)
    for kind in ("virtual", "in_person", "hybrid"):
        assert titles(api.get(f"{EVENTS}/browse", cast.colleague.key, event_type=kind)) == [kind]


def test_browse_by_start(api: Api, cast: Cast) -> None:
    """Soonest first unless desc."""
    for days in (3, 1, 2):
        cast.event(title=f"{days}", start_time=soon(days=days))
    path, key = f"{EVENTS}/browse", cast.colleague.key
    assert titles(api.get(path, key)) == ["1", "2", "3"]
    assert titles(api.get(path, key, sort_by="start_time", sort_order="desc")) == ["3", "2", "1"]


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_browse_by_attendees(api: Api, cast: Cast, order: str) -> None:
    """attendee_count counts approved going answers, not their guests; ties are stable across
    pages."""
    for going in (2, 0, 1, 0, 2, 1, 0):
        event = cast.event(title=f"{going} go", start_time=soon(days=5))
        for _ in range(going):
            make_rsvp(event, guest_count=4 if going == 1 else 0)
        make_rsvp(event, attendance="interested")
        make_rsvp(event, attendance="not_going")
    query: dict[str, Any] = {"sort_by": "attendee_count", "sort_order": order}
    pages = [
        said(api.get(f"{EVENTS}/browse", cast.creator.key, limit=2, offset=offset, **query), 200)
        for offset in (0, 2, 4, 6)
    ]
    events = [event for page in pages for event in page["events"]]
    expected = [0, 0, 0, 1, 1, 2, 2]
    assert [each["attendee_count"] for each in events] == (
        expected if order == "asc" else expected[::-1]
    )
    by_count_and_id = sorted(events, key=lambda each: (each["attendee_count"], each["id"]))
    assert events == (by_count_and_id if order == "asc" else by_count_and_id[::-1])
    assert len({each["id"] for each in events}) == 7
    whole = said(api.get(f"{EVENTS}/browse", cast.creator.key, **query), 200)["events"]
    assert whole == events

"""Querying events in the Social API: every filter, sort and spelling, and what is refused."""

from __future__ import annotations

import unicodedata
from typing import Any
from uuid import uuid4

import pytest

from events.domain.lifecycle import cancel_event
from events.models import Event
from tests.conftest import Api, Clock
from tests.makers import make_channel, make_rsvp
from tests.social_cast import Social, make_social, paths, refused
from tests.tenant_cast import said, soon, titles
from tests.wording import in_words


@pytest.fixture
def social(api: Api, clock: Clock) -> Social:
    """Who calls, on the first of May 2030 at noon."""
    return make_social(api)


@pytest.fixture
def events(social: Social) -> None:
    """Events that each filter tells apart."""
    made: dict[str, dict[str, Any]] = {
        "Past": {"start_time": "2030-04-01T18:00Z", "end_time": "2030-04-01T20:00Z"},
        "Open": {"start_time": "2030-05-01T10:00Z", "tags": ["jazz"]},
        "Now": {
            "start_time": "2030-05-01T11:00Z",
            "end_time": "2030-05-01T14:00Z",
            "tags": ["food, drink"],
        },
        "Soon": {"start_time": "2030-05-02T12:00Z", "format": "virtual", "tags": ["jazz", "pop"]},
        "Off": {"start_time": "2030-05-03T12:00Z", "tags": ["žluťoučký"]},
        "Late": {"start_time": "2030-06-01T12:00Z", "format": "hybrid", "tags": ["hip hop", "Pop"]},
    }
    for title, values in made.items():
        social.event(title=title, **values)
    cancel_event(event_id=Event.objects.get(title="Off").pk)


ALL = ["Past", "Open", "Now", "Soon", "Off", "Late"]


def found(social: Social, query: dict[str, Any], who: str = "colleague") -> list[str]:
    """The titles of what a query finds, in its order."""
    return titles(social.get("events", who, query))


# --- Filters ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ALL),
        ({"status": "scheduled"}, ["Soon", "Late"]),
        ({"status": "live"}, ["Open", "Now"]),
        ({"status": "ended"}, ["Past"]),
        ({"status": "cancelled"}, ["Off"]),
        ({"type": "virtual"}, ["Soon"]),
        ({"type": "in_person"}, ["Past", "Open", "Now", "Off", "Late"]),
        ({"originType": "community"}, ALL),
        ({"tags": "jazz"}, ["Open", "Soon"]),
        ({"tags": "pop"}, ["Soon"]),
        ({"tags": "jaz"}, []),
        ({"tags": "j%"}, []),
        ({"tags": "hip hop"}, ["Late"]),
        ({"tags": ["jazz", "Pop"]}, ["Open", "Soon", "Late"]),
        ({"tags": "jazz,Pop"}, ["Open", "Soon", "Late"]),
        ({"tags": [" jazz , ,", "Pop"]}, ["Open", "Soon", "Late"]),
        ({"tags[]": ["jazz", "Pop"]}, ["Open", "Soon", "Late"]),
        ({"tags": "jazz", "tags[]": "jazz"}, ["Open", "Soon"]),
        ({"tags": "žluťoučký"}, ["Off"]),
        ({"tags": unicodedata.normalize("NFD", "žluťoučký")}, ["Off"]),
        ({"tags": "zlutoucky"}, []),
        ({"tags": ""}, ALL),
        ({"tags": "food, drink"}, ["Now"]),
        ({"tags[]": [" food, drink ", "Pop"]}, ["Now", "Late"]),
        ({"tags": "food,drink"}, []),
        ({"tags": "food"}, []),
        ({"tags": "a tag of one's own, the longest,Pop"}, ["Late"]),
        ({"startTimeFrom": "2030-05-01T11:00:00Z"}, ["Now", "Soon", "Off", "Late"]),
        ({"startTimeTo": "2030-05-01T11:00:00Z"}, ["Past", "Open", "Now"]),
        ({"startTime[gte]": "2030-05-01T11:00:00Z"}, ["Now", "Soon", "Off", "Late"]),
        ({"startTime[lte]": "2030-05-01T11:00:00Z"}, ["Past", "Open", "Now"]),
        ({"startTimeFrom": "2030-05-01T10:30Z", "startTime[lte]": "2030-05-02"}, ["Now"]),
        ({"startTimeFrom": "2030-05-02T14:00:00+02:00"}, ["Soon", "Off", "Late"]),
        ({"startTimeFrom": "2030-05-02T14:00:01+02:00"}, ["Off", "Late"]),
        ({"startTimeFrom": "2030-05-02T12:00:00"}, ["Soon", "Off", "Late"]),
        ({"startTimeFrom": "2030-05-02T12:00Z", "startTimeTo": "2030-05-02T12:00Z"}, ["Soon"]),
        ({"status": "live", "type": "in_person", "tags": "jazz"}, ["Open"]),
        ({"status": "ended", "tags": "jazz"}, []),
        ({"unknown": "parameter", "options[more]": "1"}, ALL),
        ({"status": ["ended", "live"]}, ["Open", "Now"]),
    ],
)
def test_filters(social: Social, events: None, query: dict[str, Any], expected: list[str]) -> None:
    """Each alone and together; of a parameter sent twice the last counts, of tags any one."""
    assert found(social, query) == expected


def test_statuses_follow_the_clock(social: Social, events: None, clock: Clock) -> None:
    """An event ends when it says, or three hours after its start; the body agrees."""
    expected = {
        (12, 59): ["Open", "Now"],
        (13, 0): ["Now"],
        (13, 59): ["Now"],
        (14, 0): [],
    }
    for time, live in expected.items():
        clock.set(2030, 5, 1, *time)
        body = said(social.get("events", status="live"), 200)
        assert [each["title"] for each in body["events"]] == live
        assert {each["status"] for each in body["events"]} == ({"live"} if live else set())
    assert found(social, {"status": "ended"}) == ["Past", "Open", "Now"]


def test_one_community(social: Social) -> None:
    """originId finds a community's events; an open one's are found too, no other tenant's."""
    opened = make_channel("Open")
    social.event(title="In", channel_id=social.channel.pk)
    social.event(title="Out")
    social.event(title="Wide", channel_id=opened.pk)
    social.cast.event(social.cast.outsider, title="Theirs", channel_id=opened.pk)
    assert found(social, {"originId": social.channel.pk}) == ["In"]
    assert found(social, {"originId": opened.pk, "originType": "community"}) == ["Wide"]
    assert found(social, {"originId": uuid4()}) == []


# --- Whose ------------------------------------------------------------------------------------


def test_events_by_their_creator(social: Social) -> None:
    """One's own, private ones too; anybody's for an admin; nobody else's."""
    cast = social.cast
    social.event(title="Mine")
    social.event(title="Mine, private", is_private=True, start_time=soon(days=9))
    cast.event(cast.colleague, title="Colin's")
    both = ["Mine", "Mine, private"]
    for who in ("creator", "organizer", "superuser", "reads"):
        assert found(social, {"userId": cast.creator.id}, who) == both
    for who in ("organizer", "superuser"):
        assert found(social, {"userId": uuid4()}, who) == []
        assert found(social, {"userId": cast.outsider.id}, who) == []
    denied = [
        social.get("events", who, userId=user_id)
        for who in ("colleague", "publishable")
        for user_id in (cast.creator.id, cast.outsider.id, uuid4())
    ]
    assert {response.content for response in denied} == {denied[0].content}
    assert said(denied[0], 403) == refused("events_of_others", "not_allowed")


def test_events_one_answered(social: Social) -> None:
    """Whatever the answer was, and private ones whose id one knew; never another tenant's."""
    cast, user = social.cast, social.cast.colleague.user
    for day, (title, values) in enumerate(
        {
            "Going": {},
            "Not going": {"attendance": "not_going"},
            "Waiting": {"approval_required": True},
            "Private": {"is_private": True},
        }.items()
    ):
        answer = {"attendance": values.pop("attendance", "going")}
        event = social.event(title=title, start_time=soon(days=day + 1), **values)
        make_rsvp(event, user=user, **answer)
        make_rsvp(event, user=cast.creator.user)
    social.event(title="Unanswered")
    foreign = cast.event(cast.outsider, title="Theirs")
    make_rsvp(foreign, user=user)
    answered = ["Going", "Not going", "Waiting", "Private"]
    query = {"userId": user.pk, "onlyAttendee": "true"}
    for who in ("colleague", "organizer", "superuser"):
        assert found(social, query, who) == answered
    assert found(social, query | {"status": "ended"}) == []
    assert found(social, query | {"onlyAttendee": "false"}) == []
    assert social.get("events", "creator", query).status_code == 403
    assert social.get("events", "publishable", query).status_code == 403


def test_only_attendee_needs_somebody(social: Social) -> None:
    """400 names the parameter; switched off it says nothing."""
    body = said(social.get("events", onlyAttendee="true"), 400)
    assert body["errors"] == {"onlyAttendee": [in_words("user_id_needed")]}
    assert found(social, {"onlyAttendee": "false"}) == []


# --- Order and size ---------------------------------------------------------------------------


def test_sorting(social: Social, events: None) -> None:
    """By start or by age, both ways; by start without asking."""
    by_age = ["Late", "Now", "Off", "Open", "Past", "Soon"]
    for hour, title in enumerate(by_age):
        Event.objects.filter(title=title).update(created_at=soon(hours=hour - 9))
    for query, expected in (
        ({"sortBy": "startTime", "orderBy": "asc"}, ALL),
        ({"orderBy": "desc"}, ALL[::-1]),
        ({"sortBy": "createdAt"}, by_age),
        ({"sortBy": "createdAt", "orderBy": "desc"}, by_age[::-1]),
    ):
        assert found(social, query) == expected
        assert found(social, query | {"options[limit]": 2}) == expected[:2]


def test_how_many(social: Social) -> None:
    """20 unless asked, 1 to 100."""
    row = social.event().stored
    for number in range(120):
        row.pk, row.slug, row._state.adding = uuid4(), f"e{number}", True
        row.save(force_insert=True)
    for query, count in (
        ({}, 20),
        ({"limit": 1}, 1),
        ({"limit": "100"}, 100),
        ({"options[limit]": 7}, 7),
        ({"limit": 7, "options[limit]": 7}, 7),
    ):
        assert len(found(social, query)) == count


# --- Refused ----------------------------------------------------------------------------------

_TOO_LONG = "x" * 25
BAD: list[tuple[dict[str, Any], str]] = [
    *[({"limit": bad}, "limit") for bad in ("0", "101", "-1", "x", "", "1.5", "9" * 30)],
    *[({"options[limit]": bad}, "options[limit]") for bad in ("0", "101", "x")],
    *[({"status": bad}, "status") for bad in ("", "over", "LIVE", "scheduled,live")],
    *[({"type": bad}, "type") for bad in ("", "hybrid", "online")],
    *[({"originType": bad}, "originType") for bad in ("", "user", "Community")],
    *[({"originId": bad}, "originId") for bad in ("", "x", "club", "\0")],
    *[({"userId": bad}, "userId") for bad in ("", "me", "1")],
    ({"onlyAttendee": "perhaps"}, "onlyAttendee"),
    *[({"sortBy": bad}, "sortBy") for bad in ("", "title", "start_time", "-startTime")],
    *[({"orderBy": bad}, "orderBy") for bad in ("", "ASC", "up")],
    *[({"startTimeFrom": bad}, "startTimeFrom") for bad in ("", "soon", "2030-13-01", "0")],
    ({"startTimeFrom": "1969-12-31T23:59:59Z"}, "startTimeFrom"),
    ({"startTimeTo": "2201-01-01T00:00:00Z"}, "startTimeTo"),
    ({"startTimeTo": "2030-01-01T00:00:00+15:00"}, "startTimeTo"),
    ({"startTime[gte]": "soon"}, "startTime[gte]"),
    ({"startTime[lte]": "2201-01-01T00:00:00Z"}, "startTime[lte]"),
    ({"startTimeFrom": "2030-02-01", "startTimeTo": "2030-01-01"}, "startTimeTo"),
    ({"startTime[gte]": "2030-02-01", "startTime[lte]": "2030-01-01"}, "startTime[lte]"),
    ({"startTimeFrom": "2030-02-01", "startTime[lte]": "2030-01-01"}, "startTime[lte]"),
    ({"tags": _TOO_LONG}, "tags"),
    ({"tags": ["a", "b", "c", "d", "e", "f"]}, "tags"),
    ({"tags": "a,b,c,d,e,f"}, "tags"),
    ({"tags[]": _TOO_LONG}, "tags[]"),
    ({"tags": "a\0b"}, "tags"),
    ({"tags[]": "\x1b"}, "tags[]"),
    ({"limit": 5, "options[limit]": 6}, "options[limit]"),
    ({"options[limit]": 5, "limit": 6}, "limit"),
    ({"startTimeFrom": "2030-02-01", "startTime[gte]": "2030-02-02"}, "startTime[gte]"),
    ({"startTime[lte]": "2030-02-01", "startTimeTo": "2030-02-02"}, "startTimeTo"),
    ({"tags": "a", "tags[]": ["a", "b"]}, "tags[]"),
    ({"token": "x", "options[token]": "y"}, "options[token]"),
    ({"token": "x"}, "token"),
    ({"options[token]": "x"}, "options[token]"),
    ({"token": "\0"}, "token"),
    ({"token": "ž.ž:ž"}, "token"),
]


@pytest.mark.once
@pytest.mark.parametrize(("query", "field"), BAD, ids=[str(n) for n in range(len(BAD))])
def test_bad_parameters(social: Social, query: dict[str, Any], field: str) -> None:
    """400 names the one that is wrong by the name it was sent by, and no other."""
    assert paths(social.get("events", "organizer", query)) == [field]


@pytest.mark.once
def test_a_contradiction_names_both(social: Social) -> None:
    """The later spelling is refused for what the earlier one said."""
    body = said(social.get("events", query={"limit": 5, "options[limit]": 6}), 400)
    assert body == {
        "detail": "options[limit]: This contradicts limit.",
        "code": "invalid",
        "errors": {"options[limit]": ["This contradicts limit."]},
        "status": "error",
        "message": "options[limit]: This contradicts limit.",
    }

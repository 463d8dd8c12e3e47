"""A community's events in the Communities API: list, cursor, detail, and what they keep quiet."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from events.domain.lifecycle import cancel_event
from events.models import Event
from rsvps.domain.event_changes import update_event
from tests.community_cast import Community, make_community
from tests.conftest import Api, Clock
from tests.makers import make_channel, make_image, make_rsvp, make_tier
from tests.tenant_cast import said
from tests.wording import in_words

HOST = "http://testserver"


@pytest.fixture
def club(api: Api, clock: Clock) -> Community:
    """A community, and a clock that stands still."""
    return make_community(api)


def names(response: Any) -> list[str]:
    """The names of a list's events, in its order."""
    assert response.status_code == 200, response.content
    body = response.json()
    return [event["name"] for event in (body["data"] if isinstance(body, dict) else body)]


def fill(club: Community, count: int) -> list[str]:
    """So many events, a day apart; their names by start."""
    for number in range(count):
        club.event(title=f"E{number}", start_time=f"2030-06-{number + 1:02}T10:00:00Z")
    return [f"E{number}" for number in range(count)]


# --- Bodies -----------------------------------------------------------------------------------


@pytest.mark.once
def test_a_full_event(club: Community) -> None:
    """Every documented field, and status; the same in the list and on its own."""
    cover = make_image(club.cast.tenant)
    event = club.event(
        title="Porto Meetup",
        description="*All* welcome",
        start_time="2030-06-01T18:00:00+02:00",
        end_time="2030-06-01T22:00:00+02:00",
        location="Rua 1",
        online_url="https://meet.example.org/x",
        format="hybrid",
        featured=True,
        cover_id=cover.pk,
    )
    tier = make_tier(event, name="Early", price_cents=1250, capacity=9, currency="JPY")
    make_tier(event, name="Off", is_active=False)
    body = {
        "id": str(event.id),
        "slug": "porto-meetup",
        "name": "Porto Meetup",
        "description": "*All* welcome",
        "startDate": "2030-06-01T16:00:00Z",
        "endDate": "2030-06-01T20:00:00Z",
        "location": {"address": "Rua 1", "virtualLink": "https://meet.example.org/x"},
        "bannerUrl": f"{HOST}/media/{cover.file.name}",
        "format": "hybrid",
        "status": "scheduled",
        "tiers": [
            {
                "id": str(tier.pk),
                "name": "Early",
                "priceCents": 1250,
                "currency": "JPY",
                "capacity": 9,
                "sold": 0,
                "isActive": True,
                "hasForm": False,
            }
        ],
        "featured": True,
        "waitlist": True,
        "hostName": "Cora",
        "hosts": ["Cora"],
        "series": None,
    }
    for key in ("secret", "publishable"):
        assert club.list(key).json() == [body]
        assert club.get(club.at(event), key).json() == body


def test_a_bare_event(club: Community) -> None:
    """null where nothing is known, an empty list where nothing is on sale."""
    event = club.event()
    assert club.get(club.at(event)).json() == {
        "id": str(event.id),
        "slug": "garden-party",
        "name": "Garden party",
        "description": None,
        "startDate": "2030-05-08T12:00:00Z",
        "endDate": None,
        "location": None,
        "bannerUrl": None,
        "format": "in_person",
        "status": "scheduled",
        "tiers": [],
        "featured": False,
        "waitlist": True,
        "hostName": "Cora",
        "hosts": ["Cora"],
        "series": None,
    }


@pytest.mark.once
@pytest.mark.parametrize(
    ("values", "format", "location"),
    [
        ({"location": "Here"}, "in_person", {"address": "Here", "virtualLink": None}),
        (
            {"format": "virtual", "online_url": "https://x.example"},
            "online",
            {"address": None, "virtualLink": "https://x.example"},
        ),
        ({"format": "hybrid"}, "hybrid", None),
    ],
)
def test_formats_and_places(
    club: Community, values: dict[str, Any], format: str, location: Any
) -> None:
    """The API's words, and what is known of the place."""
    body = said(club.get(club.at(club.event(**values))), 200)
    assert (body["format"], body["location"]) == (format, location)


@pytest.mark.once
def test_the_slug_stays(club: Community) -> None:
    """Through a new title; a namesake gets another."""
    event, namesake = club.event(title="Meetup"), club.event(title="Meetup")
    update_event(event=event.row, values={"title": "Something else"})
    assert event.row.slug == "meetup" != namesake.row.slug
    assert said(club.get(f"{club.path}/events/meetup"), 200)["name"] == "Something else"
    assert said(club.get(club.at(namesake)), 200)["id"] == str(namesake.id)


@pytest.mark.once
def test_status_follows_the_clock(club: Community, clock: Clock) -> None:
    """scheduled, live, ended; cancelled beats all, and the event stays listed."""
    event = club.event(start_time="2030-05-01T13:00:00Z")
    told = []
    for step in ({}, {"hours": 1}, {"hours": 3}):
        clock.advance(**step)
        told.append(said(club.get(club.at(event)), 200)["status"])
    cancel_event(event_id=event.id)
    (listed,) = club.list().json()
    assert [*told, listed["status"]] == ["scheduled", "live", "ended", "cancelled"]


# --- What is kept quiet -------------------------------------------------------------------------


@pytest.mark.parametrize("guard", ["approval_required", "hide_location"])
def test_a_guarded_place(club: Community, guard: str) -> None:
    """Null for every key, the creator's and an organizer's too: the answers go onto web sites."""
    event = club.event(
        location="Zwiebelgasse 7", online_url="https://meet.example.org/z", **{guard: True}
    )
    make_rsvp(event, user=club.cast.creator.user)
    for key in ("secret", "organizer", "publishable", "limited"):
        for response in (club.list(key), club.list(key, cursor=""), club.get(club.at(event), key)):
            assert response.status_code == 200
            assert b'"location":null' in response.content
            assert b"wiebel" not in response.content
            assert b"meet.example.org" not in response.content


def test_a_private_event(club: Community) -> None:
    """In no list, by no slug and by no tier; like one that does not exist."""
    event = club.event(title="Hidden supper", is_private=True, featured=True)
    tier = make_tier(event)
    for key in ("secret", "organizer", "publishable"):
        for query in ({}, {"cursor": ""}, {"featured": "true"}, {"upcoming": "true"}):
            assert names(club.list(key, **query)) == []
        for found, unknown in (
            (club.at(event), f"{club.path}/events/no-such"),
            (f"{club.at(event)}/tiers", f"{club.path}/events/no-such/tiers"),
            (f"{club.path}/tiers/{tier.pk}/form", f"{club.path}/tiers/{uuid4()}/form"),
            (
                f"{club.at(event)}/tiers/{tier.pk}/form",
                f"{club.path}/events/no-such/tiers/{tier.pk}/form",
            ),
        ):
            answers = [club.get(path, key) for path in (found, unknown)]
            assert [each.status_code for each in answers] == [404, 404]
            assert answers[0].content == answers[1].content
    assert event.row.slug == "hidden-supper"


def test_another_communitys_event(club: Community) -> None:
    """Neither listed nor found by slug, of the same tenant too."""
    other = make_channel("Elsewhere", tenant=club.cast.tenant)
    event = club.cast.event(channel_id=other.pk, title="Over there")
    club.cast.event(title="Nowhere")
    assert names(club.list()) == []
    response = club.get(f"{club.path}/events/{event.row.slug}")
    assert said(response, 404) == {"detail": in_words("event_not_found"), "code": "not_found"}


# --- The list by offset ---------------------------------------------------------------------------


def follow(club: Community, response: Any) -> Any:
    """The page the Link header leads to."""
    found = re.fullmatch(r'<([^>]+)>; rel="next"', response.headers["Link"])
    assert found
    assert found[1].startswith(f"{HOST}/api/v1/{club.path}/events?")
    return club.get(found[1])


def test_pages_by_offset(club: Community) -> None:
    """A bare array by start; Link and X-Next-Cursor lead on until the last page has neither."""
    expected = fill(club, 5)
    page = club.list(limit=2)
    seen = names(page)
    by_cursor = names(club.list(limit=3, cursor=page.headers["X-Next-Cursor"]))
    while "Link" in page.headers:
        assert "X-Next-Cursor" in page.headers
        page = follow(club, page)
        seen += names(page)
    assert seen == expected
    assert by_cursor == expected[2:]
    assert "X-Next-Cursor" not in page.headers


def test_the_link_keeps_the_filters(club: Community, clock: Clock) -> None:
    """And the limit."""
    expected = fill(club, 3)
    club.event(title="Over", start_time="2030-04-01T10:00:00Z")
    page = club.list(limit=1, upcoming="true", offset=1)
    assert names(page) == expected[1:2]
    page = follow(club, page)
    assert names(page) == expected[2:]
    assert "Link" not in page.headers


@pytest.mark.parametrize(("query", "count"), [({}, 20), ({"limit": 100}, 25), ({"offset": 24}, 1)])
def test_default_and_largest_page(club: Community, query: dict[str, Any], count: int) -> None:
    """Twenty unless asked otherwise, a hundred at most; past the end is empty."""
    fill(club, 25)
    assert len(names(club.list(**query))) == count
    assert names(club.list(offset=25)) == names(club.list(offset=2**31)) == []


BAD = [
    *[({"limit": value}, "limit") for value in ("0", "101", "-1", "x", "1.5", "", "9" * 400, "\0")],
    *[({"offset": value}, "offset") for value in ("-1", "x", "", str(2**31 + 1), "9" * 400)],
    *[({name: "maybe"}, name) for name in ("featured", "upcoming")],
    *[({"cursor": value}, "cursor") for value in ("x", "\0", "a:b:c", "é", "x" * 5000)],
    *[({"cursor": value, "offset": 0}, "cursor") for value in ("", "x")],
]


@pytest.mark.once
@pytest.mark.parametrize(("query", "field"), BAD)
def test_bad_parameters(club: Community, query: dict[str, Any], field: str) -> None:
    """400 naming the one that is wrong; offset and cursor together are."""
    assert list(said(club.list(**query), 400)["errors"]) == [field]


# --- Filters --------------------------------------------------------------------------------------


def test_featured_and_upcoming(club: Community, clock: Clock) -> None:
    """The featured one; those yet to begin; both; false is no filter."""
    club.event(title="Over", start_time="2030-04-01T10:00:00Z", featured=True)
    club.event(title="Now", start_time=clock.now)
    club.event(title="Off", start_time=clock.now + timedelta(hours=1))
    club.event(title="Soon", start_time=clock.now + timedelta(hours=2))
    cancel_event(event_id=Event.objects.get(title="Off").pk)
    everything = ["Over", "Now", "Off", "Soon"]
    assert names(club.list(featured="true")) == ["Over"]
    assert names(club.list(upcoming="true")) == ["Soon"]
    assert names(club.list(upcoming="true", featured="1")) == []
    assert names(club.list(upcoming="false", featured="false")) == everything


# --- The list by cursor ---------------------------------------------------------------------------


def test_pages_by_cursor(club: Community) -> None:
    """An envelope, from the empty cursor to null, without headers; the limit may change."""
    expected = fill(club, 5)
    seen, cursor, limit = [], "", 2
    while cursor is not None:
        page = club.list(cursor=cursor, limit=limit)
        body = said(page, 200)
        seen += names(page)
        assert body.keys() == {"data", "pagination"}
        assert body["pagination"].keys() == {"nextCursor", "limit"}
        assert body["pagination"]["limit"] == limit
        assert not {"Link", "X-Next-Cursor"} & page.headers.keys()
        cursor, limit = body["pagination"]["nextCursor"], limit + 1
    assert seen == expected


def test_a_cursor_belongs_to_its_list(club: Community) -> None:
    """Another community's, another filter's or a changed one is a 400 naming the cursor."""
    fill(club, 2)
    other = make_channel("Elsewhere", tenant=club.cast.tenant)
    for number in range(2):
        club.cast.event(channel_id=other.pk, start_time=f"2030-06-0{number + 1}T10:00:00Z")
    asked = {"limit": 1, "cursor": ""}

    def cursor_of(path: str, **query: Any) -> str:
        page = said(club.get(path, **asked | query), 200)
        return str(page["pagination"]["nextCursor"])

    mine = cursor_of(f"{club.path}/events")
    others = [
        cursor_of(f"communities/{other.slug}/events"),
        cursor_of(f"{club.path}/events", upcoming="true"),
        mine[:-1] + ("A" if mine[-1] != "A" else "B"),
        "A" + mine[1:],
    ]
    errors = {"cursor": [in_words("bad_cursor")]}
    for cursor in others:
        assert said(club.list(cursor=cursor), 400)["errors"] == errors
    assert said(club.list(cursor=mine, featured="true"), 400)["errors"] == errors
    assert names(club.list(cursor=mine)) == ["E1"]


@pytest.mark.slow
def test_a_walk_while_events_come_and_go(club: Community, clock: Clock) -> None:
    """Five hundred events, and at every page one inserted before and one behind the position:
    each of the first is seen once, and none twice."""
    start, tenant = clock.now, club.cast.tenant

    def insert(*events: tuple[str, float]) -> list[Event]:
        return Event.objects.bulk_create(
            Event(
                tenant=tenant,
                channel=club.channel,
                title=slug,
                slug=slug,
                start_time=start + timedelta(hours=hour),
            )
            for slug, hour in events
        )

    # Several share a start, so that the id has to tell them apart.
    originals = insert(*((f"o{number}", number // 3) for number in range(500)))
    seen: list[UUID] = []
    cursor, page = "", 0
    while cursor is not None:
        body = said(club.list(cursor=cursor, limit=23), 200)
        seen += [UUID(event["id"]) for event in body["data"]]
        cursor, page = body["pagination"]["nextCursor"], page + 1
        hour = (Event.objects.get(pk=seen[-1]).start_time - start) / timedelta(hours=1)
        insert((f"b{page}", hour - 0.5), (f"t{page}", hour), (f"a{page}", hour + 0.5))
    assert len(seen) == len(set(seen))
    assert {event.pk for event in originals} <= set(seen)
    assert page > 500 / 23
    assert len(seen) > 500  # what came behind the position was seen as well


# --- Cost -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_list_costs_the_same_at_any_size(
    club: Community, queries_of: Callable[[Callable[[], Any]], int]
) -> None:
    """The key, the channel, the events, their tiers: for five events with tiers and a hundred."""
    costs = []
    for number in (5, 95):
        for _ in range(number):
            event = club.event()
            make_tier(event, questions=[{"label": "A"}])
            make_tier(event)
        path = club.at(event)
        calls = [
            lambda: club.list(limit=100),
            lambda: club.list(limit=100, cursor=""),
            lambda path=path: club.get(path),
            lambda path=path: club.get(f"{path}/tiers"),
        ]
        costs.append([queries_of(call) for call in calls])
    assert costs == [[4, 4, 4, 4], [4, 4, 4, 4]]

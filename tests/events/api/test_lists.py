"""The public listing: pages, cursors and filters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events.domain.lifecycle import cancel_event
from tests.conftest import Api, Clock
from tests.makers import make_event

START = datetime(2031, 1, 1, tzinfo=UTC)
NO_FILTERS = dict.fromkeys(["start_after", "start_before", "q", "format", "channel", "upcoming"])


def make_events(count: int, **values: Any) -> list[str]:
    """Events a day apart; their ids by start."""
    return [
        str(make_event(title=f"Event {n}", start_time=START + timedelta(days=n), **values).id)
        for n in range(count)
    ]


def ids(response: Any) -> list[str]:
    assert response.status_code == 200
    return [event["id"] for event in response.json()["events"]]


def test_an_empty_listing(api: Api) -> None:
    """No events: one empty page."""
    assert api.get("events").json() == {
        "events": [],
        "pagination": {
            "page": 1,
            "per_page": 10,
            "total_pages": 1,
            "total_events": 0,
            "total_is_capped": False,
            "has_prev": False,
            "has_next": False,
            "prev_page": None,
            "next_page": None,
        },
        "filters": NO_FILTERS,
    }


def test_pages_hold_each_event_once_in_order_of_start(api: Api) -> None:
    """Ten to a page unless asked otherwise."""
    made = make_events(23)
    pages = [api.get("events", page=n) for n in (1, 2, 3)]
    assert [len(ids(page)) for page in pages] == [10, 10, 3]
    assert [id for page in pages for id in ids(page)] == made
    assert [page.json()["pagination"] for page in pages[1:]] == [
        {
            "page": 2,
            "per_page": 10,
            "total_pages": 3,
            "total_events": 23,
            "total_is_capped": False,
            "has_prev": True,
            "has_next": True,
            "prev_page": 1,
            "next_page": 3,
        },
        {
            "page": 3,
            "per_page": 10,
            "total_pages": 3,
            "total_events": 23,
            "total_is_capped": False,
            "has_prev": True,
            "has_next": False,
            "prev_page": 2,
            "next_page": None,
        },
    ]


@pytest.mark.once
@pytest.mark.parametrize(("asked", "given"), [(1, 1), (49, 49), (50, 50), (51, 50), (10**18, 50)])
def test_per_page_is_capped_and_says_so(api: Api, asked: int, given: int) -> None:
    """A larger value is answered with 50 and pagination.per_page tells."""
    make_events(52)
    response = api.get("events", per_page=asked)
    assert len(ids(response)) == given
    assert response.json()["pagination"]["per_page"] == given
    by_cursor = api.get("events", per_page=asked, cursor="")
    assert len(ids(by_cursor)) == given
    assert by_cursor.json()["pagination"]["per_page"] == given


@pytest.mark.parametrize("asked", [51, 501, 10**18, 10**30])
def test_every_list_says_what_it_applied(api: Api, asked: int) -> None:
    """However large the number is; organizers read more guests at a time."""
    event = make_event(channel_name="Club")
    lists = {"events": 50, "channels": 50, "channels/club": 50, f"{event.path}/rsvps": 500}
    said = {path: api.get(path, event.owner_token, per_page=asked).json() for path in lists}
    given = {path: body["pagination"]["per_page"] for path, body in said.items()}
    assert given == {path: min(most, asked) for path, most in lists.items()}


@pytest.mark.parametrize("page", [2, 3, 10**6, 2**31 - 1])
def test_a_page_past_the_end_is_empty(api: Api, page: int) -> None:
    """No error: an empty list that knows the total."""
    make_events(3)
    response = api.get("events", page=page)
    assert ids(response) == []
    block = response.json()["pagination"]
    assert (block["page"], block["total_events"], block["has_next"]) == (page, 3, False)


@pytest.mark.once
@pytest.mark.parametrize("value", ["0", "-1", "x", "", "1.5", "\u0661e", "\0", "1" * 2000])
@pytest.mark.parametrize("name", ["page", "per_page"])
@pytest.mark.parametrize("path", ["events", "channels"])
def test_numbers_that_are_none(api: Api, path: str, name: str, value: str) -> None:
    """400 naming the parameter."""
    response = api.get(path, **{name: value})
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [name]


@pytest.mark.parametrize("value", [2**31, 2**64, 10**100])
@pytest.mark.parametrize("path", ["events", "channels"])
def test_page_numbers_no_list_has(api: Api, path: str, value: int) -> None:
    """Numbers past every end are a 400, not a 5xx."""
    response = api.get(path, page=value)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["page"]


def test_a_total_past_the_cap_says_so(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Totals stop at the cap; pages behind it are still there."""
    monkeypatch.setattr("events.api.capability.LISTED_CAP", 5)
    made = make_events(8)
    block = api.get("events", per_page=3).json()["pagination"]
    assert (block["total_events"], block["total_pages"], block["total_is_capped"]) == (5, 2, True)
    last = api.get("events", per_page=3, page=3)
    assert ids(last) == made[6:]
    assert last.json()["pagination"]["has_next"] is False


# --- Cursor -----------------------------------------------------------------------------------


def test_a_cursor_walk_sees_each_event_once_while_others_are_added(api: Api) -> None:
    """Sixty events; between pages more are made before and behind the position."""
    made = make_events(60)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        response = api.get("events", per_page=7, cursor=cursor)
        seen += ids(response)
        cursor = response.json()["pagination"]["next_cursor"]
        make_event(start_time=START - timedelta(days=len(seen)))
        assert response.json()["pagination"].keys() == {"per_page", "has_next", "next_cursor"}
        assert response.json()["pagination"]["has_next"] is (cursor is not None)
    assert seen == made


def test_a_cursor_walk_over_equal_starts(api: Api) -> None:
    """Events that start together are told apart by id."""
    made = {str(make_event(start_time=START).id) for _ in range(9)}
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        response = api.get("events", per_page=2, cursor=cursor)
        seen += ids(response)
        cursor = response.json()["pagination"]["next_cursor"]
    assert (len(seen), set(seen)) == (9, made)


def test_a_cursor_goes_with_filters(api: Api) -> None:
    """Filters narrow every page of the walk."""
    made = make_events(6)
    query = {"per_page": 2, "start_after": "2031-01-03T00:00:00"}
    first = api.get("events", cursor="", **query)
    rest = api.get("events", cursor=first.json()["pagination"]["next_cursor"], **query)
    assert ids(first) + ids(rest) == made[2:]


@pytest.mark.parametrize(
    "other",
    [{}, {"start_after": "2031-01-04"}, {"q": "Event"}, {"upcoming": "true"}],
)
def test_a_cursor_is_bound_to_its_filters(api: Api, other: dict[str, str]) -> None:
    """Whatever they are; how many come at a time may change."""
    make_events(6)
    query = {"start_after": "2031-01-02", "q": "Event", "upcoming": "true"}
    cursor = api.get("events", cursor="", per_page=2, **query).json()["pagination"]["next_cursor"]
    assert api.get("events", cursor=cursor, per_page=3, **query).status_code == 200
    refused = api.get("events", cursor=cursor, **other)
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == ["cursor"]


@pytest.mark.once
@pytest.mark.parametrize("cursor", ["x", "1:2:3", "😀", "a" * 5000])
def test_a_cursor_nobody_gave_is_a_400(api: Api, cursor: str) -> None:
    """It is signed; a made-up one names the parameter."""
    response = api.get("events", cursor=cursor)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["cursor"]


# --- Filters ----------------------------------------------------------------------------------


def test_start_bounds_include_their_ends(api: Api) -> None:
    """The reference's own filter; both bounds are optional and echoed in UTC."""
    made = make_events(5)
    both = api.get("events", start_after="2031-01-02T00:00:00", start_before="2031-01-04T00:00:00Z")
    assert ids(both) == made[1:4]
    assert both.json()["filters"] == NO_FILTERS | {
        "start_after": "2031-01-02T00:00:00Z",
        "start_before": "2031-01-04T00:00:00Z",
    }
    assert ids(api.get("events", start_after="2031-01-04T02:00:00+02:00")) == made[3:]
    assert ids(api.get("events", start_before="2031-01-02")) == made[:2]


def test_upcoming_events(api: Api, clock: Clock) -> None:
    """What one can still go to: not over, not cancelled. With pages and with cursors."""
    hours = {
        name: make_event(title=name, start_time=clock.now + timedelta(hours=begins), end_time=None)
        for name, begins in {
            "over": -4,
            "just over": -3,
            "on": -2,
            "next": 1,
            "off": 2,
            "last": 3,
        }.items()
    }
    cancel_event(event_id=hours["off"].id)
    coming = [str(hours[name].id) for name in ("on", "next", "last")]
    everything = [str(event.id) for event in hours.values()]

    answer = api.get("events", upcoming="true")
    assert ids(answer) == coming
    assert answer.json()["pagination"]["total_events"] == 3
    assert answer.json()["filters"] == NO_FILTERS | {"upcoming": True}
    assert [ids(api.get("events", upcoming="true", per_page=1, page=n + 1)) for n in range(3)] == [
        [id] for id in coming
    ]
    walked, cursor = [], ""
    while cursor is not None:
        page = api.get("events", upcoming="true", per_page=1, cursor=cursor)
        walked += ids(page)
        cursor = page.json()["pagination"]["next_cursor"]
    assert walked == coming
    narrowed = api.get("events", upcoming="true", q="next", start_after="2030-01-01")
    assert ids(narrowed) == coming[1:2]

    for value, told in (("false", False), (None, None)):
        answer = api.get("events", **({} if value is None else {"upcoming": value}))
        assert ids(answer) == everything
        assert answer.json()["filters"] == NO_FILTERS | {"upcoming": told}
    bad = api.get("events", upcoming="soon")
    assert (bad.status_code, list(bad.json()["errors"])) == (400, ["upcoming"])


@pytest.mark.once
def test_bounds_in_the_wrong_order(api: Api) -> None:
    """The reference's sentence."""
    response = api.get("events", start_after="2031-01-02", start_before="2031-01-01")
    said = "start_before must be after start_after"
    assert response.status_code == 400
    assert response.json() == {
        "detail": said,
        "code": "invalid",
        "errors": {"start_before": [said]},
    }


@pytest.mark.parametrize("value", ["soon", "2031-13-01", "1", "9999-01-01", "\0"])
@pytest.mark.parametrize("name", ["start_after", "start_before"])
def test_bounds_that_are_no_times(api: Api, name: str, value: str) -> None:
    """400 naming the parameter."""
    response = api.get("events", **{name: value})
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [name]


def test_words(api: Api) -> None:
    """q looks for words in title and description, in any case; signs are none."""
    title = str(make_event(title="Salsa Night").id)
    text = str(make_event(description="We dance SALSA, 100% fun").id)
    make_event(title="Chess")
    assert set(ids(api.get("events", q="salsa"))) == {title, text}
    assert ids(api.get("events", q=" 100% ")) == [text]
    assert ids(api.get("events", q="%_")) == []
    assert api.get("events", q=" salsa ").json()["filters"]["q"] == "salsa"


def test_format_filter(api: Api) -> None:
    """One of the three formats; anything else is a 400."""
    made = {name: str(make_event(format=name).id) for name in ("in_person", "virtual", "hybrid")}
    for name, id in made.items():
        response = api.get("events", format=name)
        assert ids(response) == [id]
        assert response.json()["filters"] == NO_FILTERS | {"format": name}
    response = api.get("events", format="online")
    assert (response.status_code, list(response.json()["errors"])) == (400, ["format"])


def test_channel_filter(api: Api) -> None:
    """Events of the public channel with that slug; an unknown slug finds none."""
    inside = str(make_event(channel_name="ATX Cigars").id)
    make_event()
    response = api.get("events", channel="atx-cigars")
    assert ids(response) == [inside]
    assert response.json()["filters"] == NO_FILTERS | {"channel": "atx-cigars"}
    assert ids(api.get("events", channel="no-such")) == []
    assert api.get("events", channel="a b").status_code == 400


@pytest.mark.once
@pytest.mark.parametrize(("name", "value"), [("q", "\0"), ("q", "x" * 300), ("channel", "\0")])
def test_filters_that_cannot_be(api: Api, name: str, value: str) -> None:
    """400 naming the parameter."""
    response = api.get("events", **{name: value})
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [name]


def test_the_last_of_repeated_parameters_counts(api: Api) -> None:
    """Nothing breaks on a query string with doubles."""
    make_events(3)
    response = api.get("/api/v1/events?per_page=1&per_page=2")
    assert len(ids(response)) == 2


def test_statuses_in_the_listing(api: Api, clock: Clock) -> None:
    """Past, live and coming events are all listed, each with its status."""
    for days in (-1, 0, 1):
        make_event(start_time=clock.now + timedelta(days=days))
    statuses = [event["status"] for event in api.get("events").json()["events"]]
    assert statuses == ["ended", "live", "scheduled"]


def test_private_events_do_not_count(api: Api) -> None:
    """Totals are of what is listed."""
    make_event(is_private=True)
    make_event()
    block = api.get("events").json()["pagination"]
    assert block["total_events"] == 1

"""The public listing, its versions and its count are what plain filters find, for every set."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from config import fulltext
from config.keyset import beyond
from events import querysets
from events.domain import browsing
from events.models import Event
from events.querysets import EventQuerySet
from events.rows import (
    coming_rows,
    count_coming,
    count_public_listing,
    event_rows,
    public_listing_rows,
    public_listing_versions,
)
from tests.makers import make_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def events() -> None:
    """Events that each filter tells apart, two of them at the same moment, one private."""
    for day in (1, 2, 2, 3, 4):
        for kind, channel in (("virtual", "Room"), ("in_person", None)):
            values: dict[str, Any] = {"channel_name": channel} if channel else {}
            make_event(start_time=f"2031-01-0{day}T10:00:00Z", format=kind, **values)
    make_event(start_time="2031-01-02T10:00:00Z", is_private=True, title="Hidden")
    # Some go on for long; one was called off, one taken down.
    for kind, days in (("virtual", 2), ("in_person", 2), ("virtual", 400)):
        for start in ("2030-12-30T10:00:00Z", "2031-01-01T10:00:00Z"):
            end = datetime.fromisoformat(start) + timedelta(days=days)
            make_event(start_time=start, end_time=end, format=kind, title=f"Long party {days}")
    for column in ("cancelled_at", "taken_down_at"):
        event = make_event(start_time="2031-01-02T11:00:00Z", title=column)
        Event.objects.filter(pk=event.id).update(**{column: event.row.start_time})
    # Some are full.
    full = Event.objects.filter(title="Long party 2").values("pk")
    Event.objects.filter(pk__in=full).update(capacity=1, seats_taken=1)


def plainly(**filters: Any) -> EventQuerySet:
    """The public listing as its filters say it, in one queryset."""
    events = Event.objects.public().starting_between(
        filters.get("start_after"), filters.get("start_before")
    )
    if "format" in filters:
        events = events.filter(format=filters["format"])
    if "channel" in filters:
        events = events.filter(channel__slug=filters["channel"], channel__visibility="public")
    if "q" in filters:
        events = events.matching(filters["q"])
    if "after_start" in filters:
        events = events.filter(beyond("start_time", filters["after_start"], filters["after_id"]))
    if "upcoming_at" in filters:
        events = events.upcoming(filters["upcoming_at"])
    return events.order_by("start_time", "id")


@pytest.fixture(params=["few", "many"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways in which either database finds words, as if few or many events held them."""
    many = request.param == "many"
    for number in ("_FEW", "_OFTEN"):
        monkeypatch.setattr(querysets, number, 1 if many else 10**6)
    monkeypatch.setattr(fulltext, "_READ_ALONG", 0 if many else 10**6)


@pytest.mark.slow
@pytest.mark.usefixtures("way")
def test_every_set_of_filters(events: None, request: pytest.FixtureRequest) -> None:
    """With markers in place of the values, compiled once, sliced by parameters: the same rows,
    versions and numbers. Every set of names, each with one choice of values, which turns from set
    to set; where no words are looked for, there is one way."""
    words = [True] if "many" in request.node.name else [False, True]
    choices: dict[str, list[Any]] = {
        "start_after": [datetime(2031, 1, day, 10, tzinfo=UTC) for day in (2, 3)],
        "start_before": [datetime(2031, 1, 3, 10, tzinfo=UTC)],
        "format": ["virtual"],
        "channel": ["room", "secret-room"],
        "upcoming_at": [datetime(2031, 1, day, 12, tzinfo=UTC) for day in (1, 3)],
        "after": [*Event.objects.order_by("start_time", "id")[1:9:3]],
        "q": ["party"],
    }
    sets = [
        names
        for size in range(len(choices) + 1)
        for names in itertools.combinations(choices, size)
        if ("q" in names) in words
    ]
    seen = set()
    for number, names in enumerate(sets):
        every = list(itertools.product(*(choices[name] for name in names)))
        filters = dict(zip(names, every[number % len(every)], strict=True))
        if after := filters.pop("after", None):
            filters |= {"after_start": after.start_time, "after_id": after.id}
        expected = event_rows(plainly(**filters))
        for start, stop in ((0, 3), (2, 9)):
            part = expected[start:stop]
            assert public_listing_rows(start, stop, **filters) == part
            versions = [(row.id, row.version) for row in part]
            assert public_listing_versions(start, stop, **filters) == versions
        for most in (2, 99):
            assert count_public_listing(most, **filters) == min(len(expected), most)
        seen.add(len(expected))
    assert len(seen) > 5  # the filters did narrow


@pytest.mark.slow
@pytest.mark.usefixtures("way")
def test_what_visitors_browse(events: None, request: pytest.FixtureRequest) -> None:
    """The same events as one plain queryset finds, page by page, counted, and in their order. Of
    all that may be wanted at once, every fifth: any two values meet."""
    choices: dict[str, list[Any]] = {
        "words": [*([] if "many" in request.node.name else [""]), "party", "long par", "nothing"],
        "format": ["", browsing.IN_PERSON, browsing.ONLINE],
        "channel": ["", "room", "secret-room"],
        "since": [None, date(2031, 1, 1), date(2031, 1, 3)],
        "free": [False, True],
    }
    of_formats = {
        browsing.IN_PERSON: ("in_person", "hybrid"),
        browsing.ONLINE: ("virtual", "hybrid"),
    }
    seen = set()
    wishes = itertools.product(itertools.product(*choices.values()), (1, 3))
    for values, day in itertools.islice(wishes, 0, None, 5):
        now = datetime(2031, 1, day, 12, tzinfo=UTC)
        words, kind, channel, since, free = values
        plain = Event.objects.public().upcoming(now).order_by("start_time", "id")
        plain = plain.matching(words) if words else plain
        plain = plain.filter(format__in=of_formats[kind]) if kind else plain
        if channel:
            plain = plain.filter(channel__slug=channel, channel__visibility="public")
        if since and since > now.date():
            plain = plain.filter(start_time__date__gte=since)
        plain = plain.with_free_seats(now) if free else plain
        expected = event_rows(plain)
        wanted = browsing.Wanted(since=since, format=kind, channel=channel, free=free)
        parts = browsing.browse(now, wanted, words)
        pages = [coming_rows(parts, start, start + 2) for start in range(0, len(expected) + 2, 2)]
        assert [row for page in pages for row in page] == expected
        for most in (1, 99):
            assert count_coming(parts, most) == min(len(expected), most)
        seen.add(len(expected))
    assert len(seen) > 5  # the filters did narrow


@pytest.mark.parametrize("setting", ["on", "unlisted", "off"])
def test_open_events_are_part_of_the_query(events: None, setting: str, settings: Any) -> None:
    """Whichever setting came first: what is compiled for one is not used for another."""
    now = datetime(2031, 1, 1, 12, tzinfo=UTC)
    for value in ("on", setting):
        settings.OPEN_EVENTS = value
        number = Event.objects.public().count()
        assert (number > 0) is (value == "on")
        assert count_public_listing(99) == len(public_listing_rows(0, 99)) == number
        coming = Event.objects.public().upcoming(now).count()
        assert count_public_listing(99, upcoming_at=now) == coming
        assert (coming > 0) is (value == "on")


def test_other_values_give_other_rows(events: None) -> None:
    """The compiled query keeps no value of its first use."""
    found = {kind: public_listing_rows(0, 50, format=kind) for kind in ("virtual", "in_person")}
    assert {kind: {row.format for row in rows} for kind, rows in found.items()} == {
        "virtual": {"virtual"},
        "in_person": {"in_person"},
    }

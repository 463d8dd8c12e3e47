"""Times from outside, and what the clock makes of them."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import Invalid
from events.domain.times import (
    check_offset,
    is_reachable,
    read_time,
    rsvps_open,
    status_of,
    to_utc,
    zone_of_offset,
)
from events.enums import Status
from events.kinds import Zone, zone_names
from events.models import Event
from tests.conftest import Clock
from tests.makers import make_event


def utc(text: str, **how: Any) -> str:
    return to_utc(read_time(text, field="start_time"), field="start_time", **how).isoformat()


@pytest.mark.parametrize(
    ("text", "how", "expected"),
    [
        # an explicit offset is taken as it is, whatever else is said
        ("2031-07-01T10:00:00Z", {"zone": "America/Chicago"}, "2031-07-01T10:00:00"),
        ("2031-07-01T10:00:00+02:00", {"offset_minutes": -300}, "2031-07-01T08:00:00"),
        ("2031-07-01T10:00:00-14:00", {}, "2031-07-02T00:00:00"),
        ("2031-07-01T10:00:00+14:00", {}, "2031-06-30T20:00:00"),
        # naive: zone, else offset, else stored zone, else UTC
        (
            "2031-07-01T10:00:00",
            {"zone": "America/Chicago", "offset_minutes": 60, "stored_zone": "Asia/Tokyo"},
            "2031-07-01T15:00:00",
        ),
        (
            "2031-07-01T10:00:00",
            {"offset_minutes": -300, "stored_zone": "Asia/Tokyo"},
            "2031-07-01T15:00:00",
        ),
        (
            "2031-07-01T10:00:00",
            {"offset_minutes": 0, "stored_zone": "Asia/Tokyo"},
            "2031-07-01T10:00:00",
        ),
        ("2031-07-01T10:00:00", {"stored_zone": "Asia/Tokyo"}, "2031-07-01T01:00:00"),
        ("2031-07-01T10:00:00", {}, "2031-07-01T10:00:00"),
        # the reference's Austin example
        ("2024-08-22T19:00:00", {"offset_minutes": -300}, "2024-08-23T00:00:00"),
        # winter and summer of one zone
        ("2031-01-01T10:00:00", {"zone": "Europe/Vienna"}, "2031-01-01T09:00:00"),
        ("2031-07-01T10:00:00", {"zone": "Europe/Vienna"}, "2031-07-01T08:00:00"),
        # 02:30 is skipped on 30 March 2031 and comes twice on 26 October: the earlier offset
        ("2031-03-30T02:30:00", {"zone": "Europe/Vienna"}, "2031-03-30T01:30:00"),
        ("2031-10-26T02:30:00", {"zone": "Europe/Vienna"}, "2031-10-26T00:30:00"),
        # forms of ISO 8601
        ("2031-07-01", {}, "2031-07-01T00:00:00"),
        (" 2031-07-01 10:00 ", {}, "2031-07-01T10:00:00"),
        ("2031-07-01T10:00:00.999999", {}, "2031-07-01T10:00:00"),
        # the first and the last moment
        ("1970-01-01T00:00:00Z", {}, "1970-01-01T00:00:00"),
        ("2200-12-31T23:59:59Z", {}, "2200-12-31T23:59:59"),
        ("1969-12-31T23:00:00-01:00", {}, "1970-01-01T00:00:00"),
    ],
)  # fmt: skip
def test_times_become_utc(text: str, how: dict[str, Any], expected: str) -> None:
    """Offset, zone, stored zone, UTC: in this order."""
    assert utc(text, **how) == expected + "+00:00"


@pytest.mark.parametrize(
    "text",
    [
        "1969-12-31T23:59:59Z",
        "2201-01-01T00:00:00Z",
        "1970-01-01T00:00:00+00:01",
        "2200-12-31T23:59:59-00:01",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2031-01-01T00:00:00+14:01",
        "2031-01-01T00:00:00-23:59",
    ],
)
def test_times_out_of_bounds(text: str) -> None:
    """Years 1970 to 2200, offsets within 14 hours; the field is named."""
    with pytest.raises(Invalid) as refused:
        utc(text)
    assert list(refused.value.keys) == ["start_time"]


@given(text=st.text(max_size=40))
def test_any_text_is_a_time_or_invalid(text: str) -> None:
    """Never another error."""
    with contextlib.suppress(Invalid):
        assert isinstance(read_time(text, field="x"), datetime)


@given(
    moment=st.datetimes(),
    zone=st.none() | st.sampled_from(sorted(zone_names())),
    offset=st.none() | st.integers(-840, 840),
)
def test_any_moment_is_in_utc_and_in_bounds_or_invalid(
    moment: datetime, zone: str | None, offset: int | None
) -> None:
    """In every zone this machine knows."""
    try:
        found = to_utc(moment, field="x", zone=zone, offset_minutes=offset)
    except Invalid:
        assert not 1971 <= moment.year <= 2199
    else:
        assert found.utcoffset() == timedelta()
        assert 1970 <= found.year <= 2200


def test_zones_and_offsets() -> None:
    """IANA names only; 14 hours either way."""
    zone = Zone()
    assert zone.clean("timezone", "America/Chicago") == "America/Chicago"
    assert zone.clean("timezone", "") == ""
    assert [check_offset(minutes) for minutes in (-840, 0, 840)] == [-840, 0, 840]
    for name in (["UTC"], "Nowhere", "america/chicago", "../zone.tab", "UTC\0", "EST5EDT,M3.2.0"):
        with pytest.raises(Invalid):
            zone.clean("timezone", name)
    for minutes in (-841, 841):
        with pytest.raises(Invalid):
            check_offset(minutes)


@given(minutes=st.integers(-840, 840))
def test_a_fixed_zone_means_its_offset(minutes: int) -> None:
    """Where an offset has a zone's name, the zone reads times as the offset does."""
    name = zone_of_offset(minutes)
    assert (name is None) == (minutes % 60 != 0 or minutes < -720)
    if name is not None:
        assert Zone().clean("timezone", name) == name
        assert utc("2031-01-01T12:00", zone=name) == utc("2031-01-01T12:00", offset_minutes=minutes)


# --- Status -----------------------------------------------------------------------------------

NOW = datetime(2030, 5, 1, 12, tzinfo=UTC)
STEPS = [timedelta(hours=h, seconds=s) for h, s in product((-4, -3, -1, 0, 1, 3, 4), (-1, 0, 1))]


@pytest.mark.django_db
def test_status_is_the_same_in_python_and_in_sql() -> None:
    """Over a grid of starts, ends and cancelling, each event has the one status that finds it."""
    events = [
        Event(title="x", slug="x", start_time=NOW + start, cancelled_at=cancelled,
              end_time=None if end is None else NOW + end)
        for start, end, cancelled in product(STEPS, [None, *STEPS], [None, NOW])
        if end is None or end > start
    ]  # fmt: skip
    Event.objects.bulk_create(events)
    for status in Status:
        expected = {event.pk for event in events if status_of(event, NOW) == status}
        found = Event.objects.all().with_status(status, NOW).values_list("pk", flat=True)
        assert set(found) == expected
        assert expected
    upcoming = {event.pk for event in events if status_of(event, NOW) in ("scheduled", "live")}
    assert set(Event.objects.all().upcoming(NOW).values_list("pk", flat=True)) == upcoming


@pytest.mark.parametrize("cancelled", [None, NOW])
@pytest.mark.parametrize("end", [None, timedelta(hours=5)])
def test_reachable_for_thirty_days(end: timedelta | None, cancelled: datetime | None) -> None:
    """After its end, or three hours after its start without one; cancelled or not."""
    over = NOW - timedelta(days=30)
    start = over - (end or timedelta(hours=3))
    event = Event(start_time=start, end_time=end and over, cancelled_at=cancelled)
    second = timedelta(seconds=1)
    assert [is_reachable(event, NOW + late) for late in (-second, 0 * second, second)] == [
        *(True, True, False)
    ]


@pytest.mark.parametrize(
    ("start", "end", "cancelled", "expected"),
    [
        (1, None, False, "scheduled"),
        (0, None, False, "live"),
        (-2.99, None, False, "live"),
        (-3, None, False, "ended"),
        (-9, 1, False, "live"),
        (-9, 0, False, "ended"),
        (-1, 0.1, True, "cancelled"),
        (-9, -1, True, "cancelled"),
    ],
)
def test_status(start: float, end: float | None, cancelled: bool, expected: str) -> None:
    """cancelled > ended > live > scheduled; an open-ended event lasts three hours."""
    event = Event(
        start_time=NOW + timedelta(hours=start),
        end_time=None if end is None else NOW + timedelta(hours=end),
        cancelled_at=NOW if cancelled else None,
    )
    assert status_of(event, NOW) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, True),
        ({"rsvps_closed": True}, False),
        ({"rsvp_close_at": NOW}, False),
        ({"rsvp_close_at": NOW + timedelta(seconds=1)}, True),
        ({"cancelled_at": NOW}, False),
        ({"start_time": NOW}, True),
        ({"start_time": NOW - timedelta(hours=3)}, False),
        ({"start_time": NOW - timedelta(hours=9), "end_time": NOW + timedelta(hours=1)}, True),
    ],
)
def test_whether_answers_are_taken(values: dict[str, Any], expected: bool) -> None:
    """Not closed by hand, by time, by the end or by cancelling."""
    event = Event(**({"start_time": NOW + timedelta(days=1)} | values))
    assert rsvps_open(event, NOW) is expected


@pytest.mark.django_db
def test_the_querysets_bounds_are_included(clock: Clock) -> None:
    """starting_between holds both of its ends."""
    event = make_event(start_time=clock.now)
    second = timedelta(seconds=1)
    found = [
        Event.objects.all().starting_between(earliest, latest).filter(pk=event.id).exists()
        for earliest, latest in (
            (clock.now, clock.now),
            (None, None),
            (clock.now + second, None),
            (None, clock.now - second),
        )
    ]
    assert found == [True, True, False, False]

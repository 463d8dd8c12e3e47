"""Rules: which are taken, and which dates they give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from config.errors import Invalid
from events.domain.recurrence import (
    EXDATES,
    moment_of,
    on_the_wall,
    read_exdates,
    read_recurrence,
    read_rule,
)

pytestmark = pytest.mark.once

ZONES = ("Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "UTC")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A rule that is taken, and that has dates within a few years."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}"]
    if draw(st.booleans()):
        parts.append(f"INTERVAL={draw(st.integers(1, 6))}")
    by = draw(st.sampled_from(["", "BYDAY", "BYMONTHDAY"]))
    if by == "BYDAY":
        most = {"MONTHLY": 4, "YEARLY": 52}.get(frequency, 0)
        ordinals = st.integers(-most, most).map(lambda n: str(n or ""))
        days = draw(st.lists(st.tuples(ordinals, st.sampled_from(_DAYS)), min_size=1, max_size=3))
        parts.append(f"BYDAY={','.join(a + b for a, b in days)}")
    if by == "BYMONTHDAY" and frequency != "WEEKLY":
        days_of_month = st.integers(1, 28) | st.integers(-28, -1)
        numbers = draw(st.lists(days_of_month, min_size=1, max_size=3))
        parts.append(f"BYMONTHDAY={','.join(map(str, numbers))}")
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 60))}")
    return ";".join(parts)


@given(
    rule=rules(),
    zone=st.sampled_from(ZONES),
    day=st.dates(date(2020, 1, 1), date(2090, 1, 1)),
    clock=st.times(),
)
def test_the_same_moments_as_dateutil_over_three_years(
    rule: str, zone: str, day: date, clock: time
) -> None:
    start = datetime.combine(day, clock.replace(microsecond=0))
    begins = start.replace(tzinfo=ZoneInfo(zone))
    end = begins + timedelta(days=3 * 366)
    expected = [each.astimezone(UTC) for each in _until(rrulestr(rule, dtstart=begins), end)]
    days = read_rule(rule).dates(start.date(), start.time(), zone)
    assert list(_until((moment_of(day, start.time(), zone) for day in days), end)) == expected


def _until(moments: Iterable[datetime], end: datetime) -> Iterator[datetime]:
    for each in moments:
        if each.astimezone(UTC) >= end.astimezone(UTC):
            return
        yield each


@given(rule=rules())
def test_a_rule_is_written_as_it_was_read(rule: str) -> None:
    assert read_rule(str(read_rule(rule))) == read_rule(rule)


@pytest.mark.parametrize(
    ("zone", "day", "clock", "moment"),
    [
        # Skipped: as much later as clocks go forward.
        ("America/New_York", date(2027, 3, 14), time(2, 30), "2027-03-14T07:30:00+00:00"),
        ("Europe/Lisbon", date(2027, 3, 28), time(1, 30), "2027-03-28T01:30:00+00:00"),
        ("Australia/Lord_Howe", date(2027, 10, 3), time(2, 10), "2027-10-02T15:40:00+00:00"),
        # Shown twice: the first time.
        ("America/New_York", date(2027, 11, 7), time(1, 30), "2027-11-07T05:30:00+00:00"),
        ("Australia/Lord_Howe", date(2027, 4, 4), time(1, 45), "2027-04-03T14:45:00+00:00"),
    ],
)
def test_where_clocks_change(zone: str, day: date, clock: time, moment: str) -> None:
    assert moment_of(day, clock, zone).isoformat() == moment


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20270105", date(2027, 1, 5)),
        ("20270105T190000", date(2027, 1, 5)),
        ("20270105T185959", date(2027, 1, 4)),
        ("20270105T180000Z", date(2027, 1, 5)),  # 19:00 in Berlin
        ("20270105T175959Z", date(2027, 1, 4)),
    ],
)
def test_until(until: str, last: date) -> None:
    rule, _ = read_recurrence({"rrule": f"FREQ=DAILY;UNTIL={until}"}, "Europe/Berlin")
    assert str(rule).endswith("Z")
    assert list(rule.dates(date(2027, 1, 1), time(19), "Europe/Berlin"))[-1] == last


def test_ending_before() -> None:
    rule = read_rule("FREQ=DAILY;COUNT=9").ending_before(datetime(2027, 1, 4, 18, tzinfo=UTC))
    assert str(rule) == "FREQ=DAILY;UNTIL=20270104T175959Z"
    days = list(rule.dates(date(2027, 1, 1), time(19), "Europe/Berlin"))
    assert days == [date(2027, 1, day) for day in (1, 2, 3)]


@pytest.mark.parametrize(
    ("until", "moved"),
    [
        ("20270105T225959Z", "20270106T010000Z"),  # the whole day
        ("20270105T180000Z", "20270106T010000Z"),  # at its last date
        ("20270105T175959Z", "20270105T010000Z"),  # before it
        ("99991231T235959Z", "99991231T235959Z"),
    ],
)
def test_moved(until: str, moved: str) -> None:
    """From seven in Berlin to eight in New York: the dates are the same."""
    old, new = (time(19), "Europe/Berlin"), (time(20), "America/New_York")
    rule = read_rule(f"FREQ=DAILY;UNTIL={until}")
    assert str(rule.moved(old, new)) == f"FREQ=DAILY;UNTIL={moved}"
    dates = [list(islice(rule.dates(date(2027, 1, 1), *old), 9))]
    dates.append(list(islice(rule.moved(old, new).dates(date(2027, 1, 1), *new), 9)))
    assert dates[0] == dates[1]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=7;BYDAY=WE",
        "FREQ=YEARLY;BYMONTHDAY=1;BYDAY=-1MO",
        "FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=5MO",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31",
    ],
)
def test_a_rule_without_dates_is_soon_given_up(rule: str) -> None:
    """dateutil by itself looks for them until the year 9999."""
    began = perf_counter()
    found = list(read_rule(rule).dates(date(2027, 2, 2), time(19), "UTC"))
    assert found == []
    assert perf_counter() - began < 2


def test_no_dates_after_the_years_of_events() -> None:
    days = read_rule("FREQ=YEARLY").dates(date(2190, 6, 1), time(19), "UTC")
    assert [day.year for day in days] == list(range(2190, 2200))
    assert not list(read_rule("FREQ=YEARLY").dates(date(2200, 6, 1), time(19), "UTC"))


def test_dates_that_are_left_out() -> None:
    """A time with an offset means the date it has where the series is."""
    read = read_exdates(
        ["2027-01-05", " 20270106 ", "2027-01-07T19:00:00", "2027-01-08T23:30:00Z"], "Asia/Tokyo"
    )
    assert read == {date(2027, 1, day) for day in (5, 6, 7, 9)}
    with pytest.raises(Invalid) as refused:
        read_exdates(["2027-01-05", "x"], "UTC")
    assert refused.value.keys == {f"{EXDATES}.1": ["not_a_date"]}


def test_the_wall() -> None:
    late = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    assert on_the_wall(late, "Europe/Berlin").isoformat() == "2027-10-31T02:30:00"


def test_ordinals_and_month_days() -> None:
    rule = read_rule("rrule:freq=monthly;byday=2tu,-1FR,+1MO")
    assert str(rule) == "FREQ=MONTHLY;BYDAY=2TU,-1FR,1MO"
    days = list(islice(rule.dates(date(2027, 1, 1), time(19), "UTC"), 3))
    assert days == [date(2027, 1, 4), date(2027, 1, 12), date(2027, 1, 29)]

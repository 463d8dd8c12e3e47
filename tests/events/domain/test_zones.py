"""Zones as calendars read them, held against the zone database by the RFC's own rule."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dateutil.rrule import rrulestr
from icalendar import Timezone

from events.domain.zones import vtimezone

pytestmark = pytest.mark.once

ODD = (
    *("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"),
    *("Asia/Kathmandu", "Europe/Dublin", "Asia/Jerusalem", "America/Santiago", "Asia/Gaza"),
    *("Antarctica/Troll", "Pacific/Apia", "Etc/GMT+5", "Etc/GMT-14", "Etc/UTC"),
)
YEARS = (1970, 1975, 1996, 2011, 2026, 2031, 2037, 2038, 2090, 2200)


Onsets = list[tuple[datetime, timedelta]]


def onsets_of(written: bytes, until: int) -> Onsets:
    """When which offset begins, in order, up to the end of a year."""
    parsed: Any = Timezone.from_ical(written.decode())
    found = []
    for part in parsed.subcomponents:
        onset, after = part["DTSTART"].dt, part["TZOFFSETTO"].td
        moments = [onset]
        if "RRULE" in part:
            rule = f"{part['RRULE'].to_ical().decode()};UNTIL={until}1231T235959"
            moments = list(rrulestr(rule, dtstart=onset))
        found += [(moment, after) for moment in moments]
    return sorted(found)


def offset_of(onsets: Onsets, local: datetime) -> timedelta:
    """The offset of a local time as RFC 5545 says: that of the observance with the latest onset
    before it."""
    return onsets[bisect_right(onsets, local, key=itemgetter(0)) - 1][1]


def wrong(zone: str, years: frozenset[int], year: int, step: timedelta) -> list[datetime]:
    """The local times of a year for which the written zone is wrong; those that clocks skip are
    none, and those that come twice are the first ones."""
    onsets = onsets_of(vtimezone(zone, years), year)
    tz, moment, found = ZoneInfo(zone), datetime(year, 1, 1, 12, tzinfo=UTC), []
    while moment.year == year:
        local = moment.astimezone(tz)
        there = local.replace(tzinfo=None)
        if not local.fold and there.year in years and offset_of(onsets, there) != local.utcoffset():
            found.append(there)
        moment += step
    return found


@pytest.mark.parametrize("zone", ODD)
def test_every_day_of_a_year_is_right(zone: str) -> None:
    """Alone in a calendar, and together with years far away."""
    for year in YEARS:
        assert wrong(zone, frozenset({year}), year, timedelta(days=5)) == [], year
    for year in YEARS[::3]:
        assert wrong(zone, frozenset(YEARS), year, timedelta(days=11)) == [], year


def test_to_the_hour_on_both_sides_of_a_change() -> None:
    """The last hour before and the first one after."""
    zone = "Europe/Berlin"
    onsets = onsets_of(vtimezone(zone, frozenset({2030})), 2030)
    for at in ((3, 31, 0, 59, 59), (3, 31, 1), (10, 27, 0, 59, 59), (10, 27, 2)):
        local = datetime(2030, *at, tzinfo=UTC).astimezone(ZoneInfo(zone))
        assert offset_of(onsets, local.replace(tzinfo=None)) == local.utcoffset(), at


@pytest.mark.slow
@pytest.mark.parametrize("year", [1987, 2030])
def test_every_zone_there_is(year: int) -> None:
    for zone in sorted(available_timezones()):
        assert wrong(zone, frozenset({year}), year, timedelta(days=9)) == [], zone


def test_a_rule_is_written_as_one() -> None:
    """Short, and good for years that come: what calendars know best."""
    for year in (2030, 2200):
        said = vtimezone("America/New_York", frozenset({year})).decode().splitlines()
        assert [line for line in said if line.startswith("RRULE")] == [
            "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3",
            "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11",
        ]


def test_a_zone_without_changes_is_one_offset() -> None:
    parsed: Any = Timezone.from_ical(vtimezone("Etc/GMT+5", frozenset({2030})).decode())
    (part,) = parsed.subcomponents
    assert (part.name, part["TZOFFSETTO"].td) == ("STANDARD", timedelta(hours=-5))


def test_it_grows_with_the_years_that_are_used() -> None:
    """One event a century away does not bring all the changes in between."""
    said = vtimezone("Africa/Casablanca", frozenset({2030, 2086}))
    assert said.count(b"BEGIN:STANDARD") + said.count(b"BEGIN:DAYLIGHT") <= 10

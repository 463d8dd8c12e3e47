"""Time zones as calendars read them: the VTIMEZONE of RFC 5545, section 3.6.5.

Written from the clock changes of the zone database: icalendar's own ``Timezone.from_tzinfo()``
dates a change to summer time by the clock after it, an hour late.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_WEEK, _SECOND = timedelta(days=7), timedelta(seconds=1)


class Observance(NamedTuple):
    """From ``onset`` on, a local time by the offset before, the zone's offset is another."""

    onset: datetime
    offset_from: timedelta
    offset_to: timedelta
    name: str


@lru_cache(maxsize=128)
def vtimezone(zone: str, years: frozenset[int]) -> bytes:
    """The clock changes of an IANA zone in these years, which are those of what a calendar holds:
    every local time in them is right, however far away, and others need not be."""
    observances = [each for span in _spans(years) for each in _observances(zone, *span)]
    winter = min(each.offset_to for each in observances)
    written = Timezone()
    written.add("tzid", zone)
    for each in observances:
        part = TimezoneDaylight() if each.offset_to > winter else TimezoneStandard()
        part.add("dtstart", each.onset)
        part.add("tzoffsetfrom", each.offset_from)
        part.add("tzoffsetto", each.offset_to)
        part.add("tzname", each.name)
        written.add_component(part)
    return bytes(written.to_ical())


def _spans(years: frozenset[int]) -> Iterator[tuple[int, int]]:
    """The first and last of each run of years that follow one another."""
    for first in sorted(year for year in years if year - 1 not in years):
        last = first
        while last + 1 in years:
            last += 1
        yield first, last


def _observances(zone: str, first: int, last: int) -> list[Observance]:
    """What holds as the first year begins anywhere on Earth, and each change until the last year is
    over."""
    tz = ZoneInfo(zone)
    moment = datetime(first, 1, 1, tzinfo=UTC) - _WEEK
    over = datetime(last + 1, 1, 1, tzinfo=UTC) + _WEEK
    local = moment.astimezone(tz)
    offset = _offset(local)
    found = [Observance(local.replace(tzinfo=None), offset, offset, local.tzname() or zone)]
    while moment < over:
        after = moment + _WEEK
        # No zone changes its clocks twice within a week.
        if _offset(after.astimezone(tz)) != offset:
            change = _change(tz, moment, after, offset)
            local = change.astimezone(tz)
            onset = (change + offset).replace(tzinfo=None)
            found.append(Observance(onset, offset, _offset(local), local.tzname() or zone))
            offset = found[-1].offset_to
        moment = after
    return found


def _change(tz: ZoneInfo, before: datetime, after: datetime, offset: timedelta) -> datetime:
    """The first second, in UTC, at which the offset is another."""
    while after - before > _SECOND:
        middle = before + timedelta(seconds=(after - before) // _SECOND // 2)
        if _offset(middle.astimezone(tz)) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(local: datetime) -> timedelta:
    return local.utcoffset() or timedelta()

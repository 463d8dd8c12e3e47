"""Time zones as calendars read them: the VTIMEZONE of RFC 5545, section 3.6.5.

Written from the clock changes of the zone database: icalendar's own ``Timezone.from_tzinfo()``
dates a change to summer time by the clock after it, an hour late, and knows no rules.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_WEEK, _SECOND = timedelta(days=7), timedelta(seconds=1)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Before all events (1970) in any zone. What calendars hold of a zone they compare with what they
# know of it, so it begins early.
_BEGIN = 1969
# After so many years, dates fall on the same days of the week again.
_CYCLE = 28


class Change(NamedTuple):
    """A clock change: from ``onset`` on, a local time by the offset before, the offset is
    ``after``."""

    onset: datetime
    before: timedelta
    after: timedelta
    name: str
    is_summer: bool


@lru_cache(maxsize=128)
def vtimezone(zone: str, years: frozenset[int]) -> bytes:
    """An IANA zone, right for every local time in these years, which are those of what a calendar
    holds. Where the clocks change by one rule from the first of them on, it is that rule; otherwise
    each change of these years by its date."""
    written = Timezone()
    written.add("tzid", zone)
    first = min(years)
    looked_at = sorted({*years, *range(first, first + _CYCLE)})
    changes = [_changes(zone, year) for year in looked_at]
    rules = _rules(changes)
    if rules is None:
        for each in _dated(zone, years):
            written.add_component(_observance(each))
    elif not rules:
        written.add_component(_observance(_held(zone, first, _new_year(_BEGIN))))
    else:
        for change, rule in zip(changes[0], rules, strict=True):
            onset = datetime.combine(rule.day(_BEGIN), change.onset.time())
            part = _observance(change._replace(onset=onset))
            part.add("rrule", rule.rrule)
            written.add_component(part)
    return bytes(written.to_ical())


class _Rule(NamedTuple):
    """The ``nth`` such day of the week in a month; the last one for -1."""

    month: int
    weekday: int
    nth: int

    @property
    def rrule(self) -> dict[str, Any]:
        day = f"{self.nth}{_DAYS[self.weekday]}"
        return {"FREQ": "YEARLY", "BYMONTH": self.month, "BYDAY": day}

    def day(self, year: int) -> date:
        """Its day in a year."""
        begun, days = monthrange(year, self.month)
        found = list(range(1 + (self.weekday - begun) % 7, days + 1, 7))
        return date(year, self.month, found[self.nth if self.nth < 0 else self.nth - 1])


def _rules(years: Sequence[Sequence[Change]]) -> list[_Rule] | None:
    """The rule of each change in a year, in their order, when the same ones hold in all of these
    years; None otherwise."""
    if len({tuple(_kind(change) for change in changes) for changes in years}) > 1:
        return None
    found = []
    for same in zip(*years, strict=True):
        nths = set.intersection(*(_nths(change.onset.date()) for change in same))
        if not nths:
            return None
        onset = same[0].onset
        found.append(_Rule(onset.month, onset.weekday(), min(nths)))
    return found


def _kind(change: Change) -> tuple[int, int, time, timedelta, timedelta, str]:
    onset = change.onset
    return (
        *(onset.month, onset.weekday(), onset.time()),
        *(change.before, change.after, change.name),
    )


def _nths(day: date) -> set[int]:
    last = day.day + 7 > monthrange(day.year, day.month)[1]
    return {(day.day - 1) // 7 + 1} | ({-1} if last else set())


def _dated(zone: str, years: Collection[int]) -> Iterator[Change]:
    """What holds as the first of each run of years begins, and each change in them."""
    begun = _new_year(_BEGIN)
    for year in sorted(years):
        if year - 1 not in years:
            yield _held(zone, year, begun)
        yield from _changes(zone, year)
        begun = _new_year(year + 1)


def _held(zone: str, year: int, onset: datetime) -> Change:
    """What holds as a year begins, as a change at ``onset``, which lies before it."""
    local = datetime(year, 1, 1, tzinfo=ZoneInfo(zone))
    return Change(onset, _offset(local), _offset(local), local.tzname() or zone, bool(local.dst()))


@lru_cache(maxsize=4_096)
def _changes(zone: str, year: int) -> tuple[Change, ...]:
    """The clock changes of a year."""
    tz = ZoneInfo(zone)
    moment = datetime(year, 1, 1, tzinfo=UTC) - _WEEK
    over = datetime(year + 1, 1, 1, tzinfo=UTC) + _WEEK
    offset, found = _offset(moment.astimezone(tz)), []
    while moment < over:
        later = moment + _WEEK
        # No zone changes its clocks forth and back within a week.
        if _offset(later.astimezone(tz)) != offset:
            local = _first_other(tz, moment, later, offset).astimezone(tz)
            onset = (local.astimezone(UTC) + offset).replace(tzinfo=None)
            name, summer = local.tzname() or zone, bool(local.dst())
            found.append(Change(onset, offset, _offset(local), name, summer))
            offset = found[-1].after
        moment = later
    return tuple(change for change in found if change.onset.year == year)


def _first_other(tz: ZoneInfo, before: datetime, later: datetime, offset: timedelta) -> datetime:
    """The first second, in UTC, at which the offset is another."""
    while later - before > _SECOND:
        middle = before + timedelta(seconds=(later - before) // _SECOND // 2)
        if _offset(middle.astimezone(tz)) == offset:
            before = middle
        else:
            later = middle
    return later


def _observance(change: Change) -> TimezoneStandard | TimezoneDaylight:
    part = TimezoneDaylight() if change.is_summer else TimezoneStandard()
    part.add("dtstart", change.onset)
    part.add("tzoffsetfrom", change.before)
    part.add("tzoffsetto", change.after)
    part.add("tzname", change.name)
    return part


def _new_year(year: int) -> datetime:
    return datetime.combine(date(year, 1, 1), time())


def _offset(local: datetime) -> timedelta:
    return local.utcoffset() or timedelta()

"""Recurrence rules: which of RFC 5545 (section 3.3.10) are taken, and the dates they give.

A rule is counted out by the clock on the wall of a zone: 19:00 stays 19:00 when clocks change.
dateutil does the counting, over dates without a zone; times.to_utc() makes moments of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil import rrule

from config.errors import Flaw, Invalid, flaw
from events import limits
from events.domain.times import to_utc

RULE = "recurrence.rrule"
EXDATES = "recurrence.exdates"

_FREQUENCIES = {
    "DAILY": rrule.DAILY,
    "WEEKLY": rrule.WEEKLY,
    "MONTHLY": rrule.MONTHLY,
    "YEARLY": rrule.YEARLY,
}
_DAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
# How often a weekday can come in a month and in a year; elsewhere it takes no ordinal.
_ORDINALS = {"MONTHLY": 5, "YEARLY": 53}
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER = re.compile(r"\d{1,9}")
_SIGNED = re.compile(r"[+-]?\d{1,2}")
_UNTIL = re.compile(r"\d{8}(T\d{6}Z?)?")
# dateutil looks for the next date up to the year 9999, however long that takes, and a rule may have
# none. Dates repeat every 400 years: counted out so much later, a search is over soon.
_LATER = 19 * 400


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that was read. ``days`` are (ordinal, weekday) with 0 for every one of them; ``until``
    is as it was written: a date, a time on the wall, or, as in every stored rule, a moment in
    UTC."""

    frequency: str
    interval: int = 1
    days: tuple[tuple[int, str], ...] = ()
    month_days: tuple[int, ...] = ()
    count: int | None = None
    until: str = ""

    def __str__(self) -> str:
        """The rule as RFC 5545 writes it, its parts always in the same order."""
        parts = [f"FREQ={self.frequency}"]
        if self.interval != 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.days:
            spelt = (f"{ordinal or ''}{day}" for ordinal, day in self.days)
            parts.append(f"BYDAY={','.join(spelt)}")
        if self.month_days:
            parts.append(f"BYMONTHDAY={','.join(map(str, self.month_days))}")
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        if self.until:
            parts.append(f"UNTIL={self.until}")
        return ";".join(parts)

    def ending_before(self, moment: datetime) -> Rule:
        """The rule without its dates from this moment on."""
        last = (moment - timedelta(seconds=1)).astimezone(UTC)
        return replace(self, count=None, until=f"{last:%Y%m%dT%H%M%SZ}")

    def moved(self, old: tuple[time, str], new: tuple[time, str]) -> Rule:
        """The rule with the same dates for what began by the ``old`` clock and zone and begins by
        the ``new`` one: there, the moment of its UNTIL may leave out its last date, or let one
        more in."""
        until = datetime.fromisoformat(self.until) if self.until else None
        if until is None or until.year >= limits.LAST_YEAR:  # no dates from that year on
            return self
        last = on_the_wall(until, old[1]).date()
        if moment_of(last, *old) > until:
            last -= timedelta(days=1)
        return replace(self, until=f"{moment_of(last, *new):%Y%m%dT%H%M%SZ}")

    def dates(self, first: date, clock: time, zone: str) -> Iterator[date]:
        """Its dates from ``first`` on, for something that begins at ``clock`` there. None after
        the years that events may be in. Its UNTIL is in UTC."""
        begins = datetime.combine(first, clock).replace(year=first.year + _LATER)
        counted = rrule.rrule(
            _FREQUENCIES[self.frequency],  # type: ignore[arg-type]
            dtstart=begins,
            interval=self.interval,
            count=self.count,
            byweekday=[_weekday(*day) for day in self.days] or None,
            bymonthday=self.month_days or None,
        )
        for each in counted:
            day = each.date().replace(year=each.year - _LATER)
            if day.year >= limits.LAST_YEAR or self._is_over(day, clock, zone):
                return
            yield day

    def until_in_utc(self, zone: str) -> Rule:
        """The rule with the moment that its UNTIL means in a zone, a date with its whole day: what
        programs want beside a start with a zone."""
        if not self.until or self.until.endswith("Z"):
            return self
        last = datetime.fromisoformat(self.until)
        if "T" not in self.until:
            last = last.replace(hour=23, minute=59, second=59)
        try:
            moment = to_utc(last, field=RULE, zone=zone)
        except Invalid:
            raise _refused("bad_until") from None
        return replace(self, until=f"{moment:%Y%m%dT%H%M%SZ}")

    def _is_over(self, day: date, clock: time, zone: str) -> bool:
        last = self.until and datetime.fromisoformat(self.until)
        return bool(last and moment_of(day, clock, zone) > last)


def read_rule(text: Any) -> Rule:
    """The rule that ``text`` spells: FREQ of a day or more, INTERVAL, BYDAY, BYMONTHDAY, and COUNT
    or UNTIL. Raises Invalid naming ``recurrence.rrule`` for any other."""
    if not isinstance(text, str):
        raise Invalid({RULE: "not_a_string"})
    if len(text) > limits.RRULE:
        raise Invalid({RULE: flaw("too_long", limit=limits.RRULE)})
    parts: dict[str, str] = {}
    for part in text.strip().upper().removeprefix("RRULE:").split(";"):
        name, equals, said = part.partition("=")
        if not equals or not said or not part.isascii():
            raise _refused("rule_unreadable")
        if name not in _READERS:
            raise _refused(flaw("rule_part_unknown", part=name[:20]))
        if name in parts:
            raise _refused(flaw("rule_part_twice", part=name))
        parts[name] = said
    if "FREQ" not in parts:
        raise _refused(flaw("rule_part_missing", part="FREQ"))
    if "COUNT" in parts and "UNTIL" in parts:
        raise _refused("count_and_until")
    rule = Rule(**{_READERS[name][0]: _READERS[name][1](said) for name, said in parts.items()})
    if any(abs(ordinal) > _ORDINALS.get(rule.frequency, 0) for ordinal, _ in rule.days):
        raise _refused("bad_ordinal")
    if rule.month_days and rule.frequency == "WEEKLY":
        raise _refused("weeks_have_no_month_days")
    return rule


def read_exdates(value: Any, zone: str) -> frozenset[date]:
    """The dates that ``value``, a list of ISO 8601 dates or times, takes out of a rule; a time with
    an offset means the date it has in ``zone``. Raises Invalid naming ``recurrence.exdates``."""
    if not isinstance(value, list):
        raise Invalid({EXDATES: "not_a_list"})
    if len(value) > limits.EXDATES:
        raise Invalid({EXDATES: flaw("too_many", most=limits.EXDATES)})
    return frozenset(_exdate(number, each, zone) for number, each in enumerate(value))


def read_recurrence(value: Any, zone: str) -> tuple[Rule, frozenset[date]]:
    """The rule and its exceptions of ``{"rrule": "…", "exdates": […]}``. Raises Invalid naming what
    is wrong with it."""
    if not isinstance(value, Mapping):
        raise Invalid({"recurrence": "not_an_object"})
    unknown = sorted(str(name) for name in value.keys() - {"rrule", "exdates"})
    if unknown:
        raise Invalid({f"recurrence.{unknown[0][:64]}": "unknown_field"})
    if "rrule" not in value:
        raise Invalid({RULE: "required"})
    exdates = value.get("exdates")
    rule = read_rule(value["rrule"]).until_in_utc(zone)
    return rule, read_exdates([] if exdates is None else exdates, zone)


def moment_of(day: date, clock: time, zone: str) -> datetime:
    """When the clock on the wall shows this there, in UTC: the first time where clocks go back, as
    much later as they go forward where they skip it."""
    return to_utc(datetime.combine(day, clock), field="start_time", zone=zone)


def on_the_wall(moment: datetime, zone: str) -> datetime:
    """What the clock on the wall shows at a moment, without a zone."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def _exdate(number: int, value: Any, zone: str) -> date:
    field = f"{EXDATES}.{number}"
    try:
        text = value.strip()
        if not text.isprintable():  # fromisoformat stops reading at a NUL
            raise ValueError
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo is None else on_the_wall(moment, zone)).date()
    except (ValueError, AttributeError, OverflowError):
        raise Invalid({field: "not_a_date"}) from None


def _refused(why: str | Flaw) -> Invalid:
    return Invalid({RULE: why})


def _frequency(said: str) -> str:
    if said not in _FREQUENCIES:
        raise _refused(flaw("not_one_of", choices=", ".join(_FREQUENCIES)))
    return said


def _whole(part: str, most: int, said: str) -> int:
    number = int(said) if _NUMBER.fullmatch(said) else 0
    if not 1 <= number <= most:
        raise _refused(flaw("rule_number", part=part, lowest=1, highest=most))
    return number


def _interval(said: str) -> int:
    return _whole("INTERVAL", limits.RRULE_INTERVAL, said)


def _count(said: str) -> int:
    return _whole("COUNT", limits.RRULE_COUNT, said)


def _days(said: str) -> tuple[tuple[int, str], ...]:
    found = [_DAY.fullmatch(each) for each in said.split(",")]
    days = [(int(each[1] or 0), each[2]) for each in found if each and each[1] not in _ZEROS]
    if len(days) < len(found):
        raise _refused("bad_weekday")
    return tuple(dict.fromkeys(days))


def _month_days(said: str) -> tuple[int, ...]:
    numbers = [int(each) if _SIGNED.fullmatch(each) else 0 for each in said.split(",")]
    if not all(1 <= abs(number) <= 31 for number in numbers):
        raise _refused("bad_month_day")
    return tuple(dict.fromkeys(numbers))


def _until(said: str) -> str:
    try:
        if not _UNTIL.fullmatch(said):
            raise ValueError
        datetime.fromisoformat(said)
    except ValueError:
        raise _refused("bad_until") from None
    return said


def _weekday(ordinal: int, day: str) -> rrule.weekday:
    every = rrule.weekdays[_DAYS[day]]
    return every(ordinal) if ordinal else every


_ZEROS = frozenset({"0", "+0", "-0", "00", "+00", "-00"})
# The parts that are taken: the field of Rule they fill, and what reads them.
_READERS: Mapping[str, tuple[str, Any]] = {
    "FREQ": ("frequency", _frequency),
    "INTERVAL": ("interval", _interval),
    "BYDAY": ("days", _days),
    "BYMONTHDAY": ("month_days", _month_days),
    "COUNT": ("count", _count),
    "UNTIL": ("until", _until),
}

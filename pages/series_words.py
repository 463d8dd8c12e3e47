"""A recurrence rule in words."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format

from events.domain.recurrence import Rule, read_rule

_PERIODS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_DAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}


def rule_words(rrule: str) -> str:
    """A rule as a person says it: "Every 2 weeks on Tuesday and Friday, 10 times"."""
    rule = read_rule(rrule)
    period = _PERIODS[rule.frequency]
    said = f"Every {period}" if rule.interval == 1 else f"Every {rule.interval} {period}s"
    if rule.days:
        said += f" on {_listed([_day(*each) for each in rule.days])}"
    if rule.month_days:
        said += f" on {_listed([_month_day(each) for each in rule.month_days])}"
    return said + _end(rule)


def _end(rule: Rule) -> str:
    if rule.count is not None:
        return f", {rule.count} time{'' if rule.count == 1 else 's'}"
    if rule.until:
        return f", until {date_format(datetime.fromisoformat(rule.until), 'j F Y')}"
    return ""


def _day(ordinal: int, day: str) -> str:
    return f"the {_nth(ordinal)} {_DAYS[day]}" if ordinal else _DAYS[day]


def _month_day(day: int) -> str:
    return f"the {_nth(day)}" if day > 0 else f"the {_nth(day)} day of the month"


def _nth(number: int) -> str:
    if number == -1:
        return "last"
    if number < 0:
        return f"{_nth(-number)} last"
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))

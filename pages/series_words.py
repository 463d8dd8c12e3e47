"""A recurrence rule in words."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from config.dates import plain_day
from events.domain.recurrence import Rule, read_rule

_DAYS = {
    "MO": gettext_lazy("Monday"),
    "TU": gettext_lazy("Tuesday"),
    "WE": gettext_lazy("Wednesday"),
    "TH": gettext_lazy("Thursday"),
    "FR": gettext_lazy("Friday"),
    "SA": gettext_lazy("Saturday"),
    "SU": gettext_lazy("Sunday"),
}


def rule_words(rrule: str) -> str:
    """A rule as a person says it: "Every 2 weeks on Tuesday and Friday, 10 times"."""
    rule = read_rule(rrule)
    said = _every(rule.frequency, rule.interval)
    weekdays, days = [_day(*each) for each in rule.days], [*map(_month_day, rule.month_days)]
    for named in filter(None, (weekdays, days)):
        said = _("%(rule)s on %(days)s") % {"rule": said, "days": _listed(named)}
    return _ended(said, rule)


def _every(frequency: str, number: int) -> str:
    match frequency:
        case "DAILY":
            said = ngettext("Every day", "Every %(n)s days", number)
        case "WEEKLY":
            said = ngettext("Every week", "Every %(n)s weeks", number)
        case "MONTHLY":
            said = ngettext("Every month", "Every %(n)s months", number)
        case _:
            said = ngettext("Every year", "Every %(n)s years", number)
    return said % {"n": number}


def _ended(said: str, rule: Rule) -> str:
    if rule.count is not None:
        counted = ngettext("%(rule)s, %(n)s time", "%(rule)s, %(n)s times", rule.count)
        return counted % {"rule": said, "n": rule.count}
    if rule.until:
        last = plain_day(datetime.fromisoformat(rule.until))
        return _("%(rule)s, until %(day)s") % {"rule": said, "day": last}
    return said


def _day(ordinal: int, day: str) -> str:
    named = {"day": _DAYS[day], "nth": _nth(abs(ordinal))}
    if ordinal == 0:
        return str(_DAYS[day])
    if ordinal > 0:
        return _("the %(nth)s %(day)s") % named
    return (_("the last %(day)s") if ordinal == -1 else _("the %(nth)s to last %(day)s")) % named


def _month_day(number: int) -> str:
    named = {"nth": _nth(abs(number))}
    if number > 0:
        return pgettext("day of the month", "the %(nth)s") % named
    last = _("the last day of the month")
    return last if number == -1 else _("the %(nth)s to last day of the month") % named


def _nth(number: int) -> str:
    if number == 1:
        return pgettext("ordinal", "1st")
    ending = 0 if number % 100 in (11, 12, 13) else number % 10
    said = {
        1: pgettext("ordinal", "%(n)sst"),
        2: pgettext("ordinal", "%(n)snd"),
        3: pgettext("ordinal", "%(n)srd"),
    }.get(ending, pgettext("ordinal", "%(n)sth"))
    return said % {"n": number}


def _listed(words: list[str]) -> str:
    *some, last = words
    return _("%(some)s and %(last)s") % {"some": ", ".join(some), "last": last} if some else last

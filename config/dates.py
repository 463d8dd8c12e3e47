"""Moments in words, in the active language, for pages and mails. Machines read ISO 8601 instead.

All functions take local time: which day it is depends on the zone. The formats are Django's, and
are translated like sentences.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.dateformat import format as formatted
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

_TO = "\N{EN DASH}"
FAR_OFF = 90


def long_day(local: date) -> str:
    """A day in full: "Saturday, 28 November 2026"."""
    return formatted(local, pgettext("date format", "l, j F Y"))


def day(local: date) -> str:
    """A day with a short weekday: "Sat 28 November 2026"."""
    return formatted(local, pgettext("date format", "D j F Y"))


def plain_day(local: date) -> str:
    """A day without its weekday: "28 November 2026"."""
    return formatted(local, pgettext("date format", "j F Y"))


def short_day(local: datetime, now: datetime) -> str:
    """A day in a list: "Sat 28 Nov", and of another year than this "Sat 2 Jan 2027"."""
    this_year = local.year == now.astimezone(local.tzinfo).year
    if this_year:
        return formatted(local, pgettext("date format", "D j M"))
    return formatted(local, pgettext("date format", "D j M Y"))


def near_day(local: datetime, now: datetime) -> str:
    """A day as people call it: "Today", "Tomorrow", else as short_day() does."""
    away = (local.date() - now.astimezone(local.tzinfo).date()).days
    if away == 0:
        return _("Today")
    return _("Tomorrow") if away == 1 else short_day(local, now)


def ago(local: datetime, now: datetime) -> str:
    """How long a moment of the past is gone, as short as can be: "now", "12 min", "3 h",
    "yesterday", "Thu", and from a week on as short_day() does."""
    here = now.astimezone(local.tzinfo)
    minutes, days = (here - local) // timedelta(minutes=1), (here.date() - local.date()).days
    if minutes < 1:
        return _("now")
    if minutes < 60:
        return pgettext("how long ago", "%(number)s min") % {"number": minutes}
    if days == 0:
        return pgettext("how long ago", "%(number)s h") % {"number": minutes // 60}
    if days == 1:
        return _("yesterday")
    return formatted(local, pgettext("date format", "D")) if days < 7 else short_day(local, now)


def days_away(local: datetime, now: datetime) -> str:
    """How far off a day is: "today", "tomorrow", "in 10 days", "yesterday", "10 days ago"; nothing
    for one that is more than FAR_OFF days away."""
    days = (local.date() - now.astimezone(local.tzinfo).date()).days
    if abs(days) > FAR_OFF:
        return ""
    if -1 <= days <= 1:
        return (_("yesterday"), _("today"), _("tomorrow"))[days + 1]
    if days > 0:
        return ngettext("in %(number)s day", "in %(number)s days", days) % {"number": days}
    return ngettext("%(number)s day ago", "%(number)s days ago", -days) % {"number": -days}


def month(local: date) -> str:
    """A month as a heading: "November 2026"."""
    return formatted(local, pgettext("date format", "F Y"))


def time_of_day(local: datetime) -> str:
    """A time: "19:00"."""
    return formatted(local, pgettext("date format", "H:i"))


def day_and_time(said: str, local: datetime) -> str:
    """A day in words with its time: "Sat 28 Nov, 19:00"."""
    return pgettext("date", "%(day)s, %(time)s") % {"day": said, "time": time_of_day(local)}


def span(start: datetime, end: datetime | None) -> str:
    """From when to when: "Sat 28 November 2026, 19:00-21:30", and over several days with both."""
    said = day_and_time(day(start), start)
    if end is None:
        return said
    if end.date() == start.date():
        return f"{said}{_TO}{time_of_day(end)}"
    return f"{said} {_TO} {day_and_time(day(end), end)}"


def short_span(start: datetime, end: datetime | None, now: datetime) -> str:
    """The same for lists: "Sat 28 Nov, 19:00-21:30", or "Sat 28 Nov - Sun 29 Nov"."""
    if end is None or end.date() == start.date():
        until = f"{_TO}{time_of_day(end)}" if end else ""
        return day_and_time(short_day(start, now), start) + until
    return f"{short_day(start, now)} {_TO} {short_day(end, now)}"


def zone_name(local: datetime) -> str:
    """A zone's short name, or its offset where it has no name but a number: "CET", "UTC-05:00"."""
    name = local.tzname() or ""
    return zone_offset(local) if name[:1] in ("+", "-") else name


def zone_offset(local: datetime) -> str:
    """How far the zone's clock is from UTC just then: "UTC+01:00"."""
    offset = local.utcoffset() or timedelta()
    minutes = abs(int(offset.total_seconds())) // 60
    sign = "\N{MINUS SIGN}" if offset < timedelta() else "+"
    return f"UTC{sign}{minutes // 60:02}:{minutes % 60:02}"


def zone_place(zone: str) -> str:
    """The place an IANA zone is named after, "New York"; empty for mere offsets."""
    place = zone.rpartition("/")[2].replace("_", " ")
    return "" if "/" not in zone or zone.startswith("Etc/") else place

"""How mails say when something is, in the event's zone and by the zone's name."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from events.enums import Format

_TO = "\N{EN DASH}"


def when_lines(start: datetime, end: datetime | None, zone: str) -> list[str]:
    """The day, and the time with its zone: ["Saturday, 28 November 2026", "16:30-19:00, Berlin
    time (CET)"]. An event over several days has a line for its start, one for its end and one for
    the zone."""
    tz = ZoneInfo(zone)
    local = start.astimezone(tz)
    last = end.astimezone(tz) if end else local
    named = zone_words(last, zone)
    if last.date() == local.date():
        until = f"{_TO}{last:%H:%M}" if end else ""
        return [_day(local), f"{local:%H:%M}{until}, {named}"]
    return [
        f"{_day(local)}, {local:%H:%M}",
        _("until %(day)s, %(time)s") % {"day": _day(last), "time": f"{last:%H:%M}"},
        named,
    ]


def when_line(start: datetime, end: datetime | None, zone: str) -> str:
    """The same in one line."""
    return ", ".join(when_lines(start, end, zone))


def format_words(format: str) -> str:
    """Where an event takes place."""
    return {
        Format.IN_PERSON.value: _("In person"),
        Format.VIRTUAL.value: _("Online"),
        Format.HYBRID.value: _("In person and online"),
    }[format]


def zone_words(local: datetime, zone: str) -> str:
    """The clock that times are told by: "Berlin time (CET)", "UTC"."""
    place, short = zone.rpartition("/")[2].replace("_", " "), _short_name(local)
    if zone == "UTC" or zone.startswith("Etc/") or "/" not in zone:
        return short
    return _("%(place)s time (%(zone)s)") % {"place": place, "zone": short}


def _short_name(local: datetime) -> str:
    name = local.tzname() or ""
    if name[:1] not in ("+", "-"):
        return name
    offset = local.utcoffset() or timedelta()
    minutes = abs(int(offset.total_seconds())) // 60
    sign = "\N{MINUS SIGN}" if offset < timedelta() else "+"
    return f"UTC{sign}{minutes // 60:02}:{minutes % 60:02}"


def _day(local: datetime) -> str:
    return date_format(local, "l, j F Y")

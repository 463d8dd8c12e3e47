"""How mails say when something is, in the event's zone and by the zone's name."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from config.dates import day_and_time, long_day, time_of_day, zone_name, zone_place
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
        until = f"{_TO}{time_of_day(last)}" if end else ""
        return [long_day(local), f"{time_of_day(local)}{until}, {named}"]
    return [
        day_and_time(long_day(local), local),
        _("until %(day)s, %(time)s") % {"day": long_day(last), "time": time_of_day(last)},
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
    place, short = zone_place(zone), zone_name(local)
    return _("%(place)s time (%(zone)s)") % {"place": place, "zone": short} if place else short

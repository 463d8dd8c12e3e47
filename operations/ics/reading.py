"""Entries of a calendar (RFC 5545) in our words. Whatever can be kept is kept."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

import nh3
from icalendar import Calendar, Component

from config.cleaners import WebAddress
from config.errors import Invalid
from config.text import unlinked
from events import limits
from events.enums import Format
from events.kinds import zone_names
from operations.importing import Report

_WHAT = "entries"
# Letters of a title in the report.
_NAMED = 60
_MARKUP = re.compile(r"</?(?:a|b|br|div|i|li|ol|p|span|strong|u|ul)\b[^>]*>", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p|/div|/li)\b[^>]*>", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_WEB = WebAddress(limits.URL, required=True)
# What an event is made of; an entry in which one of them is broken is left out.
_READ = frozenset(
    {
        *("UID", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "RRULE", "EXDATE", "RDATE"),
        *("SUMMARY", "DESCRIPTION", "LOCATION", "URL", "STATUS", "CLASS", "CATEGORIES"),
        *("CONFERENCE", "ORGANIZER", "ATTENDEE"),
    }
)


class Entry(NamedTuple):
    """An event of a calendar, not read yet. ``replaces`` says which date of a series it stands for,
    as it was planned; None for the series itself and for an event by itself."""

    uid: str
    replaces: date | None
    component: Component
    name: str

    @property
    def key(self) -> str:
        """What it is known by, however often the calendar is read."""
        return self.uid if self.replaces is None else f"{self.uid}|{_spelt(self.replaces)}"


def read_entries(content: bytes, report: Report) -> tuple[list[Entry], str]:
    """The events of a calendar, those of a series one behind the other and the series first; and
    the name of its time zone, empty where it tells none that is known here. Raises Invalid
    (``source``)."""
    try:
        calendars = Calendar.from_ical(content, multiple=True)
    except ValueError:
        calendars = []
    calendars = [each for each in calendars if each.name == "VCALENDAR"]
    if not calendars:
        raise Invalid({"source": "not_a_calendar"})
    entries = []
    for component in (each for calendar in calendars for each in calendar.subcomponents):
        if component.name == "VEVENT":
            try:
                entries.append(_entry(component))
            except Invalid as problem:
                report.refused(_WHAT, _named(component), problem)
        elif component.name != "VTIMEZONE":
            report.note(_WHAT, component.name, "Left out: not an event.")
    entries.sort(key=lambda each: (each.uid, each.replaces is not None, each.key))
    zone = str(calendars[0].get("X-WR-TIMEZONE", ""))
    return entries, zone if zone in zone_names() else ""


def grouped(entries: list[Entry]) -> Iterator[list[Entry]]:
    """Entries of one id together: a series and what stands for some of its dates."""
    together: list[Entry] = []
    for entry in entries:
        if together and entry.uid != together[0].uid:
            yield together
            together = []
        together.append(entry)
    if together:
        yield together


def values_of(entry: Entry, zone: str, without: list[date], report: Report) -> dict[str, Any]:
    """The fields of an event, in domain words. Times without a zone are in ``zone``; ``without``
    are dates that other entries stand for. Raises Invalid."""
    component, which = entry.component, entry.name
    title = report.fit(_WHAT, which, "title", _said(component, "SUMMARY"), limits.TITLE)
    location = report.fit(_WHAT, which, "location", _said(component, "LOCATION"), limits.LOCATION)
    online_url = _online(component, location, which, report)
    if location == online_url:
        location = ""
    values = {
        "title": title,
        "description": _description(component, which, report),
        "location": location,
        "online_url": online_url,
        "format": Format.IN_PERSON.value,
        "tags": _tags(component, which, report),
        "is_private": _said(component, "CLASS").upper() in ("PRIVATE", "CONFIDENTIAL"),
        "host_name": _host(component),
        **_times(entry, zone, report),
    }
    if online_url:
        values["format"] = (Format.HYBRID if location else Format.VIRTUAL).value
    if attendees := _all(component, "ATTENDEE"):
        why = "Left out: see import_guests."
        report.note("attendees", which, why, number=len(attendees))
    rules = _all(component, "RRULE")
    if len(rules) > 1 or _all(component, "RDATE"):
        report.note(_WHAT, which, "Without its dates beside the rule.")
    if rules:
        left_out = [each.dt for listed in _all(component, "EXDATE") for each in listed.dts]
        values["recurrence"] = {
            "rrule": _rule(rules[0]),
            "exdates": [_spelt(each) for each in [*left_out, *without]],
        }
    return values


def _entry(component: Component) -> Entry:
    for name, _ in component.errors:
        if name in _READ:
            raise Invalid({name.lower(): "ics_unreadable"})
    name = _named(component)
    start = _first(component, "DTSTART")
    if start is None:
        raise Invalid({"dtstart": "required"})
    # Old programs write entries without the id that there should be.
    uid = _said(component, "UID") or f"{name}|{_spelt(start.dt)}"
    replaces = _first(component, "RECURRENCE-ID")
    return Entry(uid, None if replaces is None else replaces.dt, component, name)


def _times(entry: Entry, zone: str, report: Report) -> dict[str, Any]:
    """Start, end and zone. A day without a time begins at midnight."""
    component = entry.component
    start, end = _first(component, "DTSTART").dt, _first(component, "DTEND")
    length = _first(component, "DURATION")
    whole_days = not isinstance(start, datetime)
    try:
        if end is not None:
            end = end.dt
        elif length is not None or whole_days:
            end = start + (timedelta(days=1) if length is None else length.dt)
    except OverflowError:
        raise Invalid({"dtstart": "not_a_time"}) from None
    if whole_days:
        start, end = _midnight(start), _midnight(end)
    elif start.tzinfo is not None:
        own = getattr(start.tzinfo, "key", "UTC")
        # A moment in UTC says nothing of a zone, unless a rule counts by it.
        if own in zone_names() and (own != "UTC" or "RRULE" in component):
            zone = own
    try:
        late = end is not None and end <= start
    except TypeError:  # one of them has a zone, or is a day
        late = True
    if late:
        report.note(_WHAT, entry.name, "Without its end, which was not after its start.")
        end = None
    return {"start_time": start, "end_time": end, "timezone": zone}


def _midnight(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, time())


def _rule(rule: Any) -> str:
    """The rule's text. On which day a week begins is left out where it changes nothing."""
    parts = dict(rule)
    every_week = parts.get("INTERVAL", [1]) == [1] or len(parts.get("BYDAY", [])) < 2
    if every_week or parts.get("WKST") == ["MO"]:
        parts.pop("WKST", None)
    return str(type(rule)(parts).to_ical().decode())


def _description(component: Component, which: str, report: Report) -> str:
    """The text, followed by the address of the event elsewhere. Some programs write HTML."""
    text = _said(component, "DESCRIPTION")
    if _MARKUP.search(text):
        text = html.unescape(nh3.clean(_BREAK.sub("\n", text), tags=set()))
    address = _said(component, "URL")
    if _ADDRESS.fullmatch(address) and address not in text:
        text = f"{text}\n\n{address}".strip()
    return report.fit(_WHAT, which, "description", text, limits.DESCRIPTION, multiline=True)


def _online(component: Component, location: str, which: str, report: Report) -> str:
    """Where to join over the network: the first address that is told."""
    told = [str(each) for each in _all(component, "CONFERENCE")]
    told += [_said(component, "X-GOOGLE-CONFERENCE"), location]
    address = next((each for each in told if _ADDRESS.fullmatch(each)), "")
    if not address:
        return ""
    try:
        return _WEB.clean("online_url", address)
    except Invalid:
        report.note(_WHAT, which, "Without the address to join, which cannot be read.")
        return ""


def _tags(component: Component, which: str, report: Report) -> list[str]:
    told = [str(each).strip() for listed in _all(component, "CATEGORIES") for each in listed.cats]
    named = list(dict.fromkeys(filter(None, told)))
    tags = [each for each in named if len(each) <= limits.TAG and each.isprintable()]
    if len(named) > len(tags[: limits.TAGS]):
        report.note(_WHAT, which, "Without some of its categories.")
    return tags[: limits.TAGS]


def _host(component: Component) -> str:
    """The name of who organizes it; never an address, which some programs write in its place."""
    organizer = _first(component, "ORGANIZER")
    name = "" if organizer is None else str(organizer.params.get("CN", "")).strip()
    return "" if "@" in name or not name.isprintable() else unlinked(name)[: limits.HOST_NAME]


def _named(component: Component) -> str:
    """What the entry is called in the report."""
    return "".join(filter(str.isprintable, _said(component, "SUMMARY")))[:_NAMED] or "?"


def _said(component: Component, name: str) -> str:
    return next((str(each).strip() for each in _all(component, name)), "")


def _first(component: Component, name: str) -> Any:
    """The property, None where there is none."""
    return next(iter(_all(component, name)), None)


def _all(component: Component, name: str) -> list[Any]:
    found = component.get(name, [])
    return found if isinstance(found, list) else [found]


def _spelt(moment: date) -> str:
    return moment.isoformat()

"""The one iCalendar writer (RFC 5545)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from icalendar import Calendar, Event

from events.enums import Status

_TITLE_IN_NAME = 80
_PRODUCT = "-//Convene//Convene//EN"


class CalendarEntry(Protocol):
    """What an entry is written from: already redacted for its reader."""

    @property
    def id(self) -> UUID: ...
    @property
    def title(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def start_time(self) -> datetime: ...
    @property
    def end_time(self) -> datetime | None: ...
    @property
    def places(self) -> list[str]: ...
    @property
    def status(self) -> Status: ...
    @property
    def sequence(self) -> int: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def updated_at(self) -> datetime: ...


def write_calendar(entries: Iterable[tuple[CalendarEntry, str]]) -> bytes:
    """A VCALENDAR with one VEVENT for each (entry, absolute page URL). Times in UTC.

    A reader who may not know the place gets an entry without LOCATION. A cancelled event carries
    STATUS:CANCELLED and the higher SEQUENCE its cancelling gave it.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for entry, url in entries:
        calendar.add_component(_component(entry, url))
    return bytes(calendar.to_ical())


def calendar_filename(entry: CalendarEntry) -> str:
    """A file name from the title and the start of the id: ``Title_of_it_abc12345.ics``, ASCII."""
    title = re.sub(r"[^A-Za-z0-9]+", "_", entry.title).strip("_")[:_TITLE_IN_NAME].strip("_")
    return f"{title or 'event'}_{entry.id.hex[:8]}.ics"


def _component(entry: CalendarEntry, url: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.id}@convene")
    event.add("dtstamp", entry.updated_at)
    event.add("created", entry.created_at)
    event.add("last-modified", entry.updated_at)
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.start_time)
    if entry.end_time is not None:
        event.add("dtend", entry.end_time)
    event.add("summary", entry.title)
    if entry.description:
        event.add("description", entry.description)
    if entry.places:
        event.add("location", entry.places[0])
    event.add("url", url)
    event.add("status", "CANCELLED" if entry.status == Status.CANCELLED else "CONFIRMED")
    return event

"""What a mail says, before it is text or HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from events.domain.calendar import CalendarEntry


class Change(NamedTuple):
    """Something of an event that is another now. ``old`` is empty where it may not be told."""

    label: str
    old: str
    new: str


class Part(NamedTuple):
    """The calendar entry that a mail carries."""

    entry: CalendarEntry
    url: str
    method: Literal["REQUEST", "CANCEL"]
    answer: Literal["NEEDS-ACTION", "ACCEPTED", "TENTATIVE", "DECLINED"]
    organizer: str
    attendee: str


@dataclass(slots=True)
class Letter:
    """One mail in words. ``kicker`` stands above the heading; ``quote`` is what somebody wrote;
    ``facts`` are (label, lines), ``buttons`` and ``links`` (label, address), the first button the
    one to press; ``notes`` end it."""

    subject: str
    kicker: str
    heading: str
    paragraphs: list[str] = field(default_factory=list)
    quote: str = ""
    changes: list[Change] = field(default_factory=list)
    facts: list[tuple[str, list[str]]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    ticket: str | None = None
    notes: list[str] = field(default_factory=list)
    reply_to: str = ""
    calendar: Part | None = None
    # What a file for calendars holds, with the pages' addresses.
    dates: list[tuple[CalendarEntry, str]] = field(default_factory=list)
    # Day and month of the event, for the band above.
    date: tuple[str, str] | None = None

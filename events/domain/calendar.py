"""The one iCalendar writer (RFC 5545, and RFC 7986 for what a subscription says of itself)."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, NamedTuple, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDatetime, vDuration, vRecur, vText, vUri

from config.markdown import as_text
from events import limits
from events.domain.zones import vtimezone
from events.enums import Status

_TITLE_IN_NAME = 80
_PRODUCT = "-//Convene//Convene//EN"
_OPEN_ENDED = timedelta(hours=limits.OPEN_ENDED_HOURS)
# How often a subscription is asked for again.
_REFRESH = timedelta(hours=1)
# Of descriptions, in characters: of an event among others, and of all in one feed together. Making
# plain text of them takes most of the time that a feed takes.
_TOLD_OF_EACH, _TOLD_OF_ALL = 2_000, 100_000
# So many entries of no more than that are kept as they were written: a feed that is asked for again
# is soon made.
_KEPT = 1_500
# How far a rule that goes on is written out where its zone changes clocks by no rule.
_YEARS_AHEAD = 5


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
    def timezone(self) -> str: ...
    @property
    def location(self) -> str | None: ...
    @property
    def online_url(self) -> str | None: ...
    @property
    def tags(self) -> list[str]: ...
    @property
    def status(self) -> Status: ...
    @property
    def sequence(self) -> int: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def updated_at(self) -> datetime: ...


class _Told(NamedTuple):
    """All that an entry is written from."""

    id: UUID
    title: str
    description: str
    start: datetime
    end: datetime | None
    zone: str
    location: str | None
    online_url: str | None
    tags: tuple[str, ...]
    cancelled: bool
    sequence: int
    created_at: datetime
    updated_at: datetime
    url: str


class Invitation(NamedTuple):
    """A calendar entry as a mail carries it (RFC 5546): from its organizer to one attendee.

    REQUEST invites or updates; CANCEL takes the entry back, be it that the event was called off or
    that this guest comes no longer. ``stamped`` is when it was written: of two with the same
    SEQUENCE the later one counts. ``wants_reply`` asks the mail program for buttons to answer with.
    """

    method: Literal["REQUEST", "CANCEL"]
    organizer_name: str
    organizer_address: str
    attendee_name: str
    attendee_address: str
    answer: Literal["NEEDS-ACTION", "ACCEPTED", "TENTATIVE", "DECLINED"]
    stamped: datetime
    wants_reply: bool = False


def write_event(entry: CalendarEntry, url: str) -> bytes:
    """One event as a file; ``url`` is its page. A reader who may not know the place gets no
    LOCATION; a cancelled event has STATUS:CANCELLED and the SEQUENCE its cancelling raised."""
    told = _told(entry, url)
    return _written(_calendar("PUBLISH"), [told], [_lines(told)])


def write_events(entries: Collection[tuple[CalendarEntry, str]]) -> bytes:
    """Several events as one file, as write_event() does; of each (entry, absolute page URL). Long
    descriptions are cut."""
    told = _told_of_many(entries)
    return _written(_calendar("PUBLISH"), told, [_lines(each) for each in told])


def write_invitation(entry: CalendarEntry, url: str, invitation: Invitation) -> bytes:
    """One event as the ``text/calendar`` part of a mail, whose ``method`` parameter is the
    invitation's. ``entry`` is what the attendee may know."""
    told = _told(entry, url)
    event = _component(told)
    event["dtstamp"] = vDatetime(invitation.stamped.astimezone(UTC))
    if invitation.method == "CANCEL":
        event["status"] = vText("CANCELLED")
    organizer = _person(invitation.organizer_name)
    event.add("organizer", f"mailto:{invitation.organizer_address}", organizer)
    attendee = _person(invitation.attendee_name) | {
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": invitation.answer,
        "RSVP": "TRUE" if invitation.wants_reply else "FALSE",
    }
    event.add("attendee", f"mailto:{invitation.attendee_address}", attendee)
    return _written(_calendar(invitation.method), [told], [event.to_ical()])


class Continued(NamedTuple):
    """What follows the entries of a series: more of the kind of ``like``, by its rule."""

    series_id: UUID
    like: CalendarEntry
    begins: datetime
    zone: str
    rrule: str
    exdates: Collection[datetime]
    sequence: int
    url: str


def write_feed(
    name: str,
    entries: Collection[tuple[CalendarEntry, str]],
    continued: Continued | None = None,
) -> bytes:
    """A calendar to subscribe to, with one VEVENT for each (entry, absolute page URL), and one with
    an RRULE for what a series has not made yet. Long descriptions are cut, and all of them in a
    very long feed: the page has the rest."""
    calendar = _calendar("PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", vDuration(_REFRESH), {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(_REFRESH))
    events = _told_of_many(entries)
    lines = [_lines(told) for told in events]
    if continued is not None:
        told, written = _repeated(continued, _most(len(entries)))
        events.append(told)
        # Where a zone has no rule, it is written for the years in which somebody may look.
        years = range(1, _YEARS_AHEAD + 1)
        events += [told._replace(start=_years_later(told.start, n), end=None) for n in years]
        lines.append(written)
    return _written(calendar, events, lines)


def calendar_filename(entry: CalendarEntry) -> str:
    """The name of an exported file as the Tenant API documents it, from the title and the start of
    the id: ``Title_of_it_abc12345.ics``, in the nearest ASCII."""
    plain = unicodedata.normalize("NFKD", entry.title).encode("ascii", "ignore").decode()
    title = re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_")[:_TITLE_IN_NAME].strip("_")
    return f"{title or 'event'}_{entry.id.hex[:8]}.ics"


def local_date(entry: CalendarEntry) -> str:
    """The day an event begins on in its own zone, like ``2030-08-22``."""
    return entry.start_time.astimezone(ZoneInfo(entry.timezone)).date().isoformat()


def end_of(entry: CalendarEntry) -> datetime:
    """When calendars take it to be over: an open-ended event as the rest of Convene does."""
    return entry.end_time or entry.start_time + _OPEN_ENDED


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _told(entry: CalendarEntry, url: str, most: int | None = None) -> _Told:
    """What is told of an event; of its description no more than ``most`` characters."""
    cut = entry.description
    if most is not None and len(cut) > most:
        cut = f"{cut[: most - 1]}…"
    return _Told(
        id=entry.id,
        title=entry.title,
        description=cut,
        start=entry.start_time,
        end=entry.end_time,
        zone=entry.timezone,
        location=entry.location,
        online_url=entry.online_url,
        tags=tuple(entry.tags),
        cancelled=entry.status == Status.CANCELLED,
        sequence=entry.sequence,
        created_at=entry.created_at,
        updated_at=entry.updated_at,
        url=url,
    )


def _told_of_many(entries: Collection[tuple[CalendarEntry, str]]) -> list[_Told]:
    most = _most(len(entries))
    return [_told(entry, url, most) for entry, url in entries]


def _most(entries: int) -> int:
    """How much is told of each of so many events, in characters of its description."""
    return min(_TOLD_OF_EACH, _TOLD_OF_ALL // max(entries, 1))


def _written(calendar: Calendar, told: Collection[_Told], events: Collection[bytes]) -> bytes:
    """The calendar with these events, which are lines already, and the zones they name."""
    years: dict[str, set[int]] = defaultdict(set)
    for each in told:
        if each.zone != "UTC":
            zone = ZoneInfo(each.zone)
            ends = (each.start, each.end or each.start)
            years[each.zone] |= {moment.astimezone(zone).year for moment in ends}
    zones = [vtimezone(name, frozenset(years[name])) for name in sorted(years)]
    begun, end, after = bytes(calendar.to_ical()).rpartition(b"END:VCALENDAR")
    return b"".join([begun, *zones, *events, end, after])


def _lines(told: _Told) -> bytes:
    return (_short_lines if len(told.description) <= _TOLD_OF_EACH else _made_lines)(told)


def _made_lines(told: _Told) -> bytes:
    return bytes(_component(told).to_ical())


_short_lines = lru_cache(maxsize=_KEPT)(_made_lines)


def _component(told: _Told) -> Event:
    event = Event()
    event.add("uid", f"{told.id}@convene")
    event.add("dtstamp", told.updated_at)
    event.add("created", told.created_at)
    event.add("last-modified", told.updated_at)
    event.add("sequence", told.sequence)
    _add_moment(event, "dtstart", told.start, told.zone)
    if told.end is None:
        event.add("duration", _OPEN_ENDED)
    else:
        _add_moment(event, "dtend", told.end, told.zone)
    event.add("summary", told.title)
    description = as_text(told.description) if told.description else ""
    if told.online_url:
        event.add("conference", vUri(told.online_url), {"VALUE": "URI", "FEATURE": "VIDEO"})
        if told.location:
            # Few calendars show a CONFERENCE; all show the description.
            description = f"{description}\n\n{_join_online(told.online_url)}".strip()
    if description:
        event.add("description", description)
    # Where there is no street, the link stands where calendars look for one and offer to join.
    if place := told.location or told.online_url:
        event.add("location", place)
    if told.tags:
        event.add("categories", told.tags)
    event.add("url", told.url)
    event.add("status", "CANCELLED" if told.cancelled else "CONFIRMED")
    return event


def _repeated(continued: Continued, most: int) -> tuple[_Told, bytes]:
    """What is told of the first of the occurrences to come, and the entry of them all. It begins at
    the wall's own time, even where clocks skip it that day: the rule goes on from there."""
    like, zone = continued.like, continued.zone
    start = continued.begins.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    told = _told(like, continued.url, most)._replace(
        id=continued.series_id,
        start=start,
        end=like.end_time and start + (like.end_time - like.start_time),
        zone=zone,
        cancelled=False,
        sequence=continued.sequence,
    )
    component = _component(told)
    del component["dtstart"]
    _add_wall(component, "dtstart", continued.begins, zone)
    component.add("rrule", vRecur.from_ical(continued.rrule))
    for each in continued.exdates:
        _add_wall(component, "exdate", each, zone)
    return told, bytes(component.to_ical())


def _years_later(moment: datetime, years: int) -> datetime:
    return moment + timedelta(days=365 * years)


def _add_wall(event: Event, name: str, wall: datetime, zone: str) -> None:
    if zone == "UTC":
        event.add(name, vDatetime(wall.replace(tzinfo=UTC)))
    else:
        event.add(name, vDatetime(wall), {"TZID": zone})


def _join_online(url: str) -> str:
    return _("Join online: %(address)s") % {"address": url}


def _add_moment(event: Event, name: str, moment: datetime, zone: str) -> None:
    """Local time with its TZID; in UTC for events without a zone, and for a local time's second
    occurrence when clocks go back, which a TZID cannot tell (RFC 5545, section 3.3.5)."""
    local = moment.astimezone(ZoneInfo(zone))
    if zone == "UTC" or local.fold:
        event.add(name, vDatetime(moment.astimezone(UTC)))
    else:
        event.add(name, vDatetime(local.replace(tzinfo=None)), {"TZID": zone})


def _person(name: str) -> dict[str, Any]:
    return {"CN": name} if name else {}

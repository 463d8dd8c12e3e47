"""An event as one viewer may see it: redacted, counted, ready to render.

Every door renders EventFacts and never the row or the model, so redaction cannot be forgotten.
Times are UTC; counts are of approved answers unless the name says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from events.domain.times import is_reachable, rsvps_open, status_of
from events.domain.visibility import (
    sees_channel,
    sees_comments,
    sees_counts,
    sees_guests,
    sees_hosts_side,
    sees_online,
    sees_place,
    sees_queue,
    shows_place,
)
from events.enums import Standing, Status
from events.facts.tiers import TierFacts
from events.fields import EVENT
from events.rows import EventRow


class EventChannel(NamedTuple):
    """The channel an event is listed under."""

    id: UUID
    name: str
    slug: str
    visibility: str


class EventCover(NamedTuple):
    """The picture an event shows: its name in the storage, its size in pixels, what it shows, and
    the widths of its smaller files (config/images.py)."""

    id: UUID
    file: str
    width: int
    height: int
    alt_text: str
    widths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class EventSeries:
    """The series an event is an occurrence of, its rule as RFC 5545 writes it, and the event's
    number there, counted from 0 in the order in which occurrences were made."""

    id: UUID
    rrule: str
    index: int


class EventFacts(EventRow):
    """One event for one viewer: its columns, redacted, and what follows from them at ``now``.

    The place, where to join and ``stream_status`` are None when there is none or the viewer may not
    know it (``place_hidden`` and ``online_hidden`` tell these apart); the columns of the
    channel are None unless the viewer may know it, and so are counts (``pending_count`` and
    ``waitlisted_count`` are organizers' alone) and what is for hosts alone. ``is_full`` is known to
    everybody. ``rsvps_closed`` is the organizer's own switch, ``closed`` what it and the clock say
    together.
    """

    standing: Standing
    now: datetime
    # Whether every place is taken.
    is_full: bool
    # The number in line of whoever joins the waitlist next, where counts are shown; else None.
    next_in_line: int | None

    @property
    def status(self) -> Status:
        """Where it stands by the clock."""
        return status_of(self, self.now)

    @property
    def closed(self) -> bool:
        """Whether RSVPs are closed: by the organizer, by time, or as the event is over."""
        return not rsvps_open(self, self.now)

    @property
    def reachable(self) -> bool:
        """Whether its hosts can still be written to."""
        return is_reachable(self, self.now)

    @property
    def place_hidden(self) -> bool:
        """Whether the viewer may not know the place."""
        return not sees_place(self, self.standing)

    @property
    def online_hidden(self) -> bool:
        """Whether the viewer may not know where to join online."""
        return not sees_online(self, self.standing)

    @property
    def guests_hidden(self) -> bool:
        """Whether the viewer may not read the guest list."""
        return not sees_guests(self, self.standing)

    @property
    def counts_hidden(self) -> bool:
        """Whether the viewer may not know how many answered."""
        return not sees_counts(self, self.standing)

    @property
    def comments_hidden(self) -> bool:
        """Whether the viewer may not read the comments."""
        return not sees_comments(self, self.standing)

    @property
    def shows_place(self) -> bool:
        """What an organizer reads of the event's own setting, others of themselves."""
        return shows_place(self, self.standing)

    @property
    def has_stream(self) -> bool:
        """Whether there is a stream the viewer may know of: it leads to the event like the online
        URL."""
        return self.stream_status is not None

    @property
    def channel(self) -> EventChannel | None:
        """The channel it is listed under, if the viewer may know it."""
        if self.channel_id is None:
            return None
        return EventChannel(
            self.channel_id,
            self.channel_name or "",
            self.channel_slug or "",
            self.channel_visibility or "",
        )

    @property
    def series(self) -> EventSeries | None:
        """The series it belongs to."""
        if self.series_id is None:
            return None
        return EventSeries(self.series_id, self.series_rrule or "", self.series_index or 0)

    @property
    def cover(self) -> EventCover | None:
        """Its picture."""
        if self.cover_id is None:
            return None
        return EventCover(
            self.cover_id,
            self.cover_file or "",
            self.cover_width or 0,
            self.cover_height or 0,
            self.cover_alt or "",
            tuple(self.cover_widths or ()),
        )

    @property
    def cover_image(self) -> str | None:
        """The cover's name in the storage."""
        return self.cover_file or None

    @property
    def listed_count(self) -> int | None:
        """Approved answers that are not private; None where counts are hidden."""
        counts = (self.going_count, self.interested_count, self.not_going_count)
        answered = [count for count in counts if count is not None]
        return None if self.private_count is None else sum(answered) - self.private_count

    @property
    def listed_party_size(self) -> int | None:
        """The people in them."""
        if self.party_size is None or self.private_party_size is None:
            return None
        return self.party_size - self.private_party_size

    @property
    def spots_left(self) -> int | None:
        """Free seats; None without a capacity, and where counts are hidden."""
        if self.capacity is None or self.seats_taken is None:
            return None
        return max(self.capacity - self.seats_taken, 0)

    @property
    def takes_going(self) -> bool:
        """Whether somebody who is going would be let in, queued for the organizer, or put in line
        for a seat, now."""
        return not self.closed and (self.approval_required or self.waitlist or not self.is_full)

    @property
    def offers_waitlist(self) -> bool:
        """Whether an answer that finds no seat may ask to wait for one. Where organizers approve,
        it is they who put guests in line."""
        return self.waitlist and not self.approval_required and not self.closed

    def hands_out(self, tier: TierFacts) -> bool:
        """Whether a ticket of this tier can be had, or waited for, as far as the tier goes."""
        waits = self.approval_required or self.waitlist
        return tier.is_active and tier.is_free and (waits or not tier.is_full)


def _positions(*columns: str) -> list[int]:
    return [EventRow._fields.index(column) for column in columns]


_PLACE = _positions(*(field.name for field in EVENT if field.is_place))
_ONLINE = _positions(*(field.name for field in EVENT if field.is_online), "stream_status")
_COUNTS = _positions(
    *("seats_taken", "going_count", "interested_count", "not_going_count"),
    *("party_size", "private_count", "private_party_size"),
)
_CHANNEL = _positions("channel_id", "channel_name", "channel_slug", "channel_visibility")
_HOSTS = _positions(
    *(field.name for field in EVENT if field.is_hosts), "host_confirmed_at", "takedown_reason"
)
_QUEUE = _positions("pending_count", "waitlisted_count")


def event_facts(row: EventRow, standing: Standing, now: datetime) -> EventFacts:
    """What a viewer of this standing may know of the event at ``now``."""
    columns: list[Any] = list(row)
    place, online = sees_place(row, standing), sees_online(row, standing)
    for position in _PLACE:
        columns[position] = (columns[position] or None) if place else None
    for position in _ONLINE:
        columns[position] = (columns[position] or None) if online else None
    if not sees_counts(row, standing):
        for position in _COUNTS:
            columns[position] = None
    if not sees_channel(row.channel_visibility, standing):
        for position in _CHANNEL:
            columns[position] = None
    line = (row.waitlisted_count or 0) + 1 if row.waitlist and sees_counts(row, standing) else None
    if not sees_queue(standing):
        for position in _QUEUE:
            columns[position] = None
    if not sees_hosts_side(standing):
        for position in _HOSTS:
            columns[position] = None
    facts = EventFacts._make(columns)
    facts.standing, facts.now = standing, now
    facts.next_in_line = line
    facts.is_full = row.capacity is not None and (row.seats_taken or 0) >= row.capacity
    return facts


def many_event_facts(
    rows: Iterable[EventRow], standing_of: Callable[[EventRow], Standing], now: datetime
) -> list[EventFacts]:
    """Facts of a list, each event judged by the viewer's standing to it."""
    return [event_facts(row, standing_of(row), now) for row in rows]

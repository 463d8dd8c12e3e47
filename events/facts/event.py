"""An event as one viewer may see it: redacted, counted, ready to render.

Every door renders EventFacts and never the row or the model, so redaction cannot be forgotten.
Times are UTC; counts are of approved answers unless the name says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from events.domain.times import rsvps_open, status_of
from events.domain.visibility import sees_channel, sees_place, sees_queue
from events.enums import Standing, Status
from events.facts.tiers import TierFacts
from events.rows import (
    EventRow,
)


@dataclass(frozen=True, slots=True)
class EventChannel:
    """The channel an event is listed under."""

    id: UUID
    name: str
    slug: str
    visibility: str


@dataclass(frozen=True, slots=True)
class EventCover:
    """The picture an event shows: its name in the storage, its size in pixels, what it shows."""

    id: UUID
    file: str
    width: int
    height: int
    alt_text: str


@dataclass(frozen=True, slots=True)
class EventFacts:
    """One event for one viewer.

    ``location`` and ``online_url`` are None when there is none or the viewer may not know it
    (``place_hidden`` tells these apart). ``rsvps_closed`` is the answer of the clock and the
    organizer together; ``closed_by_hand`` the organizer's alone. ``pending_count`` is None for
    viewers who may not know it. ``has_stream`` tells of a stream the viewer may know of: it leads
    to the event like the online URL.
    """

    id: UUID
    tenant_id: UUID | None
    creator_id: UUID | None
    slug: str
    title: str
    description: str
    start_time: datetime
    end_time: datetime | None
    timezone: str
    format: str
    location: str | None
    online_url: str | None
    place_hidden: bool
    cover: EventCover | None
    tags: list[str]
    metadata: dict[str, Any]
    capacity: int | None
    spots_left: int | None
    max_guests_per_rsvp: int
    is_private: bool
    approval_required: bool
    hide_location: bool
    rsvps_closed: bool
    closed_by_hand: bool
    rsvp_close_at: datetime | None
    featured: bool
    status: Status
    sequence: int
    version: int
    created_at: datetime
    updated_at: datetime
    seats_taken: int
    going_count: int
    interested_count: int
    not_going_count: int
    pending_count: int | None
    listed_count: int
    listed_party_size: int
    private_count: int
    private_party_size: int
    channel: EventChannel | None
    has_stream: bool
    standing: Standing

    @property
    def cover_id(self) -> UUID | None:
        """The cover's id."""
        return self.cover.id if self.cover else None

    @property
    def cover_image(self) -> str | None:
        """The cover's name in the storage."""
        return self.cover.file if self.cover else None

    @property
    def shows_place(self) -> bool:
        """Whether the viewer is shown the place. Organizers always are: for them it tells whether
        the event hides it, so that what they read can be written back."""
        hidden = self.hide_location if self.standing >= Standing.OWNER else self.place_hidden
        return not hidden

    @property
    def is_full(self) -> bool:
        """Whether every place is taken."""
        return self.spots_left == 0

    @property
    def takes_going(self) -> bool:
        """Whether somebody who is going would be let in, or queued for the organizer, now."""
        return not self.rsvps_closed and (self.approval_required or not self.is_full)

    def hands_out(self, tier: TierFacts) -> bool:
        """Whether a ticket of this tier can be had, or queued for, as far as the tier goes."""
        return tier.is_active and tier.is_free and (self.approval_required or not tier.is_full)


def event_facts(row: EventRow, standing: Standing, now: datetime) -> EventFacts:
    """What a viewer of this standing may know of the event at ``now``."""
    place = sees_place(row, standing)
    answered = row.going_count + row.interested_count + row.not_going_count
    return EventFacts(
        id=row.id,
        tenant_id=row.tenant_id,
        creator_id=row.creator_id,
        slug=row.slug,
        title=row.title,
        description=row.description,
        start_time=row.start_time,
        end_time=row.end_time,
        timezone=row.timezone,
        format=row.format,
        location=(row.location or None) if place else None,
        online_url=(row.online_url or None) if place else None,
        place_hidden=not place,
        cover=_cover(row),
        tags=row.tags,
        metadata=row.metadata,
        capacity=row.capacity,
        spots_left=None if row.capacity is None else max(row.capacity - row.seats_taken, 0),
        max_guests_per_rsvp=row.max_guests_per_rsvp,
        is_private=row.is_private,
        approval_required=row.approval_required,
        hide_location=row.hide_location,
        rsvps_closed=not rsvps_open(row, now),
        closed_by_hand=row.rsvps_closed,
        rsvp_close_at=row.rsvp_close_at,
        featured=row.featured,
        status=status_of(row, now),
        sequence=row.sequence,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        seats_taken=row.seats_taken,
        going_count=row.going_count,
        interested_count=row.interested_count,
        not_going_count=row.not_going_count,
        pending_count=row.pending_count if sees_queue(standing) else None,
        listed_count=answered - row.private_count,
        listed_party_size=row.party_size - row.private_party_size,
        private_count=row.private_count,
        private_party_size=row.private_party_size,
        channel=_channel(row, standing),
        has_stream=place and row.stream_status is not None,
        standing=standing,
    )


def many_event_facts(
    rows: Iterable[EventRow], standing_of: Callable[[EventRow], Standing], now: datetime
) -> list[EventFacts]:
    """Facts of a list, each event judged by the viewer's standing to it."""
    return [event_facts(row, standing_of(row), now) for row in rows]


def _cover(row: EventRow) -> EventCover | None:
    if row.cover_id is None:
        return None
    return EventCover(
        row.cover_id,
        row.cover_file or "",
        row.cover_width or 0,
        row.cover_height or 0,
        row.cover_alt or "",
    )


def _channel(row: EventRow, standing: Standing) -> EventChannel | None:
    if row.channel_id is None or not sees_channel(row.channel_visibility, standing):
        return None
    return EventChannel(
        row.channel_id,
        row.channel_name or "",
        row.channel_slug or "",
        row.channel_visibility or "",
    )

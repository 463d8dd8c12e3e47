"""One event as every door reads it: a flat row with its channel, in a single narrow query."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from config.prepared import ID, MOMENT, TEXT, PreparedRead, read_rows
from events.models import Event, EventLink
from events.querysets import EventQuerySet


class EventRow(NamedTuple):
    """Unredacted columns. Only domain code and facts.py may touch it; doors get EventFacts."""

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
    location: str
    online_url: str
    cover_image: str
    tags: list[str]
    metadata: dict[str, Any]
    capacity: int | None
    max_guests_per_rsvp: int
    is_private: bool
    approval_required: bool
    hide_location: bool
    rsvps_closed: bool
    rsvp_close_at: datetime | None
    featured: bool
    cancelled_at: datetime | None
    sequence: int
    version: int
    created_at: datetime
    updated_at: datetime
    seats_taken: int
    going_count: int
    interested_count: int
    not_going_count: int
    pending_count: int
    party_size: int
    private_count: int
    private_party_size: int
    channel_id: UUID | None
    channel_name: str | None
    channel_slug: str | None
    channel_visibility: str | None


_COLUMNS = tuple(
    name.replace("channel_", "channel__") if name in EventRow._fields[-3:] else name
    for name in EventRow._fields
)


def event_rows(events: EventQuerySet) -> list[EventRow]:
    """The rows of a (sliced) queryset. One query, whatever its length."""
    return read_rows(events.values_list(*_COLUMNS), EventRow._make)


_LISTING_KEYS = {
    "start_after": MOMENT,
    "start_before": MOMENT,
    "format": TEXT,
    "channel": TEXT,
    "after_start": MOMENT,
    "after_id": ID,
}


def public_listing(**filters: Any) -> EventQuerySet:
    """Public events by start. Filters, all optional: ``start_after``, ``start_before`` (included),
    ``format``, ``channel`` (slug of a public one), ``q``, and the position ``after_start`` with
    ``after_id`` that they follow."""
    events = Event.objects.public().starting_between(
        filters.get("start_after"), filters.get("start_before")
    )
    if "format" in filters:
        events = events.filter(format=filters["format"])
    if "channel" in filters:
        events = events.in_public_channel(filters["channel"])
    if "q" in filters:
        events = events.matching(filters["q"])
    if "after_start" in filters:
        events = events.after(filters["after_start"], filters["after_id"])
    return events.order_by("start_time", "id")


@cache
def _listing(names: frozenset[str]) -> PreparedRead[EventRow]:
    return PreparedRead(
        lambda **values: public_listing(**values).values_list(*_COLUMNS),
        keys={name: _LISTING_KEYS[name] for name in names},
        make=EventRow._make,
    )


def public_listing_rows(start: int, stop: int, **filters: Any) -> list[EventRow]:
    """A part of public_listing(). One query, compiled once for each set of filters; a search for
    words is built anew."""
    if "q" in filters:
        return event_rows(public_listing(**filters)[start:stop])
    return _listing(frozenset(filters)).part(start, stop, **filters)


_event = PreparedRead(
    lambda event_id: Event.objects.filter(pk=event_id).values_list(*_COLUMNS),
    keys={"event_id": ID},
    make=EventRow._make,
)


def event_row(event_id: UUID) -> EventRow | None:
    """The event with this id, or None. One query."""
    return _event.one(event_id=event_id)


class LinkRow(NamedTuple):
    """What verifying an event link needs."""

    id: UUID
    event_id: UUID
    role: str
    version: int
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


_link = PreparedRead(
    lambda link_id: EventLink.objects.filter(pk=link_id).values_list(*LinkRow._fields),
    keys={"link_id": ID},
    make=LinkRow._make,
)


def link_row(link_id: UUID) -> LinkRow | None:
    """The event link with this id, or None. One query."""
    return _link.one(link_id=link_id)

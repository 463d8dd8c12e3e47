"""An event as one viewer may see it: redacted, counted, ready to render.

Every door renders EventFacts and never the row or the model, so redaction cannot be forgotten.
Times are UTC; counts are of approved answers unless the name says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from events.domain.tiers import exponent_of
from events.domain.times import rsvps_open, status_of
from events.domain.visibility import sees_channel, sees_place, sees_queue
from events.enums import Standing, Status
from events.rows import (
    EventRow,
    QuestionRow,
    TierRow,
    link_rows,
    question_rows,
    tier_rows,
    tier_rows_of,
)


@dataclass(frozen=True, slots=True)
class EventChannel:
    """The channel an event is listed under."""

    id: UUID
    name: str
    slug: str
    visibility: str


@dataclass(frozen=True, slots=True)
class EventFacts:
    """One event for one viewer.

    ``location`` and ``online_url`` are None when there is none or the viewer may not know it
    (``place_hidden`` tells these apart). ``rsvps_closed`` is the answer of the clock and the
    organizer together; ``closed_by_hand`` the organizer's alone. ``pending_count`` is None for
    viewers who may not know it.
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
    cover_image: str | None
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
    standing: Standing

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
        cover_image=row.cover_image or None,
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
        standing=standing,
    )


def many_event_facts(
    rows: Iterable[EventRow], standing_of: Callable[[EventRow], Standing], now: datetime
) -> list[EventFacts]:
    """Facts of a list, each event judged by the viewer's standing to it."""
    return [event_facts(row, standing_of(row), now) for row in rows]


def _channel(row: EventRow, standing: Standing) -> EventChannel | None:
    if row.channel_id is None or not sees_channel(row.channel_visibility, standing):
        return None
    return EventChannel(
        row.channel_id,
        row.channel_name or "",
        row.channel_slug or "",
        row.channel_visibility or "",
    )


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """One question of a ticket's form; ``options`` are the answers of the choice kinds."""

    id: UUID
    kind: str
    label: str
    help: str
    required: bool
    options: list[str]
    is_active: bool


@dataclass(frozen=True, slots=True)
class TierFacts:
    """A ticket type. ``price_cents`` is in the currency's smallest unit, ``price`` as people
    write it ("12.50 EUR"); ``sold`` is the seats held. ``questions`` is empty where has_form is
    False, and where they were not asked for."""

    id: UUID
    event_id: UUID
    name: str
    price_cents: int
    currency: str
    capacity: int | None
    sold: int
    spots_left: int | None
    is_active: bool
    position: int
    has_form: bool
    questions: list[QuestionFacts]

    @property
    def is_free(self) -> bool:
        """Whether it costs nothing; only such tickets are handed out here."""
        return self.price_cents == 0

    @property
    def is_full(self) -> bool:
        """Whether every ticket of it is taken, whatever the event still has."""
        return self.spots_left == 0

    @property
    def asked(self) -> list[QuestionFacts]:
        """The questions it asks now."""
        return [question for question in self.questions if question.is_active]

    @property
    def retired(self) -> list[QuestionFacts]:
        """The questions it asked once, kept for the answers given to them."""
        return [question for question in self.questions if not question.is_active]

    @property
    def price(self) -> str:
        """The price in whole units with the currency's code, or "Free"."""
        return "Free" if self.is_free else f"{self.amount} {self.currency}"

    @property
    def amount(self) -> str:
        """The price in whole units alone, "12.50"."""
        decimals = exponent_of(self.currency) or 0
        return f"{self.price_cents / 10**decimals:.{decimals}f}"


def event_tiers(event_id: UUID, standing: Standing, *, held: UUID | None = None) -> list[TierFacts]:
    """An event's tiers with their forms: those handed out and the one a guest holds (``held``),
    and all of them for organizers, who also see retired questions. Two queries at most."""
    organizes = standing >= Standing.OWNER
    rows = [row for row in tier_rows(event_id) if organizes or row.is_active or row.id == held]
    asked = question_rows(event_id) if any(row.has_form for row in rows) or organizes else {}
    return [
        _tier(row, [q for q in asked.get(row.id, []) if organizes or q.is_active]) for row in rows
    ]


def tiers_of_events(event_ids: Collection[UUID]) -> dict[UUID, list[TierFacts]]:
    """The tiers of several events, switched-off ones included, by event, without their forms. One
    query, whatever their number."""
    return {
        event_id: [_tier(row, []) for row in rows]
        for event_id, rows in tier_rows_of(event_ids).items()
    }


def tier_form(event_id: UUID, tier_id: UUID) -> list[QuestionFacts] | None:
    """The questions a tier of the event asks now; None when it has no such tier. Two queries."""
    row = next((row for row in tier_rows(event_id) if row.id == tier_id), None)
    if row is None:
        return None
    asked = question_rows(event_id).get(tier_id, [])
    return _tier(row, [question for question in asked if question.is_active]).questions


def _tier(row: TierRow, questions: list[QuestionRow]) -> TierFacts:
    return TierFacts(
        id=row.id,
        event_id=row.event_id,
        name=row.name,
        price_cents=row.price_cents,
        currency=row.currency,
        capacity=row.capacity,
        sold=row.seats_taken,
        spots_left=None if row.capacity is None else max(row.capacity - row.seats_taken, 0),
        is_active=row.is_active,
        position=row.position,
        has_form=row.has_form,
        questions=[
            QuestionFacts(q.id, q.kind, q.label, q.help, q.required, q.options, q.is_active)
            for q in questions
        ],
    )


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A link to an event, for its organizers. Never its token: that is shown to its maker."""

    id: UUID
    role: str
    label: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    is_alive: bool


def event_link_facts(event_id: UUID, now: datetime) -> list[LinkFacts]:
    """Every link that was made for an event, oldest first. One query."""
    return [
        LinkFacts(
            id=row.id,
            role=row.role,
            label=row.label,
            created_at=row.created_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            last_used_at=row.last_used_at,
            is_alive=row.revoked_at is None and (row.expires_at is None or row.expires_at > now),
        )
        for row in link_rows(event_id)
    ]

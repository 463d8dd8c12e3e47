"""One event as every door reads it: a flat row with its channel, in a single narrow query."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, F, OuterRef

from config.prepared import ID, PreparedRead, read_rows
from events.models import Event, EventLink, Question, Tier
from events.querysets import EventQuerySet


class EventRow(NamedTuple):
    """Unredacted columns. Only domain code and facts may touch it; doors get EventFacts, in which
    the place, the channel and counts may be None instead."""

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
    cover_id: UUID | None
    tags: list[str]
    metadata: dict[str, Any]
    capacity: int | None
    max_guests_per_rsvp: int
    is_private: bool
    approval_required: bool
    hide_location: bool
    waitlist: bool
    show_online_url: bool
    show_guests: str
    show_counts: bool
    comments_enabled: bool
    rsvps_closed: bool
    rsvp_close_at: datetime | None
    featured: bool
    cancelled_at: datetime | None
    taken_down_at: datetime | None
    takedown_reason: str | None
    sequence: int
    version: int
    edit_version: int
    created_at: datetime
    updated_at: datetime
    seats_taken: int | None
    going_count: int | None
    interested_count: int | None
    not_going_count: int | None
    pending_count: int | None
    waitlisted_count: int | None
    party_size: int | None
    private_count: int | None
    private_party_size: int | None
    host_name: str
    host_email: str | None
    host_digest: bool | None
    reminders: list[int] | None
    host_confirmed_at: datetime | None
    cohost_names: list[str]
    channel_id: UUID | None
    channel_name: str | None
    channel_slug: str | None
    channel_visibility: str | None
    cover_file: str | None
    cover_width: int | None
    cover_height: int | None
    cover_alt: str | None
    cover_widths: list[int] | None
    stream_status: str | None
    series_id: UUID | None
    series_index: int | None
    series_rrule: str | None

    @property
    def places(self) -> list[str]:
        """Where it is, as far as these columns tell: the location, the online URL, both, none."""
        return [place for place in (self.location, self.online_url) if place]

    @property
    def hosts(self) -> list[str]:
        """The names of the host and of the co-hosts who agreed to be shown."""
        return [name for name in (self.host_name, *self.cohost_names) if name]


_JOINED = {
    "channel_name": "channel__name",
    "channel_slug": "channel__slug",
    "channel_visibility": "channel__visibility",
    "cover_file": "cover__file",
    "cover_width": "cover__width",
    "cover_height": "cover__height",
    "cover_alt": "cover__alt_text",
    "cover_widths": "cover__widths",
    "stream_status": "live_room__status",
    "series_rrule": "series__rrule",
}


def columns_of(row: Any) -> tuple[str, ...]:
    """The columns, as the ORM names them, of the fields of a named tuple about an event."""
    return tuple(_JOINED.get(name, name) for name in row._fields)


COLUMNS = columns_of(EventRow)


def event_rows(events: EventQuerySet) -> list[EventRow]:
    """The rows of a (sliced) queryset. One query, whatever its length."""
    return read_rows(events.values_list(*COLUMNS), EventRow._make)


def event_versions(events: EventQuerySet) -> list[tuple[UUID, int]]:
    """The ids and versions of a (sliced) queryset; whatever changes in its events changes these.
    One query."""
    return read_rows(events.values_list("id", "version"), tuple)


_event = PreparedRead(
    lambda event_id: Event.objects.filter(pk=event_id).values_list(*COLUMNS),
    keys={"event_id": ID},
    make=EventRow._make,
)


def event_row(event_id: UUID) -> EventRow | None:
    """The event with this id, or None. One query."""
    return _event.one(event_id=event_id)


_version = PreparedRead(
    lambda event_id: Event.objects.filter(pk=event_id).order_by().values_list("version"),
    keys={"event_id": ID},
    make=lambda columns: next(iter(columns)),
)


def event_version(event_id: UUID) -> int | None:
    """The event's version, which grows whenever anything that is shown of it changes, or None. One
    query."""
    return _version.one(event_id=event_id)


class ReachedRow(NamedTuple):
    """What decides whether a caller may reach an event: see access/events.py."""

    id: UUID
    tenant_id: UUID | None
    creator_id: UUID | None
    channel_id: UUID | None
    taken_down_at: datetime | None


_reached = PreparedRead(
    lambda event_id: Event.objects.filter(pk=event_id).values_list(*ReachedRow._fields),
    keys={"event_id": ID},
    make=ReachedRow._make,
)


def reached_row(event_id: UUID) -> ReachedRow | None:
    """The same event as event_row(), by what decides who may reach it. One query."""
    return _reached.one(event_id=event_id)


class TierRow(NamedTuple):
    """A ticket type. ``has_form`` tells whether it asks anything."""

    id: UUID
    event_id: UUID
    name: str
    price_cents: int
    currency: str
    capacity: int | None
    is_active: bool
    position: int
    seats_taken: int | None
    has_form: bool
    # Whether its event shows counts.
    show_counts: bool


def _tiers(**events: Any) -> Any:
    asked = Question.objects.filter(tier=OuterRef("pk"), is_active=True)
    return (
        Tier.objects.filter(**events)
        .annotate(has_form=Exists(asked), show_counts=F("event__show_counts"))
        .order_by("event", "position", "name", "id")
        .values_list(*TierRow._fields)
    )


_tiers_of_event = PreparedRead(
    lambda event_id: _tiers(event=event_id), keys={"event_id": ID}, make=TierRow._make
)


def tier_rows(event_id: UUID) -> list[TierRow]:
    """An event's tiers in their order. One query."""
    return _tiers_of_event.all(event_id=event_id)


def tier_rows_of(event_ids: Collection[UUID]) -> dict[UUID, list[TierRow]]:
    """The tiers of several events, by event. One query, whatever their number."""
    tiers: dict[UUID, list[TierRow]] = {event_id: [] for event_id in event_ids}
    for tier in read_rows(_tiers(event__in=event_ids), TierRow._make):
        tiers[tier.event_id].append(tier)
    return tiers


class QuestionRow(NamedTuple):
    """One question of a tier's form."""

    id: UUID
    tier_id: UUID
    kind: str
    label: str
    help: str
    required: bool
    options: list[str]
    is_active: bool


def question_rows(event_id: UUID) -> dict[UUID, list[QuestionRow]]:
    """The questions of an event's tiers, retired ones included, by tier. One query."""
    questions: dict[UUID, list[QuestionRow]] = {}
    for question in _questions_of_event.all(event_id=event_id):
        questions.setdefault(question.tier_id, []).append(question)
    return questions


_questions_of_event = PreparedRead(
    lambda event_id: (
        Question.objects.filter(tier__event=event_id)
        .order_by("position", "id")
        .values_list(*QuestionRow._fields)
    ),
    keys={"event_id": ID},
    make=QuestionRow._make,
)


class LinkRow(NamedTuple):
    """A link to an event or a series: what verifying it and listing it need."""

    id: UUID
    event_id: UUID | None
    series_id: UUID | None
    role: str
    label: str
    name: str
    email: str
    show_name: bool
    version: int
    created_at: datetime
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


_of_series = PreparedRead(
    lambda series_id: Event.objects.filter(series=series_id).order_by().values_list("id"),
    keys={"series_id": ID},
    make=lambda columns: next(iter(columns)),
)


def series_event_ids(series_id: UUID) -> frozenset[UUID]:
    """The ids of a series' occurrences. One query."""
    return frozenset(_of_series.all(series_id=series_id))


def link_rows(event_id: UUID, roles: Collection[str]) -> list[LinkRow]:
    """The links of these roles to an event and its series, oldest first. One query."""
    opening = EventLink.objects.opening(event_id).filter(role__in=roles)
    links = opening.order_by("created_at", "id")
    return read_rows(links.values_list(*LinkRow._fields), LinkRow._make)

"""The one gate to changing an event: its row is locked before any rule is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from config.errors import ChangedMeanwhile, NotFound
from config.prepared import ID, PreparedRead
from events.models import Event, Tier
from events.querysets import EventQuerySet
from outbox.domain.emitting import EventScope, tell_all
from outbox.enums import Kind


class LockedEvent(NamedTuple):
    """What the rules ask of an event, read after its row was locked."""

    id: UUID
    tenant_id: UUID | None
    channel_id: UUID | None
    start_time: datetime
    end_time: datetime | None
    capacity: int | None
    seats_taken: int
    max_guests_per_rsvp: int
    approval_required: bool
    rsvps_closed: bool
    rsvp_close_at: datetime | None
    cancelled_at: datetime | None
    edit_version: int
    has_webhooks: bool
    series_id: UUID | None
    changed_by_hand: list[str]
    has_tiers: bool


_locked = PreparedRead(
    lambda event_id: (
        Event.objects.select_for_update()
        .filter(pk=event_id)
        .order_by()
        .annotate(has_tiers=Exists(Tier.objects.filter(event=OuterRef("pk"))))
        .values_list(*LockedEvent._fields)
    ),
    keys={"event_id": ID},
    make=LockedEvent._make,
)


@contextmanager
def locked_event(event_id: UUID, if_version: int | None = None) -> Iterator[LockedEvent]:
    """A transaction that holds the event: nobody else changes it or its seats meanwhile.

    PostgreSQL locks the row (SELECT … FOR UPDATE); SQLite holds the write lock from BEGIN on
    (transaction_mode IMMEDIATE). ``if_version`` is the edit version that an editor read. Raises
    NotFound when the event is gone, ChangedMeanwhile when another editor changed it since.
    """
    with transaction.atomic():
        event = _locked.one(event_id=event_id)
        if event is None:
            raise NotFound("event_not_found")
        ensure_unchanged(event.edit_version, if_version)
        yield event


def ensure_unchanged(edit_version: int, if_version: int | None) -> None:
    """Passes what still has the edit version that an editor read, if one was named. Raises
    ChangedMeanwhile."""
    if if_version is not None and if_version != edit_version:
        raise ChangedMeanwhile


# For the one statement that is written as SQL: rsvps/domain/capacity.py.
NEXT_VERSION = "version = version + 1"


def touch(events: UUID | EventQuerySet, *, edited: bool = True, **changed: Any) -> int:
    """Says that something shown of the event with this id, or of these events, changed: their
    version grows, and ``changed`` columns are written. ``edited`` says that the event itself was,
    and not what people answered or wrote: its edit version grows too, and its updated_at is now.
    How many events they were. Hold them."""
    if isinstance(events, UUID):
        events = Event.objects.filter(pk=events)
    if edited:
        now, following = timezone.now(), F("edit_version") + 1
        changed = {"updated_at": now, "edit_version": following} | changed
    return events.update(version=F("version") + 1, **changed)


def edit_all(events: EventQuerySet, *, told: Mapping[str, Any], **changed: Any) -> int:
    """Holds these events, writes ``changed`` columns as touch() does, and tells of each that it was
    updated: ``told`` maps what changed to [old, new]. How many events they were."""
    held = events.order_by("id").select_for_update()
    scopes = [EventScope(*row) for row in held.values_list(*EventScope._fields)]
    number = touch(events, **changed)
    tell_all([(scope, scope.id) for scope in scopes], Kind.EVENT_UPDATED, changed=told)
    return number

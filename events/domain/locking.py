"""The one gate to changing an event: its row is locked before any rule is asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from config.errors import ChangedMeanwhile, NotFound
from config.group_commit import grouped
from config.prepared import ID, PreparedRead
from events.domain.search import SEARCHED, index_events
from events.models import Event, Tier
from events.querysets import EventQuerySet
from outbox.domain.emitting import EventScope, tell_all
from outbox.enums import Kind


class LockedEvent(NamedTuple):
    """What the rules ask of an event, read after its row was locked."""

    id: UUID
    tenant_id: UUID | None
    creator_id: UUID | None
    channel_id: UUID | None
    start_time: datetime
    end_time: datetime | None
    capacity: int | None
    seats_taken: int
    max_guests_per_rsvp: int
    approval_required: bool
    waitlist: bool
    waitlisted_count: int
    rsvps_closed: bool
    rsvp_close_at: datetime | None
    cancelled_at: datetime | None
    taken_down_at: datetime | None
    edit_version: int
    has_webhooks: bool
    comments_enabled: bool
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


class _Settling(threading.local):
    """The events that this thread is changing, and whether somebody may be waiting for a seat."""

    def __init__(self) -> None:
        self.waited_for: dict[UUID, bool] = {}


_settling = _Settling()
_give_out: list[Callable[[LockedEvent], object]] = []


def settle_with(give_out: Callable[[LockedEvent], object]) -> None:
    """Has ``give_out`` give the seats that came free to those who wait, before an event is let go.
    It stands in an app below this one, which hands it over."""
    _give_out[:] = [give_out]


@contextmanager
def settling(event_id: UUID) -> Iterator[None]:
    """Several changes of one event as one: seats that come free in any of them are given out after
    the last. Call it in the transaction of them all; it does not hold the event itself."""
    outermost = event_id not in _settling.waited_for
    if outermost:
        _settling.waited_for[event_id] = False
    try:
        yield
        if outermost and _settling.waited_for[event_id]:
            event = _locked.one(event_id=event_id)
            if event is not None:
                _give_out[0](event)
    finally:
        if outermost:
            del _settling.waited_for[event_id]


def expect_waiting(event_id: UUID) -> None:
    """Says that somebody may wait for a seat of the event, whatever its counters said when it was
    locked. Hold the event."""
    _settling.waited_for[event_id] = True


@contextmanager
def locked_event(event_id: UUID, if_version: int | None = None) -> Iterator[LockedEvent]:
    """A transaction that holds the event: nobody else changes it or its seats meanwhile.

    PostgreSQL locks the row (SELECT … FOR UPDATE); SQLite holds the write lock from BEGIN on
    (transaction_mode IMMEDIATE). ``if_version`` is the edit version that an editor read. Seats that
    came free are given to those who wait before the event is let go; within a longer hold of the
    same event, at the end of that. Raises NotFound when the event is gone, ChangedMeanwhile when
    another editor changed it since.
    """
    with grouped(event_id), settling(event_id):
        event = _locked.one(event_id=event_id)
        if event is None:
            raise NotFound("event_not_found")
        ensure_unchanged(event.edit_version, if_version)
        if event.waitlisted_count:
            expect_waiting(event_id)
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
    if SEARCHED & told.keys():
        index_events([scope.id for scope in scopes])
    tell_all([(scope, scope.id) for scope in scopes], Kind.EVENT_UPDATED, changed=told)
    return number

"""Counters against the RSVPs they count, over the whole instance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from config.errors import NotFound
from events.domain.locking import locked_event
from events.models import Event, Tier
from rsvps.domain.capacity import Counts, miscounted, recount, recount_tiers, restate

# Events compared at a time: few queries, none of which takes long.
_BATCH = 2_000


class Difference(NamedTuple):
    """A counter that differs from its RSVPs. ``tier_id`` is None for the event's
    own; ``counter`` is the column."""

    event_id: UUID
    tier_id: UUID | None
    counter: str
    stored: int
    true: int


def find_differences(*, event_id: UUID | None = None, fix: bool = False) -> list[Difference]:
    """Every counter that is wrong, of one event or of all; ``fix`` corrects them.

    All events are compared by the database, in three queries for each 2,000. Those that differ are
    locked and compared again, so an RSVP made meanwhile does not count as a difference.
    Raises NotFound.
    """
    if event_id is None:
        batches = event_batches(_BATCH)
        suspects: Iterable[UUID] = chain.from_iterable(
            sorted(miscounted(each[0], each[-1])) for each in batches
        )
    elif Event.objects.filter(pk=event_id).exists():
        suspects = [event_id]
    else:
        raise NotFound("event_not_found")
    return [each for suspect in suspects for each in _compare_held(suspect, fix=fix)]


def event_batches(size: int) -> Iterator[list[UUID]]:
    """The ids of all events in order, so many at a time."""
    ids = Event.objects.order_by("id").values_list("id", flat=True)
    batch = list(ids[:size])
    while batch:
        yield batch
        batch = list(ids.filter(id__gt=batch[-1])[:size])


def _compare_held(event_id: UUID, *, fix: bool) -> list[Difference]:
    try:
        with locked_event(event_id):
            found = list(_compare(event_id))
            if found and fix:
                restate(event_id)
    except NotFound:  # deleted since it was read
        return []
    return found


def _compare(event_id: UUID) -> Iterator[Difference]:
    """Four queries."""
    stored = Event.objects.values_list(*Counts._fields).get(pk=event_id)
    for name, has, true in zip(Counts._fields, stored, recount(event_id), strict=True):
        if has != true:
            yield Difference(event_id, None, name, has, true)
    seats = recount_tiers(event_id)
    tiers = Tier.objects.filter(event=event_id).order_by("id")
    for tier_id, has in tiers.values_list("id", "seats_taken"):
        if has != (true := seats.get(tier_id, 0)):
            yield Difference(event_id, tier_id, "seats_taken", has, true)

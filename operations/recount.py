"""Counters against the RSVPs they count, over the whole instance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from config.errors import NotFound
from events.domain.locking import locked_event
from events.models import Event, Tier
from rsvps.domain.capacity import Counts, recount_between, recount_tiers, restate

# Events compared at a time: few queries, and little memory however many there are.
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

    All events are compared by grouped reads, a few queries for each 2,000. Where these differ the
    event is locked and compared again, so an RSVP made meanwhile does not count as a difference.
    Raises NotFound.
    """
    if event_id is not None and not Event.objects.filter(pk=event_id).exists():
        raise NotFound("event_not_found")
    batches = [[event_id]] if event_id is not None else event_batches(_BATCH)
    found: list[Difference] = []
    for batch in batches:
        suspects = dict.fromkeys(each.event_id for each in _compare(batch[0], batch[-1]))
        for suspect in suspects:
            found += _compare_held(suspect, fix=fix)
    return found


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
            found = list(_compare(event_id, event_id))
            if found and fix:
                restate(event_id)
    except NotFound:  # deleted since it was read
        return []
    return found


def _compare(first: UUID, last: UUID) -> Iterator[Difference]:
    """Differences of the events whose ids lie between the two. Four queries."""
    stored = Event.objects.filter(pk__range=(first, last)).values_list("id", *Counts._fields)
    true = recount_between(first, last)
    nothing = Counts()
    for event_id, *counters in stored.order_by("id").iterator():
        expected = true.get(event_id, nothing)
        for name, has, should in zip(Counts._fields, counters, expected, strict=True):
            if has != should:
                yield Difference(event_id, None, name, has, should)
    seats = recount_tiers(first, last)
    tiers = Tier.objects.filter(event_id__gte=first, event_id__lte=last).order_by("event_id", "id")
    for event_id, tier_id, has in tiers.values_list("event_id", "id", "seats_taken").iterator():
        if has != seats.get(tier_id, 0):
            yield Difference(event_id, tier_id, "seats_taken", has, seats.get(tier_id, 0))

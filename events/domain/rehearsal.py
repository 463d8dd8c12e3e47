"""What a change would do: it is made and undone, so a preview cannot differ from the change."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from events.domain.locking import locked_event
from events.rows import EventRow, event_row
from outbox.models import Change


class Rehearsal(NamedTuple):
    """The event as it would be, None if it would be deleted; and whether guests would be told."""

    row: EventRow | None
    tells_guests: bool


def rehearse(event_id: UUID, act: Callable[[], object]) -> Rehearsal:
    """What ``act`` would do to the event. Everything that it writes is undone; what it raises is
    raised. Raises NotFound."""
    with locked_event(event_id):
        last = Change.objects.order_by("-id").values_list("id", flat=True).first() or 0
        act()
        told = Change.objects.filter(id__gt=last, event_id=event_id).values_list("data", flat=True)
        done = Rehearsal(event_row(event_id), any("notify" in data for data in told))
        transaction.set_rollback(True)
    return done

"""What a change would do: it is made and undone, so a preview cannot differ from the change."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from events.rows import EventRow, event_row
from outbox.domain.emitting import overhearing


class Rehearsal(NamedTuple):
    """The event as it would be, None if it would be deleted; what the act returned; and whether it
    would tell the event's guests."""

    row: EventRow | None
    done: object
    tells_guests: bool


def rehearse(event_id: UUID, act: Callable[[], object]) -> Rehearsal:
    """What ``act`` would do to the event. Everything that it writes is undone; what it raises is
    raised."""
    with transaction.atomic():
        with overhearing() as told:
            done = act()
        tells_guests = any("notify" in each.data for each in told if each.event_id == event_id)
        rehearsal = Rehearsal(event_row(event_id), done, tells_guests)
        transaction.set_rollback(True)
    return rehearsal

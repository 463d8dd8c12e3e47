"""What a change would do: it is made and undone, so a preview cannot differ from the change."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from events.rows import EventRow, event_row


def rehearse(event_id: UUID, act: Callable[[], object]) -> tuple[EventRow | None, object]:
    """The event as ``act`` leaves it, None if that deletes it; and what it returns. Everything that
    ``act`` writes is undone; what it raises is raised."""
    with transaction.atomic():
        done = act()
        row = event_row(event_id)
        transaction.set_rollback(True)
    return row, done

"""What is said of a change: its type and the body of its object. The bodies are the Tenant API's,
which stands below this app; it hands over the function that writes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from outbox.enums import Kind
from outbox.models import Change

# The body of each change's object as it stands now, as an organizer of its tenant, or the owner of
# its event, may see it; None for an object that is gone. A few queries, whatever their number.
Bodies = Callable[[Sequence[Change]], list[dict[str, Any] | None]]
_bodies: list[Bodies] = []

_DELETIONS = {
    Kind.EVENT_DELETED,
    Kind.RSVP_DELETED,
    Kind.COMMENT_DELETED,
    Kind.EVENT_LEFT_CHANNEL,
}


class Told(NamedTuple):
    """One thing that happened, as everybody outside is told."""

    type: str
    timestamp: datetime
    data: dict[str, Any]


def speak(bodies: Bodies) -> None:
    """Has ``bodies`` write what is told."""
    _bodies[:] = [bodies]


def type_of(kind: str) -> str:
    """What a change of this kind is called outside. Whoever hears of one channel only is told that
    an event which left it is gone."""
    return Kind.EVENT_DELETED if kind == Kind.EVENT_LEFT_CHANNEL else kind


def tell_outside(changes: Sequence[Change]) -> list[Told]:
    """What is said of these changes, in their order. Of an object that was deleted, by this change
    or since, only the ids are told."""
    there = [change for change in changes if change.kind not in _DELETIONS]
    found = dict(zip((each.pk for each in there), _bodies[0](there), strict=True))
    return [
        Told(
            str(type_of(change.kind)),
            change.created_at,
            found.get(change.pk) or {"id": change.object_id, "event_id": change.event_id},
        )
        for change in changes
    ]

"""Changing an event that people have answered: its capacity decides over their seats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.domain.actors import ANONYMOUS, Actor
from events.domain.lifecycle import change_event
from events.models import Event
from events.rows import EventRow
from rsvps.domain.capacity import settle_capacity


def update_event(
    *,
    event: EventRow,
    values: Mapping[str, Any],
    actor: Actor = ANONYMOUS,
    if_version: int | None = None,
) -> None:
    """Changes what ``values`` holds and nothing else; the caller has shown to be an organizer.

    ``channel_name`` or ``channel_id`` moves the event, ``""`` or null takes it out of its channel.
    ``featured`` takes the place of the channel's featured event, if there is one. Lowering the
    capacity below the seats taken is allowed: nobody loses a seat. Raises Invalid, NotAllowed,
    Conflict when somebody else moved the event to another channel meanwhile, and ChangedMeanwhile
    when it has no longer the edit version ``if_version``.
    """
    with transaction.atomic():
        changed = change_event(event=event, values=values, actor=actor, if_version=if_version)
        if "capacity" in changed:
            settle_capacity(Event.objects.filter(pk=event.id))

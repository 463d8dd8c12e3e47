"""Changing an event that people have answered: its capacity decides over their seats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.domain.actors import ANONYMOUS, Actor
from config.errors import Invalid
from events.domain.lifecycle import cancel_event, change_event, uncancel_event
from events.domain.locking import settling
from events.domain.notices import NOBODY, Notice
from events.domain.recurrence import read_recurrence
from events.enums import Status
from events.models import Event
from events.rows import EventRow
from rsvps.domain.capacity import settle_capacity


def update_event(
    *,
    event: EventRow,
    values: Mapping[str, Any],
    actor: Actor = ANONYMOUS,
    if_version: int | None = None,
    notice: Notice = NOBODY,
    by_hand: bool = True,
) -> None:
    """Changes what ``values`` holds and nothing else; the caller has shown to be an organizer.

    ``status`` may be cancelled, or scheduled for an event that was cancelled: who is told hears of
    that alone, and otherwise of the other changes.
    ``channel_name`` or ``channel_id`` moves the event, ``""`` or null takes it out of its channel.
    ``featured`` takes the place of the channel's featured event, if there is one. Lowering the
    capacity below the seats taken is allowed: nobody loses a seat. ``notice`` says which guests are
    mailed what changed, ``by_hand`` whether an occurrence of a series is changed by itself: its
    rule (``recurrence``) is changed with others, in comments/domain/series_changes.py. Raises
    Invalid, NotAllowed (a channel; the host's address by a co-host's link), Conflict when somebody
    else moved the event to another channel meanwhile, and ChangedMeanwhile when it has no longer
    the edit version ``if_version``.
    """
    status = values.get("status")
    if by_hand and values.get("recurrence") is not None:
        read_recurrence(values["recurrence"], event.timezone)
        raise Invalid({"recurrence": "recurrence_without_scope"})
    with transaction.atomic(), settling(event.id):
        changed = change_event(
            event=event,
            values=values,
            actor=actor,
            if_version=if_version,
            notice=NOBODY if status else notice,
            by_hand=by_hand,
        )
        if "capacity" in changed:
            settle_capacity(Event.objects.filter(pk=event.id))
        if status == Status.CANCELLED:
            cancel_event(event_id=event.id, notice=notice, by_hand=by_hand)
        elif status == Status.SCHEDULED:
            uncancel_event(event_id=event.id, notice=notice, by_hand=by_hand)

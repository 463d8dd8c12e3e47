"""Changing an event that people have answered: its capacity decides over their seats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.domain.actors import ANONYMOUS, Actor
from events.domain.lifecycle import change_event
from events.domain.news import UNTOLD, News
from events.models import Event
from events.rows import EventRow
from rsvps.domain.capacity import settle_capacity


def update_event(
    *,
    event: EventRow,
    values: Mapping[str, Any],
    actor: Actor = ANONYMOUS,
    news: News = UNTOLD,
) -> None:
    """Changes what ``values`` holds and nothing else; the caller has shown to be an organizer.

    ``channel_name`` or ``channel_id`` moves the event, ``""`` or null takes it out of its channel.
    ``featured`` takes the place of the channel's featured event, if there is one. Lowering the
    capacity below the seats taken is allowed: nobody loses a seat. ``news`` says which guests are
    mailed what changed. Raises Invalid, NotAllowed (a channel; the host's address by a co-host's
    link), and Conflict when somebody else moved the event to another channel meanwhile.
    """
    with transaction.atomic():
        if "capacity" in change_event(event=event, values=values, actor=actor, news=news):
            settle_capacity(Event.objects.filter(pk=event.id))

"""An event made anew from one that is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.domain.actors import Actor
from accounts.domain.tokens import mint
from accounts.enums import LinkRole, TokenKind
from channels.models import Channel
from config.errors import Conflict, Invalid, NotFound, flaw
from events import limits
from events.domain.drafts import clean_event
from events.domain.lifecycle import NewEvent, free_slug
from events.domain.locking import locked_event
from events.domain.open_events import ensure_may_make
from events.domain.reminders import next_reminder
from events.domain.search import index_events
from events.domain.tickets import copy_tickets
from events.domain.times import to_utc
from events.errors import TakenDown
from events.fields import EVENT
from events.models import Event, EventLink
from outbox.domain.emitting import tell
from outbox.enums import Kind


def duplicate_event(
    *, event_id: UUID, actor: Actor, values: Mapping[str, Any] = MappingProxyType({})
) -> NewEvent:
    """A copy of the event. The caller has shown to be an organizer.

    It has the same tenant, channel, cover and host, its ticket types and the questions they ask,
    and an owner link of its own. ``values`` may hold a new ``start_time``, read in the event's zone
    when it is naive: the end and the closing of RSVPs move along. It may hold a ``title``; without
    both, the copy is called "Copy of …". Answers, links, co-hosts (who hold links), messages,
    counters and the stream stay with the first, and so do being featured, closed by hand or
    cancelled. Raises Invalid (start_time, title), NotFound, TakenDown, OpenEventsOff, and Conflict
    when the event is moved to another channel meanwhile.
    """
    with transaction.atomic():
        # The channel first, the event second, as everywhere: the copy's slug stays free.
        first = Event.objects.filter(pk=event_id).values_list("channel_id").first()
        if first is None:
            raise NotFound("event_not_found")
        channel = Channel.objects.select_for_update().filter(pk=first[0]).first()
        with locked_event(event_id):
            event = Event.objects.get(pk=event_id)
            ensure_may_make(actor, event.tenant_id)
            if event.taken_down_at is not None:
                raise TakenDown
            if event.channel_id != (channel and channel.pk):
                raise Conflict("event_moved")
            changed = _changed(event, values)
            copy = Event(
                **EVENT.copied(event) | changed,
                tenant_id=event.tenant_id,
                channel=channel,
                slug=free_slug(changed.get("title", event.title), channel),
                creator_id=actor.user_id,
            )
            copy.next_reminder_at = next_reminder(copy, timezone.now())
            copy.save(force_insert=True)
            index_events([copy.pk])
            link = EventLink.objects.create(event=copy, role=LinkRole.OWNER)
            copy_tickets(event.pk, [copy])
            tell(copy, Kind.EVENT_CREATED)
            if channel is not None:
                Channel.objects.filter(pk=channel.pk).update(last_used_at=timezone.now())
    return NewEvent(copy.pk, mint(TokenKind.EVENT_LINK, link.pk, link.version))


def _changed(event: Event, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the copy has otherwise than the event."""
    given = {name: values[name] for name in ("start_time", "title") if name in values}
    if not given:
        return {"title": f"Copy of {event.title}"[: limits.TITLE]}
    # Its own end would bound the start.
    cleaned = clean_event({**given, "end_time": None}, stored=event)
    moved = cleaned.get("start_time", event.start_time) - event.start_time
    for name in ("end_time", "rsvp_close_at"):
        moment = getattr(event, name)
        cleaned[name] = moment and _later(moment, moved, field="start_time")
    return cleaned


def _later(moment: datetime, step: timedelta, *, field: str) -> datetime:
    try:
        return to_utc(moment + step, field=field)
    except OverflowError:
        years = flaw("year_out_of_range", first=limits.FIRST_YEAR, last=limits.LAST_YEAR)
        raise Invalid({field: years}) from None

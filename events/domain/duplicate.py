"""An event made anew from one that is there."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.domain.actors import Actor
from accounts.enums import LinkRole
from channels.models import Channel
from config.errors import Conflict, NotFound
from events import limits
from events.domain.lifecycle import free_slug
from events.domain.locking import locked_event
from events.domain.reminders import next_reminder
from events.domain.tickets import copy_tickets
from events.fields import EVENT
from events.models import Event, EventLink
from outbox.domain.emitting import tell
from outbox.enums import Kind


def duplicate_event(*, event_id: UUID, actor: Actor) -> UUID:
    """A copy of the event; its id. The caller has shown to be an organizer.

    It has the same times, tenant, channel and cover, its ticket types and the questions they ask,
    and an owner link of its own. Answers, links, messages, counters and the stream stay with the
    first, and so do being featured, closed by hand or cancelled. Raises NotFound, and Conflict
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
            if event.channel_id != (channel and channel.pk):
                raise Conflict("event_moved")
            title = f"Copy of {event.title}"[: limits.TITLE]
            copy = Event(
                **EVENT.copied(event) | {"title": title},
                tenant_id=event.tenant_id,
                channel=channel,
                slug=free_slug(title, channel),
                creator_id=actor.user_id,
            )
            copy.next_reminder_at = next_reminder(copy, timezone.now())
            copy.save(force_insert=True)
            EventLink.objects.create(event=copy, role=LinkRole.OWNER)
            copy_tickets(event.pk, [copy])
            tell(copy, Kind.EVENT_CREATED)
            if channel is not None:
                Channel.objects.filter(pk=channel.pk).update(last_used_at=timezone.now())
    return copy.pk

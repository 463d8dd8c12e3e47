"""Which events are in somebody's own calendar."""

from __future__ import annotations

from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.domain.actors import Actor
from events.models import Event
from events.querysets import EventQuerySet
from rsvps.models import KeptEvent, Rsvp


def own_events(actor: Actor) -> EventQuerySet:
    """What an account hosts and attends, within the tenant it is in now: the events it created,
    and those it is going to and approved for. Of a device, the same among the events it keeps."""
    if actor.device_id is not None:
        now = timezone.now()
        kept = KeptEvent.objects.of_device(actor.device_id, now).hosted_or_attended()
        return Event.objects.shown().filter(pk__in=kept.with_events(now).values("occurrence"))
    hosted = Event.objects.filter(creator=actor.user_id).order_by().values("pk")
    attended = Rsvp.objects.filter(user=actor.user_id).attending().order_by().values("event_id")
    events: EventQuerySet = Event.objects.shown().filter(pk__in=hosted.union(attended))
    # The databases look these up and are kept from the index of the tenant, which holds all of it.
    return events.alias(within=Coalesce("tenant", "tenant")).filter(within=actor.tenant_id)

"""Which events are in the calendar of an account."""

from __future__ import annotations

from django.db.models.functions import Coalesce

from accounts.domain.actors import Actor
from events.models import Event
from events.querysets import EventQuerySet
from rsvps.models import Rsvp


def own_events(actor: Actor) -> EventQuerySet:
    """What an account hosts and attends, within the tenant it is in now: the events it created,
    and those it is going to and approved for."""
    hosted = Event.objects.filter(creator=actor.user_id).order_by().values("pk")
    attended = Rsvp.objects.filter(user=actor.user_id).attending().order_by().values("event_id")
    events: EventQuerySet = Event.objects.shown().filter(pk__in=hosted.union(attended))
    # The databases look these up and are kept from the index of the tenant, which holds all of it.
    return events.alias(within=Coalesce("tenant", "tenant")).filter(within=actor.tenant_id)

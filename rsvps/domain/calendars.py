"""Which events are in the calendar of an account."""

from __future__ import annotations

from django.db.models import Q

from accounts.domain.actors import Actor
from events.models import Event
from events.querysets import EventQuerySet
from rsvps.models import Rsvp


def own_events(actor: Actor) -> EventQuerySet:
    """What an account hosts and attends, within the tenant it is in now: the events it created,
    and those it is going to and approved for."""
    attended = Rsvp.objects.filter(user=actor.user_id).attending().values("event_id")
    events: EventQuerySet = Event.objects.filter(tenant=actor.tenant_id)
    return events.filter(Q(creator=actor.user_id) | Q(pk__in=attended))

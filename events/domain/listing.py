"""Which events a caller finds in lists. Rows are scoped here and nowhere else."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db.models import Q

from accounts.domain.actors import Actor
from channels.enums import Visibility
from events.models import Event
from events.querysets import EventQuerySet
from events.rows import EventRow


def listed_events(actor: Actor) -> EventQuerySet:
    """The events of the caller's tenant (and channel) that lists may show: public ones, one's own
    private ones, and for the tenant's organizers all."""
    events = reachable_events(actor)
    if organizes_all(actor):
        return events
    if actor.user_id is None:
        return events.public()
    return events.filter(Q(is_private=False) | Q(creator_id=actor.user_id))


def is_listed(event: EventRow) -> bool:
    """Whether lists that everybody may see show the event; EventQuerySet.public() says the same."""
    if event.is_private or event.taken_down_at is not None:
        return False
    of_somebody = event.tenant_id is not None or event.creator_id is not None
    return of_somebody or settings.OPEN_EVENTS == "on"


def events_in_series(actor: Actor, series_id: UUID) -> EventQuerySet:
    """The occurrences of a series that the caller finds there: public ones, and those that they
    organize, private or taken down. A key finds those of its tenant and channel alone."""
    events = _within_bounds(actor).filter(series_id=series_id)
    if actor.is_root:
        return events
    shown = Q(is_private=False, taken_down_at=None)
    if actor.link is not None and actor.link.organizes:
        ids = actor.link.event_ids
        shown |= Q(series_id=actor.link.series_id) if actor.link.series_id else Q(pk__in=ids)
    if actor.user_id is not None:
        shown |= Q(creator_id=actor.user_id)
    if actor.staff_of is not None:
        shown |= Q(tenant_id=actor.staff_of)
    return events.filter(shown)


def reachable_events(actor: Actor) -> EventQuerySet:
    """The events the caller could open by id: those of its tenant and channel, but for what was
    taken down, which its own organizers alone still find."""
    events = _within_bounds(actor)
    if organizes_all(actor):
        return events
    if actor.user_id is None:
        return events.shown()
    return events.filter(Q(taken_down_at=None) | Q(creator_id=actor.user_id))


def in_group(events: EventQuerySet, group_id: UUID, actor: Actor) -> EventQuerySet:
    """The listed events of one channel. To those who may not see that these events belong to it,
    a private channel looks like one that does not exist."""
    events = events.filter(channel_id=group_id)
    if organizes_all(actor):
        return events
    return events.filter(
        Q(channel__visibility=Visibility.PUBLIC)
        | Q(creator_id__isnull=False, creator_id=actor.user_id)
    )


def organizes_all(actor: Actor) -> bool:
    """Whether the caller organizes every event of its tenant: an admin."""
    return actor.is_root or (actor.staff_of is not None and actor.staff_of == actor.tenant_id)


def _within_bounds(actor: Actor) -> EventQuerySet:
    events: EventQuerySet = Event.objects.all()
    if actor.tenant_id is not None:
        events = events.for_tenant(actor.tenant_id)
    if actor.channel_id is not None:
        events = events.filter(channel_id=actor.channel_id)
    return events

"""Fetching an event is authorising: what comes back is something the caller may know of."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple, TypeVar
from uuid import UUID

from django.utils import timezone

from access.standing import organizes, standing
from accounts.domain.actors import Actor
from config.errors import Invalid, NotAllowed, NotFound, Unauthenticated
from events.domain.listing import events_in_series
from events.domain.locking import LockedEvent
from events.enums import Standing
from events.facts import EventFacts, event_facts
from events.models import Series
from events.querysets import EventQuerySet
from events.rows import EventRow, ReachedRow, event_row, reached_row

Reached = TypeVar("Reached", EventRow, ReachedRow, LockedEvent)


class SeenEvent(NamedTuple):
    """An event that the caller may reach, and how close they are to it."""

    row: EventRow
    standing: Standing

    @property
    def facts(self) -> EventFacts:
        """What the caller may know of it now."""
        return event_facts(self.row, self.standing, timezone.now())


class SeenSeries(NamedTuple):
    """A series, and its occurrences as far as the caller may see them there."""

    series: Series
    events: EventQuerySet


def event_for(actor: Actor, event_id: UUID) -> EventRow:
    """The event with this id, when the caller may reach it. One query. Raises NotFound.

    Private events answer to their exact id: the id is the invitation. A caller closed into a
    tenant, or one channel of it (an API key), reaches only the events there. What was taken down is
    there for its organizers and root alone.
    """
    return _reached(actor, event_row(event_id))


def reach(actor: Actor, event_id: UUID) -> None:
    """event_for() for whoever needs nothing of the event but to know that the caller may reach it.
    One query, of a few columns. Raises NotFound."""
    _reached(actor, reached_row(event_id))


def ensure_reaches(actor: Actor, event: LockedEvent) -> None:
    """The same of an event that was read in order to change it. No query. Raises NotFound."""
    _reached(actor, event)


def seen(actor: Actor, event_id: UUID) -> SeenEvent:
    """The event with the caller's standing to it. Two queries at most. Raises NotFound."""
    row = event_for(actor, event_id)
    return SeenEvent(row, standing(actor, row))


def owned(actor: Actor, event_id: UUID) -> SeenEvent:
    """The event, for its organizers and root. Raises NotFound, Unauthenticated without a
    credential, else NotAllowed."""
    event = seen(actor, event_id)
    if event.standing < Standing.OWNER:
        raise refusal(actor, NotAllowed("organizers_only"))
    return event


def at_door(actor: Actor, event_id: UUID) -> SeenEvent:
    """The event, for holders of a door link to it, its organizers and root. Raises as owned()."""
    event = seen(actor, event_id)
    if event.standing < Standing.OWNER and not actor.opens_door_of(event_id):
        raise refusal(actor, NotAllowed("door_only"))
    return event


def with_guest_list(actor: Actor, event_id: UUID) -> SeenEvent:
    """The event, for everyone who may read its guest list: holders of a viewer or door link to it,
    its organizers and root. Raises as owned()."""
    event = seen(actor, event_id)
    if event.standing < Standing.HELPER:
        raise refusal(actor, NotAllowed("guest_list_closed"))
    return event


def ensure_owns_series(actor: Actor, event: SeenEvent) -> None:
    """Passes those who may change all of the series an event belongs to: holders of the series' own
    link, and whoever organizes its events without any link. The caller has shown to be an organizer
    of this event. Raises NotAllowed, and Invalid (scope) for an event that belongs to none."""
    if event.row.series_id is None:
        raise Invalid({"scope": "not_in_series"})
    link = actor.link_to(event.row.id)
    if link is not None and link.organizes and link.series_id is not None:
        return
    if standing(replace(actor, link=None), event.row) < Standing.OWNER:
        raise NotAllowed("series_link_only")


def seen_series(actor: Actor, series_id: UUID) -> SeenSeries:
    """The series and those of its occurrences that the caller may see there. Two queries. Raises
    NotFound, also when there is no such occurrence."""
    series = Series.objects.filter(pk=series_id).first()
    events = events_in_series(actor, series_id)
    if series is None or not events.exists():
        raise NotFound("series_not_found")
    return SeenSeries(series, events)


def refusal(actor: Actor, refused: NotAllowed) -> NotAllowed | Unauthenticated:
    """``refused``, for whoever presented a credential; others are asked for one."""
    return refused if actor.presented else Unauthenticated()


def _reached(actor: Actor, event: Reached | None) -> Reached:
    if event is None or not _within(actor, event):
        raise NotFound("event_not_found")
    if event.taken_down_at is not None and not organizes(actor, event):
        raise NotFound("event_not_found")
    return event


def _within(actor: Actor, event: Reached) -> bool:
    if actor.channel_id is not None and event.channel_id != actor.channel_id:
        return False
    return actor.tenant_id is None or event.tenant_id == actor.tenant_id

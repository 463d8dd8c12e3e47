"""Fetching a room, an event's stream, by its own id: whoever may not know of it finds none."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from access.events import SeenEvent, seen
from accounts.domain.actors import Actor
from config.errors import NotAllowed, NotFound
from events.domain.listing import listed_events, organizes_all
from events.domain.visibility import PlaceGuards
from events.enums import Standing
from events.facts import EventFacts, StreamFacts, event_of_stream, streams_of
from events.models import LiveRoom
from rsvps.models import Rsvp


class SeenRoom(NamedTuple):
    """A stream that the caller may know of, with what they may know of its event."""

    event: SeenEvent
    facts: EventFacts
    stream: StreamFacts


def seen_room(actor: Actor, room_id: UUID) -> SeenRoom:
    """The room with this id. Raises NotFound in one way: for a room that is not there, an event
    the caller cannot reach, and a stream they may not know of."""
    missing = NotFound("room_not_found")
    event_id = event_of_stream(room_id)
    if event_id is None:
        raise missing
    try:
        event = seen(actor, event_id)
    except NotFound:
        raise missing from None
    facts = event.facts
    stream = streams_of([facts]).get(event_id)
    if stream is None:
        raise missing
    return SeenRoom(event, facts, stream)


def owned_room(actor: Actor, room_id: UUID) -> SeenRoom:
    """The room, for its event's organizers and root. Raises NotFound, NotAllowed."""
    room = seen_room(actor, room_id)
    if room.event.standing < Standing.OWNER:
        raise NotAllowed("organizers_only")
    return room


def listed_rooms(actor: Actor) -> QuerySet[LiveRoom]:
    """The rooms of the events the caller finds in lists, without those that seen_room() denies
    them: a stream is shown to those who are shown the place."""
    rooms = LiveRoom.objects.filter(event__in=listed_events(actor))
    if organizes_all(actor):
        return rooms
    unguarded: dict[str, Any] = {f"event__{name}": False for name in PlaceGuards._fields}
    shown = Q(**unguarded)
    if actor.user_id is not None:
        attended = Rsvp.objects.attending().filter(user_id=actor.user_id)
        shown |= Q(event__creator_id=actor.user_id) | Q(event__in=attended.values("event"))
    return rooms.filter(shown)

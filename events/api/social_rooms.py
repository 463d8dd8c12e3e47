"""Rooms by their own ids in the Social API: the streams of its events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from access.events import owned, seen
from access.rooms import listed_rooms, owned_room, seen_room
from access.standing import standings
from api.bodies import Body
from api.fields import Choice
from api.social.base import PagingBody, SocialViewSet, TokenQuery
from api.social.errors import errors_of
from api.social.side_loads import SocialEventPage, SocialEvents
from config.errors import Invalid, NotFound, Unsupported
from config.keyset import Order
from events.api.social import DeletedBody, RoomInput
from events.domain.listing import reachable_events
from events.domain.live import remove_stream, set_stream, stop_stream
from events.enums import StreamStatus
from events.facts import many_event_facts
from events.models import LiveRoom
from events.rows import event_rows

_SORTS = {"lastCreated": True, "firstCreated": False}
ROOM_TYPES = [("directStreaming", "directStreaming"), ("coHosts", "coHosts")]
# The states of the SDK that a stream here never is in.
_OTHER_STATES = ("waitingReconnect", "terminated", "error")
ROOM_STATES = [*StreamStatus.choices, *((each, each) for each in _OTHER_STATES)]


class SocialRoomQuery(TokenQuery):
    """Which rooms. Those that are deleted, and those of co-hosts, are none."""

    type = Choice(choices=ROOM_TYPES, required=False)
    statuses = serializers.ListField(child=Choice(choices=ROOM_STATES), required=False)
    sortBy = Choice(choices=list(_SORTS), default="lastCreated")
    isDeleted = serializers.BooleanField(default=False)


class RoomEventInput(serializers.Serializer[Any]):
    """Names the event of a room."""

    eventId = serializers.UUIDField(source="event_id")


class NewRoomInput(RoomInput):
    """A stream and the event it belongs to: ``referenceId``, or ``metadata.eventId``, which the
    SDK's types have a place for."""

    referenceType = Choice(choices=[("event", "event")], required=False)
    referenceId = serializers.UUIDField(required=False)
    metadata = RoomEventInput(required=False)


class RecordedBody(Body):
    """Where the first recording is watched."""

    url: str


class SocialRoomViewSet(SocialViewSet):
    """Query, make, read, change, stop and delete rooms. There is one for each event at most."""

    @extend_schema(
        operation_id="querySocialRooms",
        parameters=[SocialRoomQuery],
        responses={200: SocialEventPage, **errors_of(400, 401)},
    )
    def list(self, request: Request) -> Response:
        """The rooms the caller may know of, with their events and everything these refer to."""
        query = self.read_parameters(SocialRoomQuery)
        rooms = listed_rooms(self.actor)
        if query["isDeleted"] or query.get("type") == "coHosts":
            rooms = rooms.none()
        if query.get("statuses"):
            rooms = rooms.filter(status__in=query["statuses"])
        order = Order("created_at", _SORTS[query["sortBy"]], self.list_name("rooms", query))
        page = self.page_of(rooms, lambda found: [*found], order, query)
        body = self._beside(page.rows)
        return Response(SocialEventPage(paging=PagingBody.like(page), **vars(body)))

    @extend_schema(
        operation_id="createSocialRoom",
        request=NewRoomInput,
        responses={200: SocialEvents, **errors_of(400, 401, 403, 404, 413, 415)},
    )
    def create(self, request: Request) -> Response:
        """Gives an event a room, or changes what is sent of the one it has. For organizers."""
        values = self.read(NewRoomInput)
        event_id = values.pop("referenceId", None) or values.pop("metadata", {}).get("event_id")
        if event_id is None:
            raise Invalid({"referenceId": "room_needs_event"})
        owned(self.actor, event_id)
        set_stream(event_id=event_id, values=values)
        return self._answer(event_id)

    @extend_schema(
        operation_id="getSocialRoomById", responses={200: SocialEvents, **errors_of(400, 401, 404)}
    )
    def retrieve(self, request: Request, room_id: UUID) -> Response:
        """One room with its event, for callers who may see the stream."""
        return self._answer(seen_room(self.actor, room_id).facts.id)

    @extend_schema(
        operation_id="updateSocialRoom",
        request=RoomInput,
        responses={200: SocialEvents, **errors_of(400, 401, 403, 404, 413, 415)},
    )
    def update(self, request: Request, room_id: UUID) -> Response:
        """Changes what is sent. For organizers."""
        event_id = owned_room(self.actor, room_id).facts.id
        set_stream(event_id=event_id, values=self.read(RoomInput))
        return self._answer(event_id)

    @extend_schema(
        operation_id="deleteSocialRoom",
        responses={200: DeletedBody, **errors_of(400, 401, 403, 404)},
    )
    def destroy(self, request: Request, room_id: UUID) -> Response:
        """Removes the room; its event stays. For organizers."""
        remove_stream(event_id=owned_room(self.actor, room_id).facts.id)
        return Response(DeletedBody())

    @extend_schema(
        operation_id="stopSocialRoom",
        request=None,
        responses={200: SocialEvents, **errors_of(400, 401, 403, 404)},
    )
    def stop(self, request: Request, room_id: UUID) -> Response:
        """Ends a stream that is live; any other stays as it is. For organizers."""
        event_id = owned_room(self.actor, room_id).facts.id
        stop_stream(event_id=event_id)
        return self._answer(event_id)

    @extend_schema(
        operation_id="getSocialRoomRecording",
        responses={200: RecordedBody, **errors_of(400, 401, 404)},
    )
    def recorded(self, request: Request, room_id: UUID) -> Response:
        """Where the first recording is watched."""
        recordings = seen_room(self.actor, room_id).stream.recordings
        if not recordings:
            raise NotFound("recording_not_found")
        return Response(RecordedBody(url=recordings[0]["url"]))

    @extend_schema(exclude=True)
    def broadcaster(self, request: Request, room_id: UUID) -> NoReturn:
        """Always refused: streams run elsewhere."""
        owned_room(self.actor, room_id)
        raise Unsupported("no_broadcasting")

    @extend_schema(exclude=True)
    def leave(self, request: Request, room_id: UUID) -> NoReturn:
        """Always refused: there are no co-hosts."""
        seen_room(self.actor, room_id)
        raise Unsupported("no_co_hosts")

    @extend_schema(exclude=True)
    def change_participant(self, request: Request, room_id: UUID, id: UUID) -> NoReturn:
        """Always refused: there are no co-hosts."""
        owned_room(self.actor, room_id)
        raise Unsupported("no_co_hosts")

    @extend_schema(exclude=True)
    def remove_participant(self, request: Request, room_id: UUID, id: UUID) -> NoReturn:
        """Always refused: there are no co-hosts."""
        self.change_participant(request, room_id, id)

    def _answer(self, event_id: UUID) -> Response:
        facts = seen(self.actor, event_id).facts
        return Response(SocialEvents.of([facts], self.base_url, self.tenant_id))

    def _beside(self, rooms: Sequence[LiveRoom]) -> SocialEvents:
        places = {room.event_id: place for place, room in enumerate(rooms)}
        rows = event_rows(reachable_events(self.actor).filter(pk__in=places))
        rows.sort(key=lambda row: places[row.id])
        facts = many_event_facts(rows, standings(self.actor, rows), timezone.now())
        return SocialEvents.of(facts, self.base_url, self.tenant_id)

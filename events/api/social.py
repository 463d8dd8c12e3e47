"""Events in the Social API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from access.events import owned, seen
from access.standing import standings
from api.bodies import Body
from api.fields import Flag, Moment, Text, Whole
from api.schema import errors_of
from api.social.base import (
    ORIGIN_WORDS,
    TYPE_OF,
    TYPE_WORDS,
    PagingBody,
    SocialViewSet,
    TokenQuery,
)
from api.social.community_bodies import SocialRoomBody
from api.social.side_loads import SocialEventPage, SocialEvents
from comments.domain.erasing import delete_event
from config.errors import Invalid, NotAllowed, NotFound
from config.keyset import Order, read_keyset
from config.text import clean_text
from events import limits
from events.domain.lifecycle import create_event, update_event
from events.domain.listing import in_group, listed_events, organizes_all, reachable_events
from events.domain.live import remove_stream, set_stream
from events.domain.times import to_utc
from events.enums import Format, Status, StreamStatus
from events.facts import many_event_facts, streams_of
from events.querysets import EventQuerySet
from events.rows import event_rows

_SORTS = {"startTime": "start_time", "createdAt": "created_at"}


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class TagList(serializers.Field):  # type: ignore[type-arg]
    """Tags, repeated or with commas between them."""

    def to_internal_value(self, data: Any) -> list[str]:
        """Up to limits.TAGS tags, cleaned as they are when an event is given them."""
        sent = [tag for entry in data for tag in entry.split(",") if tag.strip()]
        if len(sent) > limits.TAGS:
            raise serializers.ValidationError(f"At most {limits.TAGS} tags can be asked for.")
        return [clean_text(tag, field="tags", limit=limits.TAG) for tag in sent]


class SocialEventQuery(TokenQuery):
    """Which events. ``userId`` is their creator's, or with ``onlyAttendee`` that of who answered
    them: one's own, or anybody's for an admin."""

    originType = serializers.ChoiceField(choices=ORIGIN_WORDS, required=False)
    originId = serializers.UUIDField(required=False)
    userId = serializers.UUIDField(required=False)
    onlyAttendee = serializers.BooleanField(default=False)
    status = serializers.ChoiceField(choices=Status.choices, required=False)
    type = serializers.ChoiceField(choices=TYPE_WORDS, required=False)
    tags = TagList(required=False, help_text="Any of these; repeated, or with commas.")
    startTimeFrom = Moment(required=False)
    startTimeTo = Moment(required=False)
    sortBy = serializers.ChoiceField(choices=list(_SORTS), default="startTime")
    orderBy = serializers.ChoiceField(choices=["asc", "desc"], default="asc")


class SocialEventInput(serializers.Serializer[Any]):
    """What an event is made or changed with. Limits are the domain's; see clean_event()."""

    title = Text(max_length=limits.TITLE)
    description = Text(required=False, allow_null=True, max_length=limits.DESCRIPTION)
    type = serializers.ChoiceField(choices=TYPE_WORDS, required=False, source="format")
    startTime = Moment(source="start_time")
    endTime = Moment(required=False, allow_null=True, source="end_time")
    timezone = Text(required=False, help_text="IANA name; naive times are read in it.")
    location = Text(required=False, allow_null=True, max_length=limits.LOCATION)
    externalUrl = Text(required=False, allow_null=True, max_length=limits.URL, source="online_url")
    coverImageFileId = serializers.UUIDField(required=False, allow_null=True, source="cover_id")
    originType = serializers.ChoiceField(choices=ORIGIN_WORDS, required=False)
    originId = serializers.UUIDField(required=False, allow_null=True, source="channel_id")
    isInviteOnly = Flag(required=False, source="is_private")
    isLocationVisible = Flag(required=False)
    capacity = Whole(required=False, allow_null=True, min_value=1)
    tags = serializers.ListField(child=Text(), required=False, allow_null=True)
    metadata = serializers.DictField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What is visible here is what the domain hides."""
        attrs.pop("originType", None)
        if "isLocationVisible" in attrs:
            attrs["hide_location"] = not attrs.pop("isLocationVisible")
        return attrs


class RecordingInput(serializers.Serializer[Any]):
    """Where a recording is watched."""

    url = Text(max_length=limits.URL)
    thumbnailUrl = Text(
        required=False, allow_null=True, max_length=limits.URL, source="thumbnail_url"
    )


class RoomInput(serializers.Serializer[Any]):
    """A stream. Null clears an address."""

    status = serializers.ChoiceField(choices=StreamStatus.choices, required=False)
    livePlaybackUrl = Text(
        required=False, allow_null=True, max_length=limits.URL, source="playback_url"
    )
    liveThumbnailUrl = Text(
        required=False, allow_null=True, max_length=limits.URL, source="thumbnail_url"
    )
    recordedPlaybackInfos = RecordingInput(many=True, required=False, source="recordings")
    liveChatEnabled = Flag(required=False, source="chat_enabled")


class DeletedBody(Body):
    """That it is gone."""

    success: bool = True


class RoomEnvelope(Body):
    """An event's stream."""

    rooms: list[SocialRoomBody]


class SocialEventViewSet(SocialViewSet):
    """Query, make, read, change and delete events; set their stream."""

    @extend_schema(
        operation_id="querySocialEvents",
        parameters=[SocialEventQuery],
        responses={200: SocialEventPage, **errors_of(400, 401, 403)},
    )
    def list(self, request: Request) -> Response:
        """The events the caller may find, with all they name."""
        query = self.read_parameters(SocialEventQuery)
        order = Order(
            _SORTS[query["sortBy"]], query["orderBy"] == "desc", self.list_name("events", query)
        )
        page = read_keyset(
            self._found(query),
            event_rows,
            order,
            size=query["limit"],
            token=query.get("token"),
        )
        facts = many_event_facts(page.rows, standings(self.actor, page.rows), timezone.now())
        body = SocialEvents.of(facts, self.base_url, self.tenant_id)
        return Response(SocialEventPage(paging=PagingBody.like(page), **vars(body)))

    @extend_schema(
        operation_id="createSocialEvent",
        request=SocialEventInput,
        responses={201: SocialEvents, **errors_of(400, 401, 403, 413, 415)},
    )
    def create(self, request: Request) -> Response:
        """A new event; the key's user becomes its creator."""
        new = create_event(actor=self.actor, values=self.read(SocialEventInput))
        return self._answer(new.event_id, status=201)

    @extend_schema(
        operation_id="getSocialEvent", responses={200: SocialEvents, **errors_of(400, 401, 404)}
    )
    def retrieve(self, request: Request, event_id: UUID) -> Response:
        """One event with all it names."""
        return self._answer(event_id)

    @extend_schema(
        operation_id="updateSocialEvent",
        request=SocialEventInput(partial=True),
        responses={200: SocialEvents, **errors_of(400, 401, 403, 404, 409, 413, 415)},
    )
    def update(self, request: Request, event_id: UUID) -> Response:
        """Changes what is sent. For the creator and the tenant's organizers."""
        row = owned(self.actor, event_id).row
        values = self.read(SocialEventInput, partial=True)
        if row.format == Format.HYBRID and values.get("format") == TYPE_OF[Format.HYBRID]:
            del values["format"]  # what was read is written back, and stays hybrid
        update_event(event=row, values=values, actor=self.actor)
        return self._answer(event_id)

    @extend_schema(
        operation_id="deleteSocialEvent",
        responses={200: DeletedBody, **errors_of(400, 401, 403, 404)},
    )
    def destroy(self, request: Request, event_id: UUID) -> Response:
        """Erases the event and all that belongs to it. For the creator and organizers."""
        owned(self.actor, event_id)
        delete_event(event_id=event_id)
        return Response(DeletedBody())

    @extend_schema(
        operation_id="getSocialRoom", responses={200: RoomEnvelope, **errors_of(400, 401, 404)}
    )
    def room(self, request: Request, event_id: UUID) -> Response:
        """The event's stream, for callers who may see it."""
        return self._room(event_id)

    @extend_schema(
        operation_id="setSocialRoom",
        request=RoomInput,
        responses={200: RoomEnvelope, **errors_of(400, 401, 403, 404, 413, 415)},
    )
    def set_room(self, request: Request, event_id: UUID) -> Response:
        """Gives the event a stream, or changes what is sent of it. For organizers."""
        owned(self.actor, event_id)
        set_stream(event_id=event_id, values=self.read(RoomInput))
        return self._room(event_id)

    @extend_schema(
        operation_id="removeSocialRoom",
        responses={200: DeletedBody, **errors_of(400, 401, 403, 404)},
    )
    def remove_room(self, request: Request, event_id: UUID) -> Response:
        """Takes the stream away. For organizers."""
        owned(self.actor, event_id)
        remove_stream(event_id=event_id)
        return Response(DeletedBody())

    def _found(self, query: dict[str, Any]) -> EventQuerySet:
        events = self._whose(query)
        if "originId" in query:
            events = in_group(events, query["originId"], self.actor)
        if "status" in query:
            events = events.with_status(query["status"], timezone.now())
        if "type" in query:
            formats = [each for each, word in TYPE_OF.items() if word == query["type"]]
            events = events.filter(format__in=formats)
        if query.get("tags"):
            events = events.tagged(query["tags"])
        return events.starting_between(*self._range(query))

    def _whose(self, query: dict[str, Any]) -> EventQuerySet:
        user_id = query.get("userId")
        if user_id is None:
            if query["onlyAttendee"]:
                raise serializers.ValidationError({"onlyAttendee": "This needs a userId."})
            return listed_events(self.actor)
        if user_id != self.actor.user_id and not organizes_all(self.actor):
            raise NotAllowed("Only admins may ask for other people's events.")
        if query["onlyAttendee"]:
            return reachable_events(self.actor).answered_by(user_id)
        return listed_events(self.actor).filter(creator_id=user_id)

    def _range(self, query: dict[str, Any]) -> Sequence[Any]:
        names = ("startTimeFrom", "startTimeTo")
        earliest, latest = (
            to_utc(query[name], field=name) if name in query else None for name in names
        )
        if earliest and latest and latest < earliest:
            raise Invalid({"startTimeTo": "This must not be before startTimeFrom."})
        return [earliest, latest]

    def _answer(self, event_id: UUID, status: int = 200) -> Response:
        facts = seen(self.actor, event_id).facts
        return Response(SocialEvents.of([facts], self.base_url, self.tenant_id), status=status)

    def _room(self, event_id: UUID) -> Response:
        facts = seen(self.actor, event_id).facts
        stream = streams_of([facts]).get(event_id)
        if stream is None:
            raise NotFound("Room not found")
        return Response(RoomEnvelope(rooms=[SocialRoomBody.of(stream, facts)]))

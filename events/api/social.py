"""Events in the Social API."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from access.events import owned
from access.standing import standings
from api.bodies import Body
from api.conditional import CHANGE, ONE, ONE_RENDERED
from api.events import EventWords
from api.fields import Choice, Flag, Moment, Text
from api.inputs import Input
from api.social.base import (
    ORIGIN_WORDS,
    TYPE_OF,
    TYPE_WORDS,
    PagingBody,
    SocialViewSet,
    TokenQuery,
)
from api.social.bodies import SocialEventBody
from api.social.community_bodies import SocialRoomBody
from api.social.errors import errors_of
from api.social.side_loads import SocialEventPage, SocialEvents
from api.words import STREAM_WORDS
from comments.domain.erasing import delete_event
from config.errors import Invalid, NotAllowed, NotFound, flaw
from config.keyset import Order
from config.text import clean_text
from events import limits
from events.domain.lifecycle import create_event
from events.domain.listing import in_group, listed_events, organizes_all, reachable_events
from events.domain.live import remove_stream, set_stream
from events.domain.times import to_utc
from events.enums import Format, Status
from events.facts import many_event_facts, streams_of
from events.fields import EVENT, STREAM
from events.querysets import EventQuerySet
from events.rows import event_rows
from rsvps.domain.event_changes import update_event

_SORTS = {"startTime": "start_time", "createdAt": "created_at"}


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class TagList(serializers.Field):  # type: ignore[type-arg]
    """Tags, repeated or with commas between them. A tag may hold a comma itself, so that a value
    with one stands for its parts and for the whole."""

    def to_internal_value(self, data: Any) -> list[str]:
        """Up to limits.TAGS tags, cleaned as they are when an event is given them."""
        values = [unicodedata.normalize("NFC", value.strip()) for value in data]
        parts = [part for value in values for part in value.split(",") if part.strip()]
        if len(parts) > limits.TAGS:
            raise serializers.ValidationError(f"At most {limits.TAGS} tags can be asked for.")
        wholes = [value for value in values if "," in value and len(value) <= limits.TAG]
        return [clean_text(tag, field="tags", limit=limits.TAG) for tag in (*parts, *wholes)]


class SocialEventQuery(TokenQuery):
    """Which events. ``userId`` is their creator's, or with ``onlyAttendee`` that of who answered
    them: one's own, or anybody's for an admin."""

    originType = Choice(choices=ORIGIN_WORDS, required=False)
    originId = serializers.UUIDField(required=False)
    userId = serializers.UUIDField(required=False)
    onlyAttendee = serializers.BooleanField(default=False)
    status = Choice(choices=Status.choices, required=False)
    type = Choice(choices=TYPE_WORDS, required=False)
    tags = TagList(required=False, help_text="Any of these; repeated, or with commas.")
    startTimeFrom = Moment(required=False)
    startTimeTo = Moment(required=False)
    sortBy = Choice(choices=list(_SORTS), default="startTime")
    orderBy = Choice(choices=["asc", "desc"], default="asc")


class Visible(Flag):
    """True for what the domain calls hidden."""

    def to_internal_value(self, data: Any) -> bool:
        """Whether it is hidden."""
        return not super().to_internal_value(data)


class SocialEventInput(EventWords):
    """What an event is made or changed with. Limits are the domain's; see clean_event()."""

    table = EVENT.without(
        *("max_guests_per_rsvp", "approval_required", "rsvps_closed", "rsvp_close_at", "featured")
    )
    names: ClassVar = {
        "start_time": "startTime",
        "end_time": "endTime",
        "online_url": "externalUrl",
        "cover_id": "coverImageFileId",
        "is_private": "isInviteOnly",
        "host_name": "hostName",
        "host_email": "hostEmail",
        "host_digest": "hostDigest",
    }
    type = Choice(choices=TYPE_WORDS, required=False, source="format")
    originType = Choice(choices=ORIGIN_WORDS, required=False)
    originId = serializers.UUIDField(required=False, allow_null=True, source="channel_id")
    isLocationVisible = Visible(required=False, source="hide_location")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """There is one kind of origin."""
        attrs.pop("originType", None)
        return super().validate(attrs)


class RecordingInput(Input):
    """Where a recording is watched."""

    url = Text(max_length=limits.URL)
    thumbnailUrl = Text(
        required=False, allow_null=True, max_length=limits.URL, source="thumbnail_url"
    )


class RoomInput(Input):
    """A stream. Null clears an address."""

    table = STREAM
    words = STREAM_WORDS
    names: ClassVar = {
        "playback_url": "livePlaybackUrl",
        "thumbnail_url": "liveThumbnailUrl",
        "chat_enabled": "liveChatEnabled",
    }
    recordedPlaybackInfos = RecordingInput(many=True, required=False, source="recordings")


class DeletedBody(Body):
    """Confirms the deletion."""

    success: bool = True


class RoomEnvelope(Body):
    """An event's stream."""

    rooms: list[SocialRoomBody]


class SocialEventViewSet(SocialViewSet):
    """Query, make, read, change and delete events; set their stream."""

    acts: ClassVar = {"create": "events"}
    tags: ClassVar = {
        "create": ONE,
        "retrieve": ONE_RENDERED,
        "update": CHANGE,
        "destroy": CHANGE,
        "room": ONE,
        "set_room": CHANGE,
        "remove_room": CHANGE,
    }
    located: ClassVar = frozenset({"create"})

    @extend_schema(
        operation_id="querySocialEvents",
        parameters=[SocialEventQuery],
        responses={200: SocialEventPage, **errors_of(400, 401, 403)},
    )
    def list(self, request: Request) -> Response:
        """The events the caller may find, with everything they refer to."""
        query = self.read_parameters(SocialEventQuery)
        order = Order(
            _SORTS[query["sortBy"]], query["orderBy"] == "desc", self.list_name("events", query)
        )
        page = self.page_of(self._found(query), event_rows, order, query)
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
        return self.created(self._body(new.event_id), new.event_id)

    @extend_schema(
        operation_id="getSocialEvent", responses={200: SocialEvents, **errors_of(400, 401, 404)}
    )
    def retrieve(self, request: Request, event_id: UUID) -> Response:
        """One event with everything it refers to."""
        return Response(self._body(event_id))

    @extend_schema(
        operation_id="updateSocialEvent",
        request=SocialEventInput(partial=True),
        responses={200: SocialEvents, **errors_of(400, 401, 403, 404, 409, 413, 415)},
    )
    def update(self, request: Request, event_id: UUID) -> Response:
        """Changes what is sent. For the creator and the tenant's organizers."""
        event = owned(self.actor, event_id)
        row, unchanged = event.row, self.if_match(event.row)
        values = self.read(
            SocialEventInput, partial=True, told=lambda: SocialEventBody.of(event.facts, None)
        )
        if row.format == Format.HYBRID and values.get("format") == TYPE_OF[Format.HYBRID]:
            del values["format"]  # what was read is written back, and stays hybrid
        update_event(event=row, values=values, actor=self.actor, if_version=unchanged)
        return Response(self._body(event_id))

    @extend_schema(
        operation_id="deleteSocialEvent",
        responses={200: DeletedBody, **errors_of(400, 401, 403, 404)},
    )
    def destroy(self, request: Request, event_id: UUID) -> Response:
        """Erases the event and all that belongs to it. For the creator and organizers."""
        row = owned(self.actor, event_id).row
        delete_event(event_id=event_id, if_version=self.if_match(row))
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
        row = owned(self.actor, event_id).row
        unchanged = self.if_match(row)
        set_stream(event_id=event_id, values=self.read(RoomInput), if_version=unchanged)
        return self._room(event_id)

    @extend_schema(
        operation_id="removeSocialRoom",
        responses={200: DeletedBody, **errors_of(400, 401, 403, 404)},
    )
    def remove_room(self, request: Request, event_id: UUID) -> Response:
        """Removes the stream. For organizers."""
        row = owned(self.actor, event_id).row
        remove_stream(event_id=event_id, if_version=self.if_match(row))
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
                raise Invalid({"onlyAttendee": "user_id_needed"})
            return listed_events(self.actor)
        if user_id != self.actor.user_id and not organizes_all(self.actor):
            raise NotAllowed("events_of_others")
        if query["onlyAttendee"]:
            return reachable_events(self.actor).answered_by(user_id)
        return listed_events(self.actor).filter(creator_id=user_id)

    def _range(self, query: dict[str, Any]) -> Sequence[Any]:
        names = ("startTimeFrom", "startTimeTo")
        earliest, latest = (
            to_utc(query[name], field=name) if name in query else None for name in names
        )
        if earliest and latest and latest < earliest:
            raise Invalid({"startTimeTo": flaw("not_after", later=names[1], earlier=names[0])})
        return [earliest, latest]

    def _body(self, event_id: UUID) -> SocialEvents:
        facts = self.seen(event_id).facts
        return SocialEvents.of([facts], self.base_url, self.tenant_id)

    def _room(self, event_id: UUID) -> Response:
        facts = self.seen(event_id).facts
        stream = streams_of([facts]).get(event_id)
        if stream is None:
            raise NotFound("room_not_found")
        return Response(RoomEnvelope(rooms=[SocialRoomBody.of(stream, facts)]))

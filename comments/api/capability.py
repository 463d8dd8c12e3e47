"""Announcements and messages in the Capability API."""

from __future__ import annotations

from typing import ClassVar, Self
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from access.events import event_for, owned
from api.bodies import Body
from api.capability.base import CapabilityViewSet
from api.capability.bodies import MessageBody
from api.fields import Choice, Text
from api.inputs import Input
from api.schema import errors_of
from api.words import MESSAGE_WORDS
from comments import limits
from comments.domain.messages import announce, write_to_guest, write_to_host
from comments.enums import MessageType, MessageVisibility
from comments.facts import MessageFacts, messages_with_guest, rsvp_log
from rsvps.api.capability import require_own_rsvp


class ContentInput(Input):
    """A message's text."""

    words = MESSAGE_WORDS
    # A guest's message is of one type and seen by the same people, whoever says so.
    untold: ClassVar = {
        "message_type": MessageType.USER_NOTE.value,
        "visibility": MessageVisibility.ATTENDEE.value,
    }

    content = Text(max_length=limits.MESSAGE)


class MessageInput(ContentInput):
    """An organizer's message. Type and visibility default to each other's usual companion."""

    message_type = Choice(choices=MessageType.choices, required=False, source="type")
    visibility = Choice(choices=MessageVisibility.choices, required=False)


class MessageEnvelope(Body):
    """The message as posted."""

    message: MessageBody


class MessageThreadEnvelope(MessageEnvelope):
    """The message as posted, within its thread, newest first."""

    messages: list[MessageBody]

    @classmethod
    def of(cls, message: MessageFacts, thread: list[MessageFacts]) -> Self:
        """A message and its thread."""
        return cls(
            message=MessageBody.of(message), messages=[MessageBody.of(each) for each in thread]
        )


class MessageViewSet(CapabilityViewSet):
    """What organizers and guests tell each other."""

    @extend_schema(
        operation_id="announce",
        request=MessageInput,
        responses={201: MessageEnvelope, **errors_of(400, 401, 403, 404, 413, 415)},
    )
    def announce(self, request: Request, event_id: UUID) -> Response:
        """An announcement on the event, public or for organizers only. For organizers."""
        owned(self.actor, event_id)
        message = announce(event_id=event_id, **self.read(MessageInput))
        return Response(MessageEnvelope(message=MessageBody.of(message)), status=201)

    @extend_schema(
        operation_id="writeToGuest",
        request=MessageInput,
        responses={201: MessageThreadEnvelope, **errors_of(400, 401, 403, 404, 413, 415)},
    )
    def write_to_guest(self, request: Request, event_id: UUID, rsvp_id: UUID) -> Response:
        """A message to one guest, or an internal note on them. For organizers."""
        owned(self.actor, event_id)
        message = write_to_guest(event_id=event_id, rsvp_id=rsvp_id, **self.read(MessageInput))
        return Response(MessageThreadEnvelope.of(message, rsvp_log(rsvp_id)), status=201)

    @extend_schema(
        operation_id="writeToHost",
        request=ContentInput,
        responses={201: MessageThreadEnvelope, **errors_of(400, 401, 404, 413, 415)},
    )
    def write_to_host(self, request: Request, event_id: UUID) -> Response:
        """A guest's message to the organizers, behind the guest's token."""
        event_for(self.actor, event_id)
        own = require_own_rsvp(self, event_id)
        message = write_to_host(event_id=event_id, rsvp_id=own.id, **self.read(ContentInput))
        return Response(MessageThreadEnvelope.of(message, messages_with_guest(own.id)), status=201)

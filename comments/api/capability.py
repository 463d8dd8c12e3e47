"""Announcements and messages in the Capability API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Self
from uuid import UUID

from django.utils.translation import override
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ChoiceField

from access.events import event_for, owned
from api.bodies import Body
from api.capability.base import CapabilityViewSet, PageQuery, PaginationBody, numbers
from api.capability.bodies import MessageBody
from api.conditional import LIST, LIST_RENDERED
from api.fields import Choice, Text
from api.inputs import Input, input_of
from api.schema import errors_of
from api.words import MESSAGE_WORDS
from comments import limits
from comments.domain.messages import announce, write_to_guest, write_to_host
from comments.enums import MessageType, MessageVisibility
from comments.facts import (
    MessageFacts,
    event_message_page,
    guest_message_page,
    messages_with_guest,
    rsvp_log,
    rsvp_log_page,
)
from config.errors import NotFound
from config.paging import Page
from events.enums import Standing
from events.fields import NOTICE
from notify.domain.mail.audiences import mailings_of
from notify.enums import MAILINGS
from rsvps.api.capability import require_own_rsvp
from rsvps.rows import rsvp_row


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


class AnnouncementInput(MessageInput):
    """An organizer's word on the event, and which guests get it by mail."""

    notify = input_of(NOTICE["notify"])


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


class MessagePaginationBody(PaginationBody):
    """Pages of messages."""

    total_messages: int


class MessageListEnvelope(Body):
    """A page of messages, newest first."""

    messages: list[MessageBody]
    pagination: MessagePaginationBody

    @classmethod
    def of(cls, page: Page[MessageFacts]) -> Self:
        """A page."""
        return cls(
            messages=[MessageBody.of(each) for each in page.rows],
            pagination=MessagePaginationBody(total_messages=page.total, **numbers(page)),
        )


class MailingBody(Body):
    """How far the mails of one act have come. ``message_id`` is the announcement or message that
    was mailed, null for a change, a cancellation and reminders; ``reasons`` says why mails failed
    or were not sent, in English whatever the language of the answer, and of how many that is so."""

    about: Annotated[str, ChoiceField(choices=[(kind.value, kind.label) for kind in MAILINGS])]
    message_id: UUID | None
    at: datetime
    sent: int
    waiting: int
    failed: int
    skipped: int
    reasons: dict[str, int]


class EventMessageListEnvelope(MessageListEnvelope):
    """A page of messages, newest first. ``mailings`` is what was mailed to guests within 30 days,
    the latest first, at most a hundred; null for all but organizers."""

    mailings: list[MailingBody] | None


class MessageViewSet(CapabilityViewSet):
    """What organizers and guests tell each other."""

    public_actions: ClassVar = frozenset({"list_of_event"})
    # How far mails have come is in no version.
    tags: ClassVar = {"list_of_event": LIST_RENDERED, "list_of_rsvp": LIST, "list_of_own": LIST}

    @extend_schema(
        operation_id="listMessages",
        parameters=[PageQuery],
        responses={200: EventMessageListEnvelope, **errors_of(400, 404)},
    )
    def list_of_event(self, request: Request, event_id: UUID) -> Response:
        """The public announcements on the event; for organizers also their own notes on it, and how
        far the mails to guests have come."""
        event = self.seen(event_id)
        page = event_message_page(event_id, event.standing, **self._wanted())
        mailings = None
        if event.standing >= Standing.OWNER:
            # Programs read the reasons, which are keys: the same ones in every language.
            with override("en"):
                told = mailings_of(event_id)
                mailings = [MailingBody.like(each, about=each.kind) for each in told]
        envelope = EventMessageListEnvelope(**vars(MessageListEnvelope.of(page)), mailings=mailings)
        return Response(envelope)

    @extend_schema(
        operation_id="listRsvpMessages",
        parameters=[PageQuery],
        responses={200: MessageListEnvelope, **errors_of(400, 401, 403, 404)},
    )
    def list_of_rsvp(self, request: Request, event_id: UUID, rsvp_id: UUID) -> Response:
        """Everything written on one RSVP: the log, notes, and what its guest and the hosts wrote
        to each other. For organizers."""
        event = owned(self.actor, event_id)
        rsvp = rsvp_row(rsvp_id)
        if rsvp is None or rsvp.event_id != event_id:
            raise NotFound("rsvp_not_found")
        self.tell_of(event.row)
        return Response(MessageListEnvelope.of(rsvp_log_page(rsvp_id, **self._wanted())))

    @extend_schema(
        operation_id="listOwnMessages",
        parameters=[PageQuery],
        responses={200: MessageListEnvelope, **errors_of(400, 401, 404)},
    )
    def list_of_own(self, request: Request, event_id: UUID) -> Response:
        """What a guest and the hosts wrote to each other, behind the guest's token."""
        event = event_for(self.actor, event_id)
        own = require_own_rsvp(self, event_id)
        self.tell_of(event)
        return Response(MessageListEnvelope.of(guest_message_page(own.id, **self._wanted())))

    def _wanted(self) -> dict[str, int]:
        query = self.read_query(PageQuery)
        return {"number": query["page"], "size": query["per_page"]}

    @extend_schema(
        operation_id="announce",
        request=AnnouncementInput,
        responses={201: MessageEnvelope, **errors_of(400, 401, 403, 404, 413, 415)},
    )
    def announce(self, request: Request, event_id: UUID) -> Response:
        """An announcement on the event, public or for organizers only. For organizers."""
        owned(self.actor, event_id)
        message = announce(event_id=event_id, **self.read(AnnouncementInput))
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

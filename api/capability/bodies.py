"""The Capability API's objects: how facts are spelt in its JSON, and the same shapes as schema.

The functions render; the serializer classes describe what they render, for the OpenAPI document.
tests/api/capability/test_bodies.py holds the two equal.
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.capability.base import ANSWER_OF, ANSWER_WORDS
from channels.enums import Visibility
from channels.facts import ChannelFacts
from comments.enums import Author, MessageType, MessageVisibility
from comments.facts import MessageFacts
from config.links import file_url
from events.addresses import api_url, event_links
from events.enums import Format, Status
from events.facts import EventFacts
from rsvps.enums import Approval
from rsvps.facts import RsvpFacts


class EventLinksBody(serializers.Serializer[Any]):
    """Absolute addresses; ``admin`` only for who holds the owner link."""

    public = serializers.URLField()
    admin = serializers.URLField(required=False)
    ics = serializers.URLField()
    api = serializers.URLField()


class EventChannelBody(serializers.Serializer[Any]):
    """The channel an event is listed under; left out when it is private."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    visibility = serializers.ChoiceField(choices=Visibility.choices)


class EventBody(serializers.Serializer[Any]):
    """An event. ``location`` and ``online_url`` are null for who may not know them."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    start_time = serializers.DateTimeField()
    end_time = serializers.DateTimeField(allow_null=True)
    timezone = serializers.CharField()
    format = serializers.ChoiceField(choices=Format.choices)
    location = serializers.CharField(allow_null=True)
    online_url = serializers.CharField(allow_null=True)
    hide_location = serializers.BooleanField()
    is_private = serializers.BooleanField()
    admin_approval_required = serializers.BooleanField()
    max_attendees = serializers.IntegerField(allow_null=True)
    max_guests_per_rsvp = serializers.IntegerField()
    yes_count = serializers.IntegerField(help_text="People, guests included, approved.")
    spots_left = serializers.IntegerField(allow_null=True)
    rsvps_closed = serializers.BooleanField()
    rsvp_close_at = serializers.DateTimeField(allow_null=True)
    status = serializers.ChoiceField(choices=Status.choices)
    cover_image = serializers.CharField(allow_null=True)
    tags = serializers.ListField(child=serializers.CharField())
    metadata = serializers.DictField()
    created_at = serializers.DateTimeField()
    last_modified = serializers.DateTimeField()
    links = EventLinksBody()
    channel = EventChannelBody(required=False)


class MessageBody(serializers.Serializer[Any]):
    """An announcement, or a message between hosts and one guest."""

    id = serializers.UUIDField()
    event_id = serializers.UUIDField()
    rsvp_id = serializers.UUIDField(allow_null=True)
    author = serializers.ChoiceField(choices=Author.choices)
    message_type = serializers.ChoiceField(choices=MessageType.choices)
    visibility = serializers.ChoiceField(choices=MessageVisibility.choices)
    content = serializers.CharField()
    created_at = serializers.DateTimeField()


class RsvpBody(serializers.Serializer[Any]):
    """An answer. ``notes``, ``tier_id``, ``form_answers`` and ``checked_in_at`` are null and
    ``rsvp_token`` left out for all but guest and organizers; ``ticket``, the code to show at the
    door, is there for the guest alone, while they attend."""

    id = serializers.UUIDField()
    event_id = serializers.UUIDField()
    name = serializers.CharField()
    pronouns = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(choices=ANSWER_WORDS)
    attendance_status = serializers.ChoiceField(choices=ANSWER_WORDS)
    approval_status = serializers.ChoiceField(choices=Approval.choices)
    guest_count = serializers.IntegerField()
    is_private = serializers.BooleanField()
    notes = serializers.CharField(allow_null=True)
    tier_id = serializers.UUIDField(allow_null=True)
    form_answers = serializers.DictField(allow_null=True)
    checked_in_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    last_modified = serializers.DateTimeField()
    rsvp_token = serializers.CharField(required=False)
    ticket = serializers.CharField(required=False)


class RsvpWithMessagesBody(RsvpBody):
    """An answer with the messages between its guest and the hosts, newest first."""

    messages = MessageBody(many=True)


class RsvpCountsBody(serializers.Serializer[Any]):
    """Approved answers and the people in them, by whether the list names them."""

    public = serializers.IntegerField()
    private = serializers.IntegerField()
    public_party_size = serializers.IntegerField()
    private_party_size = serializers.IntegerField()


class EventDetailBody(EventBody):
    """An event with its public answers (100 at a time) and announcements."""

    rsvps = RsvpBody(many=True)
    rsvps_next = serializers.URLField(allow_null=True)
    rsvp_counts = RsvpCountsBody()
    messages = MessageBody(many=True)


class ChannelBody(EventChannelBody):
    """A channel on its own."""

    description = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField()


def event_body(facts: EventFacts, base_url: str, owner_token: str | None = None) -> dict[str, Any]:
    """An EventBody; with the admin link when the reader's own ``owner_token`` is given."""
    body: dict[str, Any] = {
        "id": facts.id,
        "title": facts.title,
        "description": facts.description or None,
        "start_time": facts.start_time,
        "end_time": facts.end_time,
        "timezone": facts.timezone,
        "format": facts.format,
        "location": facts.location,
        "online_url": facts.online_url,
        "hide_location": facts.hide_location,
        "is_private": facts.is_private,
        "admin_approval_required": facts.approval_required,
        "max_attendees": facts.capacity,
        "max_guests_per_rsvp": facts.max_guests_per_rsvp,
        "yes_count": facts.seats_taken,
        "spots_left": facts.spots_left,
        "rsvps_closed": facts.closed,
        "rsvp_close_at": facts.rsvp_close_at,
        "status": facts.status.value,
        "cover_image": facts.cover_image and file_url(base_url, facts.cover_image),
        "tags": facts.tags,
        "metadata": facts.metadata,
        "created_at": facts.created_at,
        "last_modified": facts.updated_at,
        "links": event_links(base_url, facts.id, owner_token),
    }
    if facts.channel is not None:
        body["channel"] = {
            "id": facts.channel.id,
            "name": facts.channel.name,
            "slug": facts.channel.slug,
            "visibility": facts.channel.visibility,
        }
    return body


def event_detail_body(
    event: dict[str, Any],
    facts: EventFacts,
    rsvps: list[RsvpFacts],
    messages: list[MessageFacts],
    *,
    base_url: str,
    next_cursor: str | None,
) -> dict[str, Any]:
    """An EventDetailBody from the EventBody and what belongs to it."""
    return event | {
        "rsvps": [rsvp_body(rsvp) for rsvp in rsvps],
        "rsvps_next": next_cursor and f"{api_url(base_url, facts.id)}?rsvps_after={next_cursor}",
        "rsvp_counts": {
            "public": facts.listed_count,
            "private": facts.private_count,
            "public_party_size": facts.listed_party_size,
            "private_party_size": facts.private_party_size,
        },
        "messages": [message_body(message) for message in messages],
    }


def rsvp_body(facts: RsvpFacts, messages: list[MessageFacts] | None = None) -> dict[str, Any]:
    """An RsvpBody, or an RsvpWithMessagesBody when messages are given."""
    answer = ANSWER_OF[facts.attendance]
    body: dict[str, Any] = {
        "id": facts.id,
        "event_id": facts.event_id,
        "name": facts.name,
        "pronouns": facts.pronouns or None,
        "status": answer,
        "attendance_status": answer,
        "approval_status": facts.approval,
        "guest_count": facts.guest_count,
        "is_private": facts.is_private,
        "notes": facts.note or None,
        "tier_id": facts.tier_id,
        "form_answers": facts.answers,
        "checked_in_at": facts.checked_in_at,
        "created_at": facts.created_at,
        "last_modified": facts.updated_at,
    }
    if facts.token is not None:
        body["rsvp_token"] = facts.token
    if facts.ticket is not None:
        body["ticket"] = facts.ticket
    if messages is not None:
        body["messages"] = [message_body(message) for message in messages]
    return body


def message_body(facts: MessageFacts) -> dict[str, Any]:
    """A MessageBody."""
    return {
        "id": facts.id,
        "event_id": facts.event_id,
        "rsvp_id": facts.rsvp_id,
        "author": facts.author,
        "message_type": facts.type,
        "visibility": facts.visibility,
        "content": facts.content,
        "created_at": facts.created_at,
    }


def channel_body(facts: ChannelFacts) -> dict[str, Any]:
    """A ChannelBody."""
    return {
        "id": facts.id,
        "name": facts.name,
        "slug": facts.slug,
        "visibility": facts.visibility,
        "description": facts.description or None,
        "created_at": facts.created_at,
        "last_used_at": facts.last_used_at,
    }

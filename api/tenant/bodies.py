"""The Tenant API's objects: how facts are spelt in its JSON, and the same shapes as schema."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from comments.facts import CommentFacts
from config.links import file_url
from events.enums import Format, Status
from events.facts import EventFacts
from rsvps.enums import Approval, Attendance
from rsvps.facts import RsvpFacts


class TenantEventBody(serializers.Serializer[Any]):
    """An event. ``location`` and ``online_url`` are null for who may not know them; ``group_id``
    for who may not know the channel."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    start_time = serializers.DateTimeField()
    end_time = serializers.DateTimeField(allow_null=True)
    timezone = serializers.CharField()
    location = serializers.CharField(allow_null=True)
    online_url = serializers.CharField(allow_null=True)
    event_type = serializers.ChoiceField(choices=Format.choices)
    capacity = serializers.IntegerField(allow_null=True)
    attendee_count = serializers.IntegerField(help_text="Approved answers that are going.")
    spots_left = serializers.IntegerField(allow_null=True)
    status = serializers.ChoiceField(choices=Status.choices)
    is_private = serializers.BooleanField()
    approval_required = serializers.BooleanField()
    hide_location = serializers.BooleanField()
    rsvps_closed = serializers.BooleanField()
    featured = serializers.BooleanField()
    rsvp_close_at = serializers.DateTimeField(allow_null=True)
    max_guests_per_rsvp = serializers.IntegerField()
    tags = serializers.ListField(child=serializers.CharField())
    metadata = serializers.DictField()
    creator_id = serializers.UUIDField(allow_null=True)
    tenant_id = serializers.UUIDField(allow_null=True)
    group_id = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class TenantRsvpBody(serializers.Serializer[Any]):
    """The caller's answer to an event."""

    id = serializers.UUIDField()
    event_id = serializers.UUIDField()
    user_id = serializers.UUIDField(allow_null=True)
    status = serializers.ChoiceField(choices=Attendance.choices)
    approval_status = serializers.ChoiceField(choices=Approval.choices)
    response_message = serializers.CharField(allow_null=True)
    guest_count = serializers.IntegerField()
    tier_id = serializers.UUIDField(allow_null=True)
    form_answers = serializers.DictField(allow_null=True)
    ticket = serializers.CharField(
        allow_null=True, help_text="The code to show at the door, while the guest attends."
    )
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class AttendeeBody(serializers.Serializer[Any]):
    """One answer in a list. ``response_message``, ``tier_id`` and ``form_answers`` are for its
    writer and organizers."""

    user_id = serializers.UUIDField(allow_null=True)
    rsvp_id = serializers.UUIDField()
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=Attendance.choices)
    approval_status = serializers.ChoiceField(choices=Approval.choices)
    guest_count = serializers.IntegerField()
    response_message = serializers.CharField(allow_null=True)
    tier_id = serializers.UUIDField(allow_null=True)
    form_answers = serializers.DictField(allow_null=True)
    rsvp_created_at = serializers.DateTimeField()


class CommentBody(serializers.Serializer[Any]):
    """A comment. ``content_id`` comes back as it was sent: an integer, or an event's UUID."""

    id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    user_name = serializers.CharField()
    user_avatar = serializers.CharField(allow_null=True)
    content_type = serializers.CharField()
    content_id = serializers.JSONField()
    comment = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField(allow_null=True)


def tenant_event_body(facts: EventFacts) -> dict[str, Any]:
    """A TenantEventBody."""
    return {
        "id": facts.id,
        "title": facts.title,
        "description": facts.description or None,
        "start_time": facts.start_time,
        "end_time": facts.end_time,
        "timezone": facts.timezone,
        "location": facts.location,
        "online_url": facts.online_url,
        "event_type": facts.format,
        "capacity": facts.capacity,
        "attendee_count": facts.going_count,
        "spots_left": facts.spots_left,
        "status": facts.status.value,
        "is_private": facts.is_private,
        "approval_required": facts.approval_required,
        "hide_location": facts.hide_location,
        "rsvps_closed": facts.closed,
        "featured": facts.featured,
        "rsvp_close_at": facts.rsvp_close_at,
        "max_guests_per_rsvp": facts.max_guests_per_rsvp,
        "tags": facts.tags,
        "metadata": facts.metadata,
        "creator_id": facts.creator_id,
        "tenant_id": facts.tenant_id,
        "group_id": facts.channel.id if facts.channel else None,
        "created_at": facts.created_at,
        "updated_at": facts.updated_at,
    }


def tenant_rsvp_body(facts: RsvpFacts) -> dict[str, Any]:
    """A TenantRsvpBody."""
    return {
        "id": facts.id,
        "event_id": facts.event_id,
        "user_id": facts.user_id,
        "status": facts.attendance,
        "approval_status": facts.approval,
        "response_message": facts.note or None,
        "guest_count": facts.guest_count,
        "tier_id": facts.tier_id,
        "form_answers": facts.answers,
        "ticket": facts.ticket,
        "created_at": facts.created_at,
        "updated_at": facts.updated_at,
    }


def attendee_body(facts: RsvpFacts) -> dict[str, Any]:
    """An AttendeeBody."""
    return {
        "user_id": facts.user_id,
        "rsvp_id": facts.id,
        "name": facts.name,
        "status": facts.attendance,
        "approval_status": facts.approval,
        "guest_count": facts.guest_count,
        "response_message": facts.note or None,
        "tier_id": facts.tier_id,
        "form_answers": facts.answers,
        "rsvp_created_at": facts.created_at,
    }


def comment_body(facts: CommentFacts, base_url: str) -> dict[str, Any]:
    """A CommentBody; the avatar as an absolute address."""
    return {
        "id": facts.id,
        "user_id": facts.user_id,
        "user_name": facts.user_name,
        "user_avatar": facts.avatar and file_url(base_url, facts.avatar),
        "content_type": facts.content_type,
        "content_id": facts.content_id,
        "comment": facts.body,
        "created_at": facts.created_at,
        "updated_at": facts.updated_at,
    }

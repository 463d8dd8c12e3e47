"""The Tenant API's objects: what facts are called in its JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from rest_framework.serializers import CharField, IntegerField, JSONField

from api.bodies import OMITTED, Body, Omitted
from api.hosts import EventSeriesBody, hosts_side
from comments.facts import CommentFacts
from config.links import file_url
from events.enums import Format, GuestListFor, Status
from events.facts import EventFacts
from rsvps.enums import Approval, Attendance
from rsvps.facts import RsvpFacts

_TICKET = "The code to show at the door, while the guest attends."


class TenantEventBody(Body):
    """An event. ``location``, ``online_url`` and counts are null unless the caller may see them,
    ``group_id`` unless they may see the channel; ``host_email``, ``host_digest`` and ``reminders``
    are for organizers, left out for others; so are ``taken_down_at`` and ``takedown_reason``,
    unless whoever runs the site took it down."""

    id: UUID
    title: str
    description: str | None
    start_time: datetime
    end_time: datetime | None
    timezone: str
    location: str | None
    online_url: str | None
    event_type: Annotated[str, Format]
    capacity: int | None
    attendee_count: Annotated[int, IntegerField(help_text="Approved RSVPs that are going.")] | None
    spots_left: int | None
    status: Annotated[str, Status]
    is_private: bool
    approval_required: bool
    hide_location: bool
    waitlist: bool
    show_online_url: bool
    show_guests: Annotated[str, GuestListFor]
    show_counts: bool
    comments_enabled: bool
    rsvps_closed: bool
    featured: bool
    rsvp_close_at: datetime | None
    max_guests_per_rsvp: int
    tags: list[str]
    metadata: dict[str, Any]
    host_name: str | None
    hosts: list[str]
    creator_id: UUID | None
    tenant_id: UUID | None
    group_id: UUID | None
    series: EventSeriesBody | None
    created_at: datetime
    updated_at: datetime
    host_email: str | Omitted | None = OMITTED
    host_digest: bool | Omitted = OMITTED
    reminders: list[int] | Omitted = OMITTED
    taken_down_at: datetime | Omitted = OMITTED
    takedown_reason: str | Omitted | None = OMITTED

    @classmethod
    def of(cls, facts: EventFacts, base_url: str) -> Self:
        """An event."""
        return cls.like(
            facts,
            description=facts.description or None,
            event_type=facts.format,
            attendee_count=facts.going_count,
            rsvps_closed=facts.closed,
            status=facts.status.value,
            group_id=facts.channel.id if facts.channel else None,
            host_name=facts.host_name or None,
            series=EventSeriesBody.of(facts, base_url),
            **hosts_side(facts),
        )


class TenantRsvpBody(Body):
    """The caller's RSVP to an event."""

    id: UUID
    event_id: UUID
    user_id: UUID | None
    status: Annotated[str, Attendance]
    approval_status: Annotated[str, Approval]
    waitlist_position: int | None
    response_message: str | None
    guest_count: int
    guest_names: list[str] | None
    tier_id: UUID | None
    form_answers: dict[str, Any] | None
    reminders_off: bool | None
    ticket: Annotated[str, CharField(help_text=_TICKET)] | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, facts: RsvpFacts) -> Self:
        """An RSVP, for its owner."""
        return cls.like(
            facts,
            status=facts.attendance,
            approval_status=facts.approval,
            response_message=facts.note or None,
            form_answers=facts.answers,
        )


class AttendeeBody(Body):
    """One RSVP in a list. ``guest_names``, ``response_message``, ``tier_id``, ``form_answers`` and
    ``waitlist_position`` are for the guest and organizers; ``same_email``, the ids of other RSVPs
    to the event from the same e-mail address, is for organizers and left out for others."""

    user_id: UUID | None
    rsvp_id: UUID
    name: str
    status: Annotated[str, Attendance]
    approval_status: Annotated[str, Approval]
    waitlist_position: int | None
    guest_count: int
    guest_names: list[str] | None
    response_message: str | None
    tier_id: UUID | None
    form_answers: dict[str, Any] | None
    rsvp_created_at: datetime
    same_email: list[UUID] | Omitted = OMITTED

    @classmethod
    def of(cls, facts: RsvpFacts) -> Self:
        """An RSVP, for a list."""
        return cls.like(
            facts,
            rsvp_id=facts.id,
            status=facts.attendance,
            approval_status=facts.approval,
            response_message=facts.note or None,
            form_answers=facts.answers,
            rsvp_created_at=facts.created_at,
            same_email=OMITTED if facts.same_email is None else facts.same_email,
        )


class CommentBody(Body):
    """A comment. ``user_id`` is null when a guest or a host without an account wrote it.
    ``content_id`` comes back as it was sent: an integer, or an event's UUID."""

    id: UUID
    user_id: UUID | None
    user_name: str
    user_avatar: str | None
    content_type: str
    content_id: Annotated[int | str, JSONField()]
    comment: str
    created_at: datetime
    updated_at: datetime | None

    @classmethod
    def of(cls, facts: CommentFacts, base_url: str) -> Self:
        """A comment; the avatar as an absolute address."""
        return cls.like(
            facts,
            user_avatar=facts.avatar and file_url(base_url, facts.avatar),
            comment=facts.body,
        )

"""The Capability API's objects: what facts are called in its JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from rest_framework.serializers import IntegerField

from api.bodies import OMITTED, Body, Omitted, Url
from api.capability.base import ANSWER_OF, AnswerWord
from api.hosts import EventSeriesBody, hosts_side
from channels.enums import Visibility
from channels.facts import ChannelFacts
from comments.enums import Author, MessageType, MessageVisibility
from comments.facts import MessageFacts
from config.links import file_url
from events.addresses import api_url, event_links
from events.enums import Format, GuestListFor, Status
from events.facts import EventFacts
from rsvps.enums import Approval
from rsvps.facts import RsvpFacts


class EventLinksBody(Body):
    """Absolute URLs; ``admin`` only for holders of the organizer link."""

    public: Url
    admin: Url | Omitted = OMITTED
    ics: Url
    api: Url


class EventChannelBody(Body):
    """The channel an event is listed under; left out when it is private."""

    id: UUID
    name: str
    slug: str
    visibility: Annotated[str, Visibility]


class ChannelBody(EventChannelBody):
    """A channel on its own."""

    description: str | None
    created_at: datetime
    last_used_at: datetime

    @classmethod
    def of(cls, facts: ChannelFacts) -> Self:
        """A channel."""
        return cls.like(
            facts,
            description=facts.description or None,
        )


class MessageBody(Body):
    """An announcement, or a message between hosts and one guest."""

    id: UUID
    event_id: UUID
    rsvp_id: UUID | None
    author: Annotated[str, Author]
    message_type: Annotated[str, MessageType]
    visibility: Annotated[str, MessageVisibility]
    content: str
    created_at: datetime

    @classmethod
    def of(cls, facts: MessageFacts) -> Self:
        """A message."""
        return cls.like(
            facts,
            message_type=facts.type,
        )


class RsvpBody(Body, kw_only=False):
    """An RSVP. ``waitlist_position`` is its place among those who wait, 1 for the next. It,
    ``guest_names``, ``notes``, ``tier_id``, ``form_answers``, ``reminders_off`` and
    ``checked_in_at`` are null and ``rsvp_token`` is left out for all but the guest and organizers;
    ``ticket``, the code to show at the door, is there for the guest alone, while they attend;
    ``same_email``, the ids of other RSVPs to the event from the same e-mail address, is in
    organizers' lists alone."""

    id: UUID
    event_id: UUID
    name: str
    pronouns: str | None
    status: AnswerWord
    attendance_status: AnswerWord
    approval_status: Annotated[str, Approval]
    waitlist_position: int | None
    guest_count: int
    guest_names: list[str] | None
    is_private: bool
    reminders_off: bool | None
    notes: str | None
    tier_id: UUID | None
    form_answers: dict[str, Any] | None
    checked_in_at: datetime | None
    created_at: datetime
    last_modified: datetime
    rsvp_token: str | Omitted = OMITTED
    ticket: str | Omitted = OMITTED
    same_email: list[UUID] | Omitted = OMITTED

    @classmethod
    def of(cls, facts: RsvpFacts) -> Self:
        """An RSVP. By position, as an event shows a hundred of them: passing names to Python code
        costs more than the rest of the encoding."""
        answer = ANSWER_OF[facts.attendance]
        return cls(
            facts.id,
            facts.event_id,
            facts.name,
            facts.pronouns or None,
            answer,
            answer,
            facts.approval,
            facts.waitlist_position,
            facts.guest_count,
            facts.guest_names,
            facts.is_private,
            facts.reminders_off,
            facts.note or None,
            facts.tier_id,
            facts.answers,
            facts.checked_in_at,
            facts.created_at,
            facts.updated_at,
            OMITTED if facts.token is None else facts.token,
            OMITTED if facts.ticket is None else facts.ticket,
            OMITTED if facts.same_email is None else facts.same_email,
        )


class RsvpWithMessagesBody(RsvpBody):
    """An RSVP with the messages between its guest and the hosts, newest first; organizers also read
    their notes and the log of what was decided."""

    messages: list[MessageBody]

    @classmethod
    def of_parts(cls, facts: RsvpFacts, messages: Sequence[MessageFacts]) -> Self:
        """An RSVP and its messages."""
        return cls(**vars(RsvpBody.of(facts)), messages=[MessageBody.of(each) for each in messages])


class RsvpCountsBody(Body):
    """Approved RSVPs and the people in them, by whether they asked not to be named. Null unless
    the caller may see counts."""

    public: int | None
    private: int | None
    public_party_size: int | None
    private_party_size: int | None


class EventBody(Body):
    """An event. ``location``, ``online_url`` and counts are null unless the caller may see them;
    ``host_email``, ``host_digest`` and ``reminders`` are for organizers, left out for others; so
    are ``taken_down_at`` and ``takedown_reason``, unless whoever runs the site took it down."""

    id: UUID
    title: str
    description: str | None
    start_time: datetime
    end_time: datetime | None
    timezone: str
    format: Annotated[str, Format]
    location: str | None
    online_url: str | None
    hide_location: bool
    show_online_url: bool
    show_guests: Annotated[str, GuestListFor]
    show_counts: bool
    comments_enabled: bool
    is_private: bool
    admin_approval_required: bool
    max_attendees: int | None
    max_guests_per_rsvp: int
    yes_count: (
        Annotated[
            int, IntegerField(help_text="People who are coming, plus-ones included; approved only.")
        ]
        | None
    )
    spots_left: int | None
    waitlist: bool
    rsvps_closed: bool
    rsvp_close_at: datetime | None
    status: Annotated[str, Status]
    cover_image: str | None
    tags: list[str]
    metadata: dict[str, Any]
    host_name: str | None
    hosts: list[str]
    created_at: datetime
    last_modified: datetime
    series: EventSeriesBody | None
    links: EventLinksBody
    channel: EventChannelBody | Omitted = OMITTED
    host_email: str | Omitted | None = OMITTED
    host_digest: bool | Omitted = OMITTED
    reminders: list[int] | Omitted = OMITTED
    taken_down_at: datetime | Omitted = OMITTED
    takedown_reason: str | Omitted | None = OMITTED

    @classmethod
    def of(cls, facts: EventFacts, base_url: str, owner_token: str | None = None) -> Self:
        """An event; with the admin link when the reader's own ``owner_token`` is given."""
        return cls.like(
            facts,
            description=facts.description or None,
            admin_approval_required=facts.approval_required,
            max_attendees=facts.capacity,
            yes_count=facts.seats_taken,
            rsvps_closed=facts.closed,
            status=facts.status.value,
            cover_image=facts.cover_image and file_url(base_url, facts.cover_image),
            last_modified=facts.updated_at,
            links=EventLinksBody(**event_links(base_url, facts.id, owner_token)),
            channel=EventChannelBody.like(facts.channel) if facts.channel else OMITTED,
            host_name=facts.host_name or None,
            series=EventSeriesBody.of(facts, base_url),
            **hosts_side(facts),
        )


class EventDetailBody(EventBody):
    """An event with its public RSVPs (100 at a time; none unless the caller may read the guest
    list) and announcements."""

    rsvps: list[RsvpBody]
    rsvps_next: Url | None
    rsvp_counts: RsvpCountsBody
    messages: list[MessageBody]

    @classmethod
    def of_parts(
        cls,
        event: EventBody,
        facts: EventFacts,
        rsvps: list[RsvpFacts],
        messages: list[MessageFacts],
        *,
        base_url: str,
        next_cursor: str | None,
    ) -> Self:
        """An event and what belongs to it."""
        following = f"{api_url(base_url, facts.id)}?rsvps_after={next_cursor}"
        return cls(
            **vars(event),
            rsvps=[RsvpBody.of(rsvp) for rsvp in rsvps],
            rsvps_next=following if next_cursor else None,
            rsvp_counts=RsvpCountsBody(
                public=facts.listed_count,
                private=facts.private_count,
                public_party_size=facts.listed_party_size,
                private_party_size=facts.private_party_size,
            ),
            messages=[MessageBody.of(message) for message in messages],
        )

"""What webhooks and the change feed say of objects: the bodies of the Tenant API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from django.utils import timezone
from rest_framework.serializers import BooleanField, ChoiceField, DictField

from api.bodies import Body
from api.tenant.bodies import CommentBody, TenantEventBody, TenantRsvpBody
from comments.facts import comment_facts
from comments.models import Comment
from comments.rows import comment_rows
from config.links import site_url
from events.enums import Standing
from events.facts import event_facts
from events.models import Event
from events.rows import event_rows
from notify.enums import CHANGE_TYPES, EVENT_TYPES, DeliveryState, Disabled
from notify.models import Attempt, Delivery, Endpoint
from outbox.models import Change
from rsvps.facts import many_rsvp_facts
from rsvps.models import Rsvp
from rsvps.rows import rsvp_rows

_PROVEN = "Whether it hears of the event: its receiver has echoed the challenge."


class ToldRsvpBody(TenantRsvpBody):
    """An RSVP as organizers may see it; ``ticket`` is the guest's alone and null."""

    name: str
    email: str | None
    is_private: bool
    checked_in_at: datetime | None


class ToldCommentBody(CommentBody):
    """A comment with the event that it is on, itself or by one of its announcements; null for
    comments on other content."""

    event_id: UUID | None


def bodies_of(changes: Sequence[Change]) -> list[dict[str, Any] | None]:
    """The body of each change's object as an organizer may see it now; None for one that is gone.
    Four queries at most, whatever their number."""
    wanted: dict[str, set[UUID]] = {"event": set(), "rsvp": set(), "comment": set()}
    for change in changes:
        wanted[_thing(change)].add(change.object_id)
    found: dict[UUID, dict[str, Any]] = {}
    if wanted["event"]:
        rows = event_rows(Event.objects.filter(pk__in=wanted["event"]))
        now = timezone.now()
        facts = (event_facts(row, Standing.OWNER, now) for row in rows)
        found |= {each.id: vars(TenantEventBody.of(each, site_url())) for each in facts}
    if wanted["rsvp"]:
        answers = rsvp_rows(Rsvp.objects.filter(pk__in=wanted["rsvp"]))
        told = many_rsvp_facts(answers, Standing.OWNER)
        found |= {rsvp.id: vars(ToldRsvpBody.of(rsvp)) for rsvp in told}
    if wanted["comment"]:
        said = comment_rows(Comment.objects.filter(pk__in=wanted["comment"]))
        found |= {r.id: vars(CommentBody.of(comment_facts(r), site_url())) for r in said}
    return [_told(change, found.get(change.object_id)) for change in changes]


def _told(change: Change, body: dict[str, Any] | None) -> dict[str, Any] | None:
    if body is None or _thing(change) != "comment":
        return body
    return vars(ToldCommentBody(**body, event_id=change.event_id))


def _thing(change: Change) -> str:
    return change.kind.partition(".")[0]


class WebhookBody(Body):
    """A webhook. ``events`` is empty when it is told everything."""

    id: UUID
    url: str
    events: list[Annotated[str, ChoiceField(choices=EVENT_TYPES)]]
    channel_id: UUID | None
    description: str
    enabled: bool
    disabled_at: datetime | None
    disabled_reason: Annotated[str, Disabled] | None
    created_at: datetime

    @classmethod
    def told(cls, endpoint: Endpoint, **more: Any) -> Self:
        """An endpoint, without its secret unless that is among ``more``."""
        return cls.like(endpoint, disabled_reason=endpoint.disabled_reason or None, **more)


class NewWebhookBody(WebhookBody):
    """A webhook with its secret. No later response repeats it."""

    secret: str


class EventWebhookBody(WebhookBody):
    """The webhook of a single event."""

    proven: Annotated[bool, BooleanField(help_text=_PROVEN)]


class NewEventWebhookBody(EventWebhookBody):
    """The same with its secret. No later response repeats it."""

    secret: str


class AttemptBody(Body):
    """One call: the status it was answered with, or why there was no answer."""

    at: datetime
    status: int | None
    problem: str | None
    duration_ms: int

    @classmethod
    def of(cls, attempt: Attempt) -> AttemptBody:
        """An attempt."""
        return cls.like(attempt, problem=attempt.problem or None)


class DeliveryBody(Body):
    """What was, or is to be, told to a webhook. ``id`` is also in its ``webhook-id``; ``next_at``
    is null once it is settled."""

    id: UUID
    type: str
    event_id: UUID | None
    object_id: UUID | None
    state: Annotated[str, DeliveryState]
    created_at: datetime
    next_at: datetime | None
    attempts: list[AttemptBody]

    @classmethod
    def of(cls, delivery: Delivery) -> DeliveryBody:
        """A delivery with its attempts, both read already."""
        waits = delivery.state == DeliveryState.WAITING
        return cls.like(
            delivery,
            object_id=delivery.change and delivery.change.object_id,
            next_at=delivery.next_at if waits else None,
            attempts=[AttemptBody.of(attempt) for attempt in delivery.attempts.all()],
        )


class ChangeBody(Body):
    """One thing that happened. ``data`` is the object as it stands now."""

    type: Annotated[str, ChoiceField(choices=CHANGE_TYPES)]
    timestamp: datetime
    data: Annotated[dict[str, Any], DictField()]

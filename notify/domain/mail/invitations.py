"""Whom an event's organizers invited, and how it went."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models.functions import Lower

from config.paging import Page, read_page
from notify.enums import InvitationState, MailKind, MailState
from notify.models import Mail
from rsvps.models import Invitation, Rsvp


class InvitedGuest(NamedTuple):
    """An invitation and its state. Why a mail was not sent is its recipient's business: one that
    wants none, that was refused elsewhere, or that is over a limit looks the same."""

    id: UUID
    email: str
    invited_at: datetime
    state: InvitationState


def invited_guests(event_id: UUID, *, number: int, size: int) -> Page[InvitedGuest]:
    """A page of an event's invitations, the last first. Four queries."""
    invitations = Invitation.objects.filter(event_id=event_id).order_by("-invited_at", "id")
    return read_page(invitations, lambda rows: _told(event_id, rows), number=number, size=size)


def _told(event_id: UUID, invitations: object) -> list[InvitedGuest]:
    rows = list(invitations)  # type: ignore[call-overload]
    mails = Mail.objects.filter(
        object_id__in=[row.pk for row in rows], kind=MailKind.INVITATION
    ).order_by()
    states = dict(mails.values_list("object_id", "state"))
    answers = Rsvp.objects.of_event(event_id).alias(address=Lower("email")).order_by()
    answers = answers.filter(address__in=[row.email.lower() for row in rows])
    answered = {email.lower() for email in answers.values_list("email", flat=True)}
    return [
        InvitedGuest(
            id=row.pk,
            email=row.email,
            invited_at=row.invited_at,
            state=_state(states.get(row.pk), row.email.lower() in answered),
        )
        for row in rows
    ]


def _state(mailed: str | None, answered: bool) -> InvitationState:
    if answered:
        return InvitationState.ANSWERED
    if mailed is None or mailed in (MailState.QUEUED, MailState.CLAIMED):
        return InvitationState.WAITING
    return InvitationState.SENT if mailed == MailState.SENT else InvitationState.NOT_SENT

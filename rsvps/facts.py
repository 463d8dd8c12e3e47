"""An RSVP as one viewer may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.domain.tokens import mint
from accounts.enums import TokenKind
from events.enums import Standing
from rsvps.domain.standing import attends
from rsvps.enums import Approval, Attendance
from rsvps.rows import LISTED_PAGE, ListedRow, RsvpRow, first_listed_rows, listed_rows_after


@dataclass(frozen=True, slots=True)
class RsvpFacts:
    """One answer for one viewer. ``note``, ``email``, ``answers`` and ``token`` are None for
    viewers who are neither the guest nor an organizer."""

    id: UUID
    event_id: UUID
    tier_id: UUID | None
    user_id: UUID | None
    name: str
    pronouns: str
    attendance: str
    approval: str
    guest_count: int
    is_private: bool
    note: str | None
    email: str | None
    answers: dict[str, Any] | None
    token: str | None
    attends: bool
    created_at: datetime
    updated_at: datetime


def rsvp_facts(row: RsvpRow, standing: Standing, *, own: bool = False) -> RsvpFacts:
    """What a viewer may know of an answer; ``own`` says it is the viewer's. Callers show other
    people's answers only where listing them is allowed: see first_listed()."""
    full = own or standing >= Standing.OWNER
    return RsvpFacts(
        id=row.id,
        event_id=row.event_id,
        tier_id=row.tier_id,
        user_id=row.user_id,
        name=row.name,
        pronouns=row.pronouns,
        attendance=row.attendance,
        approval=row.approval,
        guest_count=row.guest_count,
        is_private=row.is_private,
        note=row.note if full else None,
        email=row.email if full else None,
        answers=row.answers if full else None,
        token=mint(TokenKind.RSVP, row.id, row.token_version) if full else None,
        attends=attends(row),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


@dataclass(frozen=True, slots=True)
class ListedRsvps:
    """A page of the public attendee list; ``more`` tells that another follows."""

    rsvps: list[RsvpFacts]
    more: bool


def first_listed(event_id: UUID) -> ListedRsvps:
    """The start of an event's public attendee list. One query."""
    return _listed(event_id, first_listed_rows(event_id))


def listed_after(event_id: UUID, created_at: datetime, rsvp_id: UUID) -> ListedRsvps:
    """The public attendee list from behind a position on. One query."""
    return _listed(event_id, listed_rows_after(event_id, created_at, rsvp_id))


def _listed(event_id: UUID, rows: list[ListedRow]) -> ListedRsvps:
    page = [
        RsvpFacts(
            id=row.id,
            event_id=event_id,
            tier_id=None,
            user_id=None,
            name=row.name,
            pronouns=row.pronouns,
            attendance=row.attendance,
            approval=Approval.APPROVED.value,
            guest_count=row.guest_count,
            is_private=False,
            note=None,
            email=None,
            answers=None,
            token=None,
            attends=row.attendance == Attendance.GOING,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )
        for row in rows[:LISTED_PAGE]
    ]
    return ListedRsvps(page, len(rows) > LISTED_PAGE)

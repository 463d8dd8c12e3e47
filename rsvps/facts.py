"""An RSVP as one viewer may see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.domain.tokens import mint
from accounts.enums import TokenKind
from events.enums import Standing
from rsvps.domain.standing import attends
from rsvps.rows import LISTED_PAGE, RsvpRow, first_listed_rows


@dataclass(frozen=True, slots=True)
class RsvpFacts:
    """One answer for one viewer. ``note``, ``email``, ``answers`` and ``token`` are None for
    viewers who are neither the guest nor an organizer."""

    id: UUID
    event_id: UUID
    tier_id: UUID | None
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
    people's answers only where listing them is allowed: see listed_facts()."""
    full = own or standing >= Standing.OWNER
    return RsvpFacts(
        id=row.id,
        event_id=row.event_id,
        tier_id=row.tier_id,
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


def listed_facts(rows: Iterable[RsvpRow]) -> ListedRsvps:
    """The public attendee list from at most LISTED_PAGE + 1 rows of Rsvp.objects.listed()."""
    page = [rsvp_facts(row, Standing.PUBLIC) for row in rows]
    return ListedRsvps(page[:LISTED_PAGE], len(page) > LISTED_PAGE)


def first_listed(event_id: UUID) -> ListedRsvps:
    """The start of an event's public attendee list. One query."""
    return listed_facts(first_listed_rows(event_id))

"""An RSVP as one viewer may see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.domain.tokens import mint
from accounts.enums import TokenKind
from config.keyset import KeysetPage, Order, Position, beyond, build_keyset
from config.paging import Page, read_page
from events.enums import Standing
from rsvps.domain.tickets import ticket_code
from rsvps.enums import Approval, Attendance
from rsvps.models import CheckIn, Rsvp
from rsvps.querysets import RsvpQuerySet
from rsvps.rows import (
    LISTED_PAGE,
    CheckInRow,
    ListedRow,
    RsvpRow,
    check_in_rows,
    door_guest_rows,
    first_listed_rows,
    listed_rows_after,
    rsvp_rows,
)

_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class RsvpFacts:
    """One answer for one viewer. ``note``, ``email``, ``answers``, ``tier_id`` and ``token`` are
    None for viewers who are neither the guest nor an organizer; ``ticket`` (the code the door
    scans) is the guest's alone, while they attend."""

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
    ticket: str | None
    attends: bool
    checked_in_at: datetime | None
    responded_at: datetime
    created_at: datetime
    updated_at: datetime


def rsvp_facts(row: RsvpRow, standing: Standing, *, own: bool = False) -> RsvpFacts:
    """What a viewer may know of an answer; ``own`` says it is the viewer's. Callers show other
    people's answers only where listing them is allowed: see listed_rsvps()."""
    full = own or standing >= Standing.OWNER
    return RsvpFacts(
        id=row.id,
        event_id=row.event_id,
        tier_id=row.tier_id if full else None,
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
        ticket=ticket_code(row) if own else None,
        attends=row.attends,
        checked_in_at=row.checked_in_at if full else None,
        responded_at=row.responded_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def every_answer(event_id: UUID) -> Iterator[RsvpFacts]:
    """All answers of an event by time, for its organizers; read a thousand at a time."""
    rsvps = Rsvp.objects.of_event(event_id).order_by("created_at", "id")
    rows = rsvp_rows(rsvps[:_CHUNK])
    while rows:
        yield from (rsvp_facts(row, Standing.OWNER) for row in rows)
        rows = rsvp_rows(
            rsvps.filter(beyond("created_at", rows[-1].created_at, rows[-1].id))[:_CHUNK]
        )


def listed_rsvps(
    event_id: UUID, cursor: str | None = None, *, field: str = "after"
) -> KeysetPage[RsvpFacts]:
    """A page of an event's public attendee list: the first, or the one a page's ``next`` stands
    for. One query. Raises Invalid naming ``field`` for any other cursor."""

    def read(position: Position | None, most: int) -> list[RsvpFacts]:
        if position is None:
            return _listed(event_id, first_listed_rows(event_id))
        return _listed(event_id, listed_rows_after(event_id, position.moment, position.id))

    order = Order("created_at", False, f"attendees of {event_id.hex}")
    return build_keyset(read, order, size=LISTED_PAGE, token=cursor, field=field)


def _listed(event_id: UUID, rows: list[ListedRow]) -> list[RsvpFacts]:
    return [
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
            ticket=None,
            attends=row.attendance == Attendance.GOING,
            checked_in_at=None,
            responded_at=row.created_at,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class CheckInFacts:
    """A scan as the door may see it: name and ticket, and never how to reach the guest.

    ``admitted`` is the first scan of a ticket, ``door`` the label of the link it came by (None
    when an organizer did it)."""

    id: UUID
    event_id: UUID
    rsvp_id: UUID
    name: str
    guest_count: int
    party_size: int
    tier: str | None
    door: str | None
    admitted: bool
    scanned_at: datetime
    received_at: datetime
    undone_at: datetime | None


def check_in_facts(row: CheckInRow) -> CheckInFacts:
    """The facts of one scan."""
    return CheckInFacts(
        party_size=1 + row.guest_count, **row._replace(door=row.door or None)._asdict()
    )


def latest_check_ins(event_id: UUID, most: int = 20) -> list[CheckInFacts]:
    """The last scans at an event's doors, repeated and undone ones included. One query."""
    scans = CheckIn.objects.filter(event_id=event_id)
    return [check_in_facts(row) for row in check_in_rows(scans[:most])]


@dataclass(frozen=True, slots=True)
class DoorGuest:
    """Somebody the door expects, found by name."""

    rsvp_id: UUID
    name: str
    guest_count: int
    party_size: int
    tier: str | None
    checked_in_at: datetime | None


def door_guests(event_id: UUID, name: str, most: int = 20) -> list[DoorGuest]:
    """Expected guests with ``name`` in their name, at most ``most``. One query."""
    return _door_guests(_expected(event_id).filter(name__icontains=name)[:most])


def expected_guests(event_id: UUID, *, number: int, size: int) -> Page[DoorGuest]:
    """A page of everybody the door expects, private answers included, by name. Two queries."""
    return read_page(_expected(event_id), _door_guests, number=number, size=size)


def _expected(event_id: UUID) -> RsvpQuerySet:
    return Rsvp.objects.of_event(event_id).attending().order_by("name", "id")


def _door_guests(rsvps: RsvpQuerySet) -> list[DoorGuest]:
    return [
        DoorGuest(
            row.id, row.name, row.guest_count, 1 + row.guest_count, row.tier, row.checked_in_at
        )
        for row in door_guest_rows(rsvps)
    ]

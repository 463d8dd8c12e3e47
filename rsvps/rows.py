"""RSVPs as every door reads them: flat rows in single narrow queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models
from django.db.models import OuterRef
from django.db.models.functions import Lower

from config.keyset import beyond
from config.prepared import ID, PreparedRead, read_rows
from events.models import Event
from rsvps.enums import Approval, Attendance
from rsvps.models import CheckIn, Rsvp
from rsvps.querysets import RsvpQuerySet


class RsvpRow(NamedTuple):
    """Unredacted columns. Only domain code and facts.py may touch it; doors get RsvpFacts, in which
    what is between guest and organizers may be None instead."""

    id: UUID
    event_id: UUID
    tier_id: UUID | None
    user_id: UUID | None
    name: str
    email: str | None
    pronouns: str
    attendance: str
    approval: str
    waitlisted_at: datetime | None
    guest_count: int
    guest_names: list[str] | None
    note: str | None
    is_private: bool
    reminders_off: bool | None
    email_confirmed: bool
    answers: dict[str, Any] | None
    token_version: int
    edit_version: int
    responded_at: datetime
    checked_in_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @property
    def attends(self) -> bool:
        """Going and approved: the answers that hold seats and learn the place."""
        return self.attendance == Attendance.GOING and self.approval == Approval.APPROVED


class ListedRow(NamedTuple):
    """What the public attendee list says of an approved answer that is not private."""

    id: UUID
    name: str
    pronouns: str
    attendance: str
    guest_count: int
    created_at: datetime
    updated_at: datetime


# The public attendee list of an event is read this many at a time.
LISTED_PAGE = 100


def _listed(event_id: UUID) -> RsvpQuerySet:
    return Rsvp.objects.of_event(event_id).listed().order_by("created_at", "id")


_rsvp = PreparedRead(
    lambda rsvp_id: Rsvp.objects.filter(pk=rsvp_id).values_list(*RsvpRow._fields),
    keys={"rsvp_id": ID},
    make=RsvpRow._make,
)
_first_listed = PreparedRead(
    lambda event_id: _listed(event_id).values_list(*ListedRow._fields)[: LISTED_PAGE + 1],
    keys={"event_id": ID},
    make=ListedRow._make,
)
_account = PreparedRead(
    lambda event_id, user_id: Rsvp.objects.filter(event_id=event_id, user_id=user_id).values_list(
        *RsvpRow._fields
    ),
    keys={"event_id": ID, "user_id": ID},
    make=RsvpRow._make,
)


def rsvp_row(rsvp_id: UUID) -> RsvpRow | None:
    """The RSVP with this id, or None. One query."""
    return _rsvp.one(rsvp_id=rsvp_id)


def account_rsvp_row(event_id: UUID, user_id: UUID) -> RsvpRow | None:
    """An account's RSVP to an event, or None. One query."""
    return _account.one(event_id=event_id, user_id=user_id)


def first_listed_rows(event_id: UUID) -> list[ListedRow]:
    """The first LISTED_PAGE + 1 publicly named answers by time; the extra one says "more"."""
    return _first_listed.all(event_id=event_id)


def listed_rows_after(event_id: UUID, created_at: datetime, rsvp_id: UUID) -> list[ListedRow]:
    """The same from behind a position in the list on."""
    later = _listed(event_id).filter(beyond("created_at", created_at, rsvp_id))
    return read_rows(later.values_list(*ListedRow._fields)[: LISTED_PAGE + 1], ListedRow._make)


# So many guests of an event are named where it stands in a list.
FACES = 3


def first_guest_names(event_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """The names of the first FACES guests of each event who are going and are publicly named. One
    query, which reads no more of an event's answers than these, whatever their number."""
    going = Rsvp.objects.listed().filter(event=OuterRef("pk"), attendance=Attendance.GOING)
    names = going.order_by("created_at", "id").values("name")
    faces = [models.Subquery(names[n : n + 1]) for n in range(FACES)]
    events = Event.objects.filter(pk__in=event_ids).order_by().values_list("pk", *faces)
    return {row[0]: [name for name in row[1:] if name] for row in read_rows(events, tuple)}


def rsvp_rows(rsvps: RsvpQuerySet) -> list[RsvpRow]:
    """The rows of a (sliced) queryset. One query."""
    return read_rows(rsvps.values_list(*RsvpRow._fields), RsvpRow._make)


def waitlist_positions(rows: Iterable[RsvpRow]) -> dict[UUID, int]:
    """The place in line, 1 for the next, of those among the rows who wait, by id. One query when
    somebody waits, else none."""
    waiting = {row.id: row for row in rows if row.approval == Approval.WAITLISTED}
    if not waiting:
        return {}
    line = Rsvp.objects.filter(
        event__in={row.event_id for row in waiting.values()},
        waitlisted_at__lte=max(row.waitlisted_at for row in waiting.values() if row.waitlisted_at),
    )
    places: dict[UUID, int] = {}
    ahead: Counter[UUID] = Counter()
    for event_id, rsvp_id in line.in_line().values_list("event_id", "id"):
        ahead[event_id] += 1
        if rsvp_id in waiting:
            places[rsvp_id] = ahead[event_id]
    return places


def same_email_ids(event_id: UUID, rsvps: Sequence[RsvpRow]) -> dict[UUID, list[UUID]]:
    """Which other answers to the event came from the same e-mail address as each of these, in the
    order in which they came. One query at most."""
    addresses = {rsvp.id: rsvp.email.lower() for rsvp in rsvps if rsvp.email}
    found: dict[str, list[UUID]] = {}
    if addresses:
        rows = Rsvp.objects.of_event(event_id).of_emails(set(addresses.values()))
        columns = rows.order_by("created_at", "id").values_list("id", Lower("email"))
        for rsvp_id, address in read_rows(columns, tuple):
            found.setdefault(address, []).append(rsvp_id)
    return {
        rsvp.id: [id for id in found.get(addresses.get(rsvp.id, ""), ()) if id != rsvp.id]
        for rsvp in rsvps
    }


class CheckInRow(NamedTuple):
    """One scan at a door as the door may see it: name and ticket, and never how to reach the guest.

    ``admitted`` is the first scan of a ticket."""

    id: UUID
    event_id: UUID
    rsvp_id: UUID
    name: str
    guest_count: int
    tier: str | None
    link_label: str | None
    admitted: bool
    scanned_at: datetime
    received_at: datetime
    undone_at: datetime | None

    @property
    def party_size(self) -> int:
        """The guest and whom they bring."""
        return 1 + self.guest_count

    @property
    def door(self) -> str | None:
        """The label of the link it came by; None when an organizer did it."""
        return self.link_label or None


_JOINED = {
    "name": "rsvp__name",
    "guest_count": "rsvp__guest_count",
    "tier": "rsvp__tier__name",
    "link_label": "link__label",
}
_CHECK_IN_COLUMNS = tuple(_JOINED.get(name, name) for name in CheckInRow._fields)


def check_in_rows(check_ins: models.QuerySet[CheckIn]) -> list[CheckInRow]:
    """The rows of a (sliced) queryset. One query."""
    return read_rows(check_ins.values_list(*_CHECK_IN_COLUMNS), CheckInRow._make)


class DoorGuest(NamedTuple):
    """What the door knows of an expected guest."""

    rsvp_id: UUID
    name: str
    guest_count: int
    guest_names: list[str]
    tier: str | None
    checked_in_at: datetime | None

    @property
    def party_size(self) -> int:
        """The guest and whom they bring."""
        return 1 + self.guest_count


def door_guest_rows(rsvps: RsvpQuerySet) -> list[DoorGuest]:
    """The rows of a (sliced) queryset. One query."""
    columns = rsvps.values_list(
        "id", "name", "guest_count", "guest_names", "tier__name", "checked_in_at"
    )
    return read_rows(columns, DoorGuest._make)


class KeptRow(NamedTuple):
    """What a browser keeps of an event: its own link to it, or to its series, or how its answer
    stands."""

    event_id: UUID
    link_id: UUID | None
    series_id: UUID | None
    attendance: str | None
    approval: str | None
    guest_count: int | None

    @property
    def attends(self) -> bool:
        """As RsvpRow.attends; never of a link."""
        return self.attendance == Attendance.GOING and self.approval == Approval.APPROVED


def kept_rows(kept: models.QuerySet[Any]) -> list[KeptRow]:
    """The rows of a queryset with_events(), latest first. One query."""
    columns = kept.order_by("-created_at", "-id").values_list(
        *("occurrence", "link_id", "link__series_id"),
        *("rsvp__attendance", "rsvp__approval", "rsvp__guest_count"),
    )
    return read_rows(columns, KeptRow._make)

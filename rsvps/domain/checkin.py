"""Tickets at the door: a ticket is checked in once, whatever the doors do."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone

from accounts.domain.tokens import read, verify
from accounts.enums import TokenKind
from config.errors import Conflict
from events.domain.locking import locked_event, touch
from outbox.domain.emitting import tell
from outbox.enums import Kind
from rsvps.domain.respond import rsvp_of, rsvp_row_of
from rsvps.errors import EventCancelled, TicketRevoked, TicketUnknown
from rsvps.models import CheckIn, Rsvp
from rsvps.rows import CheckInRow, RsvpRow, check_in_rows


class Admission(NamedTuple):
    """The result of a scan. ``first`` is the check-in that counts: this scan's own, or, when
    ``repeated``, the earlier one."""

    rsvp: RsvpRow
    first: CheckInRow
    repeated: bool


class DoorCounts(NamedTuple):
    """Tickets and the people on them: expected in all, and arrived so far."""

    tickets: int
    people: int
    arrived_tickets: int
    arrived_people: int


def rsvp_of_ticket(event_id: UUID, code: str) -> Rsvp:
    """The answer a ticket's code was made for. Raises TicketUnknown for anything that is no ticket
    to this event, TicketRevoked for one that counts no more."""
    token = read(code.strip())
    rsvp = None
    if token is not None and token.kind == TokenKind.TICKET:
        rsvp = Rsvp.objects.filter(pk=token.id, event_id=event_id).first()
    if token is None or rsvp is None:
        raise TicketUnknown
    if not verify(token, rsvp.token_version):
        earlier = any(verify(token, version) for version in range(1, rsvp.token_version))
        raise TicketRevoked if earlier else TicketUnknown
    return rsvp


def check_in(
    *,
    event_id: UUID,
    ticket: str | None = None,
    rsvp_id: UUID | None = None,
    link_id: UUID | None = None,
    scan_id: UUID | None = None,
    scanned_at: datetime | None = None,
) -> Admission:
    """Lets a party in, by its ``ticket`` or, found by name, its ``rsvp_id``.

    ``scan_id`` is the device's own name for the scan: sent twice it is still one. ``scanned_at``
    is when the device saw it, now by default and never later than now. A second scan of a ticket
    is kept beside the first and told as repeated. Raises TicketUnknown, TicketRevoked (the guest
    does not attend), EventCancelled, NotFound, Conflict (``scan_id`` of another ticket).
    """
    with locked_event(event_id) as event:
        rsvp = (
            rsvp_of_ticket(event_id, ticket)
            if ticket is not None
            else rsvp_of(event_id, rsvp_id or uuid4())
        )
        if event.cancelled_at is not None:
            raise EventCancelled
        if not rsvp_row_of(rsvp).attends:
            raise TicketRevoked
        scan_id = scan_id or uuid4()
        sent_before = CheckIn.objects.filter(pk=scan_id).first()
        if sent_before is not None and sent_before.rsvp_id != rsvp.id:
            raise Conflict("scan_of_another")
        first = _first(rsvp.id)
        if sent_before is None:
            _record(event_id, rsvp, scan_id, link_id, scanned_at, admitted=first is None)
            touch(event_id, edited=False)
            if first is None:
                first = _first(rsvp.id)
                tell(event, Kind.RSVP_CHECKED_IN, rsvp.id)
        if first is None:  # sent before, and undone since
            raise Conflict("check_in_undone")
    return Admission(rsvp_row_of(rsvp), first, repeated=first.id != scan_id)


def undo_check_in(
    *, event_id: UUID, ticket: str | None = None, rsvp_id: UUID | None = None
) -> RsvpRow:
    """Takes a check-in back; the party may be checked in anew. Undoing nothing changes nothing.
    Raises TicketUnknown, TicketRevoked, NotFound."""
    with locked_event(event_id) as event:
        rsvp = (
            rsvp_of_ticket(event_id, ticket)
            if ticket is not None
            else rsvp_of(event_id, rsvp_id or uuid4())
        )
        undone = CheckIn.objects.filter(rsvp_id=rsvp.id, admitted=True).update(
            admitted=False, undone_at=timezone.now()
        )
        if undone:
            told = {"checked_in_at": [rsvp.checked_in_at, None]}
            rsvp.checked_in_at = None
            rsvp.save(update_fields=["checked_in_at"])
            touch(event_id, edited=False)
            tell(event, Kind.RSVP_UPDATED, rsvp.id, changed=told)
    return rsvp_row_of(rsvp)


def delete_scan(*, event_id: UUID, scan_id: UUID) -> None:
    """Removes a scan from the record. A check-in is taken back first, so that the guest may be
    checked in anew. Raises NotFound without the event."""
    with locked_event(event_id):
        scan = CheckIn.objects.filter(pk=scan_id, event_id=event_id).first()
        if scan is None:
            return
        if scan.admitted:
            undo_check_in(event_id=event_id, rsvp_id=scan.rsvp_id)
        scan.delete()
        touch(event_id, edited=False)


def door_counts(event_id: UUID) -> DoorCounts:
    """Who is expected and who came. One query."""
    arrived = Q(checked_in_at__isnull=False)
    counted = (
        Rsvp.objects.of_event(event_id)
        .attending()
        .aggregate(
            tickets=Count("id"),
            guests=Sum("guest_count", default=0),
            arrived=Count("id", filter=arrived),
            arrived_guests=Sum("guest_count", filter=arrived, default=0),
        )
    )
    return DoorCounts(
        counted["tickets"],
        counted["tickets"] + counted["guests"],
        counted["arrived"],
        counted["arrived"] + counted["arrived_guests"],
    )


def _first(rsvp_id: UUID) -> CheckInRow | None:
    rows = check_in_rows(CheckIn.objects.filter(rsvp_id=rsvp_id, admitted=True))
    return rows[0] if rows else None


def _record(
    event_id: UUID,
    rsvp: Rsvp,
    scan_id: UUID,
    link_id: UUID | None,
    scanned_at: datetime | None,
    *,
    admitted: bool,
) -> None:
    now = timezone.now()
    seen = min(scanned_at or now, now)
    try:
        with transaction.atomic():
            CheckIn.objects.create(
                id=scan_id,
                event_id=event_id,
                rsvp=rsvp,
                link_id=link_id,
                admitted=admitted,
                scanned_at=seen,
                received_at=now,
            )
    except IntegrityError:
        # The same scan_id at another event, whose lock is not ours, at the same moment.
        if not CheckIn.objects.filter(pk=scan_id).exclude(rsvp_id=rsvp.id).exists():
            raise
        raise Conflict("scan_of_another") from None
    if admitted:
        rsvp.checked_in_at = seen
        rsvp.save(update_fields=["checked_in_at"])

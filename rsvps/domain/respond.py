"""Answering an event: creating, changing and withdrawing an RSVP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import ChangedMeanwhile, NotFound
from config.prepared import ID, PreparedInsert, whole
from events.domain.locking import LockedEvent, ensure_unchanged, locked_event, touch
from events.domain.times import rsvps_open
from outbox.domain.emitting import tell
from outbox.enums import Kind
from rsvps.domain.answers import asks_to_wait, clean_answer, ensure_named, ensure_party
from rsvps.domain.capacity import Holding, move_seats
from rsvps.domain.changes import differences, erased_answers
from rsvps.domain.log import erase_comments_of, note_act
from rsvps.domain.tickets import TICKET_FIELDS, choose_ticket
from rsvps.domain.waitlist import seat
from rsvps.enums import Approval, Attendance
from rsvps.errors import AlreadyRsvped, EventCancelled, EventFull, RsvpsClosed
from rsvps.models import Rsvp
from rsvps.rows import RsvpRow, rsvp_row

_insert = PreparedInsert(Rsvp)
_columns = attrgetter(*RsvpRow._fields)
_of_account = whole(
    Rsvp,
    lambda event_id, user_id: Rsvp.objects.filter(event_id=event_id, user_id=user_id),
    keys={"event_id": ID, "user_id": ID},
)
_by_id = whole(
    Rsvp,
    lambda event_id, rsvp_id: Rsvp.objects.filter(pk=rsvp_id, event_id=event_id),
    keys={"event_id": ID, "rsvp_id": ID},
)


def create_rsvp(
    *,
    event_id: UUID,
    values: Mapping[str, Any],
    ensure: Callable[[LockedEvent], object] | None = None,
    user_id: UUID | None = None,
    force: bool = False,
    once_per_email: bool = False,
    in_lot: bool = False,
    imported: bool = False,
) -> RsvpRow:
    """A new answer. ``force`` (an organizer's act) lets it in past closing, approval and capacity.

    ``values`` may name a ticket by ``tier_id`` and answer its form by ``form_answers``; see
    choose_ticket(). On events that require approval a going answer waits as pending, without a
    seat. Where there is no seat, ``join_waitlist`` puts it in line for one. ``ensure`` is called
    with the event before any rule is asked, and may refuse. ``in_lot``
    says that one mail confirms it with others: see answer_following(); of one that is ``imported``
    nobody is mailed. Raises Invalid, EventCancelled, RsvpsClosed, EventFull, TierFull, and with
    ``once_per_email`` AlreadyRsvped for an address that answered this event.
    """
    rsvp = _insert.new(event_id=event_id, user_id=user_id, **clean_answer(values, new=True))
    waits = asks_to_wait(values)
    with locked_event(event_id) as event:
        if ensure is not None:
            ensure(event)
        if once_per_email and Rsvp.objects.of_event(event_id).of_email(rsvp.email).exists():
            raise AlreadyRsvped
        flags = {"in_lot": in_lot, "imported": imported}
        _create(event, rsvp, values, waits=waits, force=force, **flags)
    return rsvp_row_of(rsvp)


def respond_as_account(
    *,
    event_id: UUID,
    user_id: UUID,
    name: str,
    values: Mapping[str, Any],
    if_version: int | None = None,
    in_lot: bool = False,
) -> RsvpRow:
    """An account's one answer to an event: made the first time, changed afterwards.

    ``name`` is how the account is called on a new answer. With ``if_version`` there has to be one
    of this edit version. ``in_lot`` is as in create_rsvp(), for a new answer. Raises as create_rsvp
    and change_rsvp.
    """
    cleaned = clean_answer({"name": name, **values}, new=True)
    waits = asks_to_wait(values)
    fresh = _insert.new(event_id=event_id, user_id=user_id, **cleaned)
    told = {field: value for field, value in cleaned.items() if field in values}
    with locked_event(event_id) as event:
        rsvp = _of_account.one(event_id=event_id, user_id=user_id)
        if rsvp is None:
            if if_version is not None:
                raise ChangedMeanwhile
            rsvp = fresh
            _create(event, rsvp, values, waits=waits, force=False, in_lot=in_lot)
        else:
            ensure_unchanged(rsvp.edit_version, if_version)
            _change(event, rsvp, told, values, waits=waits, force=False)
    return _settled_row(rsvp)


def change_rsvp(
    *,
    event_id: UUID,
    rsvp_id: UUID,
    values: Mapping[str, Any],
    force: bool = False,
    if_version: int | None = None,
) -> RsvpRow:
    """Changes what ``values`` holds. Leaving and shrinking are always possible.

    A smaller party that names nobody anew loses the last names.
    When the event requires approval, a party that grows, switches to going or takes another ticket
    waits again as pending; a rejected guest who asks anew waits on any event. Nobody loses a seat
    in this way while others wait for one: that is EventFull. Who switches to going and finds no
    seat gets in line with ``join_waitlist``; who waits keeps the place whatever else changes.
    ``force`` is an organizer's act. Raises Invalid, NotFound, EventCancelled, RsvpsClosed,
    EventFull, TierFull, and ChangedMeanwhile when it has no longer the edit version ``if_version``.
    """
    cleaned = clean_answer(values, new=False)
    waits = asks_to_wait(values)
    with locked_event(event_id) as event:
        rsvp = rsvp_of(event_id, rsvp_id, if_version)
        _change(event, rsvp, cleaned, values, waits=waits, force=force)
    return _settled_row(rsvp)


def delete_rsvp(*, event_id: UUID, rsvp_id: UUID, if_version: int | None = None) -> None:
    """Withdraws an answer with its messages; its seats are free at once. Raises NotFound, and
    ChangedMeanwhile as change_rsvp()."""
    with locked_event(event_id) as event:
        rsvp = rsvp_of(event_id, rsvp_id, if_version)
        move_seats(event_id, Holding.of(rsvp), None)
        erased = erased_answers([rsvp])
        erase_comments_of(event, rsvp_id)
        rsvp.delete()
        tell(event, Kind.RSVP_DELETED, rsvp_id, erased=erased)


def rotate_guest_link(*, event_id: UUID, rsvp_id: UUID) -> RsvpRow:
    """Ends the guest's link and ticket; new ones take their place at once. Raises NotFound."""
    with locked_event(event_id) as event:
        rsvp = rsvp_of(event_id, rsvp_id)
        rsvp.token_version += 1
        rsvp.save(update_fields=["token_version"])
        tell(event, Kind.LINK_REPLACED, rsvp_id)
        note_act(
            event_id=event_id,
            rsvp_id=rsvp_id,
            content=_("New link made: %(name)s.") % {"name": rsvp.name},
        )
        touch(event_id, edited=False)
    return rsvp_row_of(rsvp)


def rsvp_of(event_id: UUID, rsvp_id: UUID, if_version: int | None = None) -> Rsvp:
    """The RSVP when it belongs to this event. Raises NotFound, and ChangedMeanwhile when it has no
    longer the edit version ``if_version``. Hold the event."""
    rsvp = _by_id.one(event_id=event_id, rsvp_id=rsvp_id)
    if rsvp is None:
        raise NotFound("rsvp_not_found")
    ensure_unchanged(rsvp.edit_version, if_version)
    return rsvp


def save_answer(rsvp: Rsvp, *fields: str) -> None:
    """Stores these changed fields of an answer: it is changed now, and its edit version grows. Hold
    the event."""
    rsvp.updated_at = timezone.now()
    rsvp.edit_version += 1
    rsvp.save(update_fields=[*fields, "updated_at", "edit_version"])


def rsvp_row_of(rsvp: Rsvp) -> RsvpRow:
    """The row of an RSVP in hand, without reading it again."""
    return RsvpRow._make(_columns(rsvp))


def _settled_row(rsvp: Rsvp) -> RsvpRow:
    """The row after the event was let go, when a party that shrank in line may have got its
    seats."""
    waits = rsvp.approval == Approval.WAITLISTED
    return (waits and rsvp_row(rsvp.id)) or rsvp_row_of(rsvp)


def _create(
    event: LockedEvent,
    rsvp: Rsvp,
    values: Mapping[str, Any],
    *,
    waits: bool,
    force: bool,
    **flags: bool,
) -> None:
    now = timezone.now()
    if event.cancelled_at is not None:
        raise EventCancelled
    if not force and not rsvps_open(event, now):
        raise RsvpsClosed
    ensure_party(rsvp.guest_count, at_most=event.max_guests_per_rsvp)
    ensure_named(rsvp.guest_names, rsvp.guest_count)
    choose_ticket(event, rsvp, values, was_going=False, force=force)
    if event.approval_required and rsvp.attendance == Attendance.GOING and not force:
        rsvp.approval = Approval.PENDING
    rsvp.created_at = rsvp.updated_at = rsvp.responded_at = now
    seat(event, rsvp, None, may_wait=event.waitlist, waits=waits, force=force)
    _insert.run(rsvp)
    told: dict[str, Any] = {name: True for name, up in flags.items() if up}
    tell(event, Kind.RSVP_CREATED, rsvp.id, **told)
    if force:
        _log_force(event, rsvp)


def _change(
    event: LockedEvent,
    rsvp: Rsvp,
    cleaned: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    waits: bool,
    force: bool,
) -> None:
    before = Holding.of(rsvp)
    changed = {field for field, value in cleaned.items() if getattr(rsvp, field) != value}
    for field in changed:
        setattr(rsvp, field, cleaned[field])
    asked = cleaned or TICKET_FIELDS & values.keys()
    if asked and event.cancelled_at is not None and rsvp.attendance != Attendance.NOT_GOING:
        raise EventCancelled
    if "guest_names" in cleaned:
        ensure_named(rsvp.guest_names, rsvp.guest_count)
    elif len(rsvp.guest_names) > rsvp.guest_count:
        rsvp.guest_names = rsvp.guest_names[: rsvp.guest_count]
        changed.add("guest_names")
    was_going = before.attendance == Attendance.GOING
    changed |= choose_ticket(event, rsvp, values, was_going=was_going, force=force)
    if not changed:
        return
    if "email" in changed:
        rsvp.email_confirmed = False
        changed.add("email_confirmed")
    now = timezone.now()
    grows = _grows(before, rsvp)
    if grows and not force and not rsvps_open(event, now):
        raise RsvpsClosed
    # Whoever asks for seats only now keeps to the limit that stands now.
    if rsvp.guest_count > before.guest_count or _wanted(rsvp) > _wanted(before):
        ensure_party(rsvp.guest_count, at_most=event.max_guests_per_rsvp)
    rsvp.approval = _approval_after(event, before, rsvp, force=force)
    if "attendance" in changed:
        rsvp.responded_at = now
    may_wait = event.waitlist and not before.seats
    seat(event, rsvp, before, may_wait=may_wait, waits=waits, force=force)
    save_answer(rsvp, *changed, "approval", "waitlisted_at", "responded_at")
    tell(event, Kind.RSVP_UPDATED, rsvp.id, changed=differences(before, Holding.of(rsvp)))
    if force:
        _log_force(event, rsvp)


def _wanted(answer: Rsvp | Holding) -> int:
    """People the answer would bring, whether or not it was approved."""
    return 1 + answer.guest_count if answer.attendance == Attendance.GOING else 0


def _grows(before: Holding, rsvp: Rsvp) -> bool:
    """Whether the answer asks for a seat it did not ask for before, be it one of another tier."""
    moved = rsvp.attendance == Attendance.GOING and rsvp.tier_id not in (None, before.tier_id)
    return moved or _wanted(rsvp) > _wanted(before)


def _approval_after(event: LockedEvent, before: Holding, rsvp: Rsvp, *, force: bool) -> Approval:
    approval = Approval(before.approval)
    if rsvp.attendance != Attendance.GOING:
        waited = approval in (Approval.PENDING, Approval.WAITLISTED)
        leaves = before.attendance == Attendance.GOING and waited
        return Approval.APPROVED if leaves else approval
    if force:
        return approval
    switched = before.attendance != Attendance.GOING
    if approval == Approval.REJECTED:
        return Approval.PENDING if switched else approval
    if event.approval_required and _grows(before, rsvp):
        if before.seats and event.waitlisted_count:  # the seats would go to those who wait
            raise EventFull
        return Approval.PENDING
    return approval


def _log_force(event: LockedEvent, rsvp: Rsvp) -> None:
    said = (
        _("Limits overridden for %(name)s: party of %(seats)s, %(taken)s seats taken before.")
        if event.capacity is None
        else _(
            "Limits overridden for %(name)s: party of %(seats)s, %(taken)s of %(capacity)s seats "
            "taken before."
        )
    )
    told = {"name": rsvp.name, "seats": Holding.of(rsvp).seats, "taken": event.seats_taken}
    told["capacity"] = event.capacity
    note_act(event_id=event.id, rsvp_id=rsvp.id, content=said % told)

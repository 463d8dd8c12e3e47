"""The organizer's word on an answer. Each act is logged where organizers read it."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy

from config.text import clean_text
from events.domain.locking import locked_event
from outbox.domain.emitting import tell
from outbox.enums import Kind
from rsvps import limits
from rsvps.domain.capacity import Holding
from rsvps.domain.changes import differences
from rsvps.domain.log import give_reason, note_act
from rsvps.domain.respond import rsvp_of, rsvp_row_of, save_answer
from rsvps.domain.waitlist import seat
from rsvps.enums import Approval
from rsvps.errors import EventCancelled
from rsvps.rows import RsvpRow

_LOGGED = {
    Approval.APPROVED: gettext_lazy("Approved: %(name)s."),
    Approval.REJECTED: gettext_lazy("Declined: %(name)s."),
    Approval.PENDING: gettext_lazy("Back to waiting for approval: %(name)s."),
    Approval.WAITLISTED: gettext_lazy("Approved, and on the waitlist: %(name)s."),
}
_FORCED = gettext_lazy("Approved anyway: %(name)s.")


def approve(
    *, event_id: UUID, rsvp_id: UUID, force: bool = False, if_version: int | None = None
) -> RsvpRow:
    """Lets the party in, whatever its place in line; by force past the capacity. One that finds no
    seat is put in line where the event has a waitlist. Raises EventFull when there is no room for
    one that waits in line already, or that cannot; EventCancelled, NotFound, and ChangedMeanwhile
    as change_rsvp()."""
    return _decide(event_id, rsvp_id, Approval.APPROVED, if_version, force=force)


def reject(
    *, event_id: UUID, rsvp_id: UUID, reason: str = "", if_version: int | None = None
) -> RsvpRow:
    """Turns the party down and frees its seats; the guest reads ``reason``. Raises Invalid,
    EventCancelled, NotFound, and ChangedMeanwhile as change_rsvp()."""
    reason = clean_text(reason, field="reason", limit=limits.REASON, multiline=True)
    return _decide(event_id, rsvp_id, Approval.REJECTED, if_version, reason=reason)


def back_to_pending(*, event_id: UUID, rsvp_id: UUID, if_version: int | None = None) -> RsvpRow:
    """Puts the answer back into the queue and frees its seats. Raises EventCancelled, NotFound, and
    ChangedMeanwhile as change_rsvp()."""
    return _decide(event_id, rsvp_id, Approval.PENDING, if_version)


def _decide(
    event_id: UUID,
    rsvp_id: UUID,
    approval: Approval,
    if_version: int | None,
    *,
    reason: str = "",
    force: bool = False,
) -> RsvpRow:
    with locked_event(event_id) as event:
        rsvp = rsvp_of(event_id, rsvp_id, if_version)
        if event.cancelled_at is not None:
            raise EventCancelled
        before = Holding.of(rsvp)
        rsvp.approval = approval
        if rsvp.approval != before.approval or reason:
            may_wait = event.waitlist and before.approval != Approval.WAITLISTED
            seat(event, rsvp, before, may_wait=may_wait, waits=True, force=force)
        after = Holding.of(rsvp)
        if after != before:
            save_answer(rsvp, "approval", "waitlisted_at")
            done = _FORCED if force else _LOGGED[Approval(rsvp.approval)]
            note_act(event_id=event_id, rsvp_id=rsvp_id, content=done % {"name": rsvp.name})
        if reason:
            give_reason(event_id=event_id, rsvp_id=rsvp_id, reason=reason)
        if after != before or reason:
            kind = _kind_of(before, after)
            tell(event, kind, rsvp_id, changed=differences(before, after))
    return rsvp_row_of(rsvp)


def _kind_of(before: Holding, after: Holding) -> Kind:
    promoted = (before.approval, after.approval) == (Approval.WAITLISTED, Approval.APPROVED)
    return Kind.RSVP_PROMOTED if promoted else Kind.RSVP_UPDATED

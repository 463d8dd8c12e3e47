"""Two answers of one guest made one, when an organizer says that they are.

An e-mail address proves nothing: a second answer from the same address stands beside the first
until an organizer, who can tell, merges them.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from config.errors import Conflict, Invalid
from events.domain.locking import LockedEvent, locked_event
from outbox.domain.emitting import tell
from outbox.enums import Kind
from rsvps.domain.capacity import Holding, move_seats
from rsvps.domain.changes import differences, erased_answers
from rsvps.domain.log import hand_over_words, note_act
from rsvps.domain.respond import rsvp_of, rsvp_row_of, save_answer
from rsvps.enums import Approval
from rsvps.errors import EventCancelled
from rsvps.models import CheckIn, Rsvp
from rsvps.rows import RsvpRow

# What the kept answer takes over where it says nothing itself.
_FILLED_IN = ("email", "pronouns", "note")
# How a guest answered, which is one or the other's as a whole.
_ANSWER = (
    *("attendance", "approval", "guest_count", "guest_names"),
    *("tier_id", "answers", "responded_at"),
)

_MOVED = ("checked_in_at", "waitlisted_at")


def merge_rsvps(*, event_id: UUID, rsvp_id: UUID, into: UUID) -> RsvpRow:
    """Makes two answers one: ``into``, which keeps its link, ticket and name; the other's link
    opens nothing any more.

    The answer that attends stands. Of two that say the same, the larger party does, with its
    ticket: a guest who answers again means to come once. So no seat is taken that neither held. Of
    two that wait for a seat, the earlier place in line counts. What the kept answer leaves open is
    filled in from the other; messages, check-ins and the account move to it; private stays private.
    Raises NotFound, EventCancelled, Invalid (``into`` is no other answer to this event) and
    Conflict when each belongs to an account of its own.
    """
    with locked_event(event_id) as event:
        goes = rsvp_of(event_id, rsvp_id)
        stays = Rsvp.objects.of_event(event_id).exclude(pk=rsvp_id).filter(pk=into).first()
        if stays is None:
            raise Invalid({"into": "not_another_rsvp"})
        if event.cancelled_at is not None:
            raise EventCancelled
        if goes.user_id and stays.user_id:
            raise Conflict("two_accounts")
        _merge(event, goes, stays)
    return rsvp_row_of(stays)


def _merge(event: LockedEvent, goes: Rsvp, stays: Rsvp) -> None:
    before, left, user_id = Holding.of(stays), Holding.of(goes), goes.user_id
    changed = set(_ANSWER) if _stands(goes, stays) else set()
    changed |= {field for field in _FILLED_IN if not getattr(stays, field)}
    for field in changed:
        setattr(stays, field, getattr(goes, field))
    if "email" in changed:
        stays.email_confirmed = goes.email_confirmed
    stays.is_private |= goes.is_private
    stays.user_id = stays.user_id or user_id
    stays.waitlisted_at = _place_in_line(goes, stays)
    _admit_once(goes, stays)
    after = Holding.of(stays)
    # In this order, so that what an organizer accepted beyond the capacity stays accepted.
    move_seats(event.id, before, after)
    move_seats(event.id, left, None)
    hand_over_words(goes.id, stays.id)
    CheckIn.objects.filter(rsvp_id=goes.id).update(rsvp_id=stays.id)
    gone_id, known = goes.id, stays.email.lower() == goes.email.lower()
    # Whoever reads the same mailbox has not left the event.
    erased = None if known else erased_answers([goes])
    name = goes.name
    goes.delete()
    save_answer(stays, *changed, "email_confirmed", "is_private", "user_id", *_MOVED)
    tell(event, Kind.RSVP_DELETED, gone_id, erased=erased)
    tell(event, Kind.RSVP_UPDATED, stays.id, changed=differences(before, after))
    note_act(
        event_id=event.id,
        rsvp_id=stays.id,
        content=_("Merged: the RSVP of %(gone)s into that of %(name)s, party of %(number)s.")
        % {"gone": name, "name": stays.name, "number": 1 + stays.guest_count},
    )


def _stands(goes: Rsvp, stays: Rsvp) -> bool:
    """Whether the answer of the one that goes stands."""
    one, other = rsvp_row_of(goes), rsvp_row_of(stays)
    if one.attends != other.attends:
        return one.attends
    alike = (one.attendance, one.approval) == (other.attendance, other.approval)
    return alike and one.guest_count > other.guest_count


def _place_in_line(goes: Rsvp, stays: Rsvp) -> datetime | None:
    """The earlier place of the two, when what stands waits."""
    places = [each.waitlisted_at for each in (goes, stays) if each.waitlisted_at is not None]
    return min(places, default=None) if stays.approval == Approval.WAITLISTED else None


def _admit_once(goes: Rsvp, stays: Rsvp) -> None:
    """The first check-in of the two counts, the later one is a second scan."""
    if goes.checked_in_at is None:
        return
    came_first = stays.checked_in_at is None or goes.checked_in_at < stays.checked_in_at
    if stays.checked_in_at is not None:
        later = stays if came_first else goes
        CheckIn.objects.filter(rsvp_id=later.id, admitted=True).update(admitted=False)
    if came_first:
        stays.checked_in_at = goes.checked_in_at

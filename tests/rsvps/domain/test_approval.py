"""Approval, closing and cancelling: one test for each sentence of the rules."""

from __future__ import annotations

from typing import Any

import pytest

from comments.models import Message
from config.errors import Invalid, NotFound
from events.domain.lifecycle import cancel_event
from rsvps.domain.approval import approve, back_to_pending, reject
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import change_rsvp, delete_rsvp, respond_as_account
from rsvps.errors import EventCancelled, RsvpsClosed
from rsvps.models import Rsvp
from tests.conftest import Clock
from tests.makers import MadeEvent, MadeRsvp, make_event, make_rsvp, make_user

pytestmark = pytest.mark.django_db


def change(event: MadeEvent, rsvp: MadeRsvp, *, force: bool = False, **values: Any) -> str:
    """The approval that the answer has after the change."""
    return change_rsvp(event_id=event.id, rsvp_id=rsvp.id, values=values, force=force).approval


def decide(act: Any, event: MadeEvent, rsvp: MadeRsvp, **more: Any) -> str:
    return act(event_id=event.id, rsvp_id=rsvp.id, **more).approval


# --- Approval ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attendance", "approval"),
    [("going", "pending"), ("interested", "approved"), ("not_going", "approved")],
)
def test_a_new_going_answer_waits(attendance: str, approval: str) -> None:
    """Only an answer that would take seats waits for the organizer."""
    event = make_event(approval_required=True)
    assert make_rsvp(event, attendance=attendance).stored.approval == approval


def test_growing_a_party_waits_again() -> None:
    """Approved for one is not approved for three."""
    event = make_event(approval_required=True)
    rsvp = make_rsvp(event)
    assert decide(approve, event, rsvp) == "approved"
    assert change(event, rsvp, guest_count=2) == "pending"
    assert event.stored.seats_taken == 0


def test_switching_to_going_waits() -> None:
    """A maybe that becomes a yes is a new request."""
    event = make_event(approval_required=True)
    assert change(event, make_rsvp(event, attendance="interested"), attendance="going") == "pending"


def test_renaming_and_shrinking_do_not_wait() -> None:
    """What takes no further seat keeps its approval."""
    event = make_event(approval_required=True)
    rsvp = make_rsvp(event, guest_count=2)
    decide(approve, event, rsvp)
    assert (
        change(event, rsvp, name="Kim", pronouns="they", note="Hi", is_private=True) == "approved"
    )
    assert change(event, rsvp, guest_count=1) == "approved"


def test_without_approval_nothing_waits() -> None:
    """Growing on an open event needs no word of the organizer."""
    event = make_event()
    assert change(event, make_rsvp(event), guest_count=3) == "approved"


@pytest.mark.once
def test_a_rejected_guest_cannot_let_themselves_in() -> None:
    """Leaving and coming back asks anew, on an event without approval too."""
    event = make_event()
    rsvp = make_rsvp(event)
    decide(reject, event, rsvp)
    assert change(event, rsvp, guest_count=2) == "rejected"
    assert change(event, rsvp, attendance="not_going") == "rejected"
    assert change(event, rsvp, attendance="going") == "pending"


def test_who_leaves_the_queue_is_an_ordinary_no() -> None:
    """A pending guest who answers no is listed as a no; coming back waits again."""
    event = make_event(approval_required=True)
    rsvp = make_rsvp(event)
    assert change(event, rsvp, attendance="not_going") == "approved"
    assert event.stored.pending_count == 0
    assert change(event, rsvp, attendance="going") == "pending"


def test_each_decision_is_logged_for_organizers() -> None:
    """approve, reject and pending leave one internal line each; deciding the same again none."""
    event = make_event(approval_required=True)
    rsvp = make_rsvp(event, name="Kim")
    for act in (approve, approve, reject, back_to_pending):
        decide(act, event, rsvp)
    logged = Message.objects.filter(rsvp_id=rsvp.id).order_by("created_at")
    assert [(m.author, m.type, m.visibility, m.content) for m in logged] == [
        ("system", "admin_note", "admin", "Approved: Kim."),
        ("system", "admin_note", "admin", "Declined: Kim."),
        ("system", "admin_note", "admin", "Back to waiting for approval: Kim."),
    ]


def test_the_reason_is_for_the_guest() -> None:
    """A rejection's reason is a message between organizers and the guest."""
    event = make_event()
    rsvp = make_rsvp(event)
    decide(reject, event, rsvp, reason="  The hall is small.  ")
    reason = Message.objects.get(rsvp_id=rsvp.id, type="rejection_reason")
    assert (reason.author, reason.visibility, reason.content) == (
        "organizer",
        "attendee",
        "The hall is small.",
    )


def test_a_reason_that_cannot_be_stored_rejects_nobody() -> None:
    """2,000 characters at most, no control characters; nothing is half-written."""
    event = make_event()
    rsvp = make_rsvp(event)
    for reason in ("x" * 2001, "a\0b"):
        with pytest.raises(Invalid) as refused:
            decide(reject, event, rsvp, reason=reason)
        assert list(refused.value.keys) == ["reason"]
    assert rsvp.stored.approval == "approved"
    assert not Message.objects.exists()


def test_forced_approval_says_so() -> None:
    """An approval past the capacity is logged as such."""
    event = make_event(capacity=1, approval_required=True)
    first, second = make_rsvp(event), make_rsvp(event, name="Kim")
    decide(approve, event, first)
    decide(approve, event, second, force=True)
    assert event.stored.seats_taken == 2
    assert Message.objects.get(rsvp_id=second.id).content == "Approved anyway: Kim."


def test_a_forced_answer_needs_no_approval() -> None:
    """The organizer who forces has decided."""
    event = make_event(approval_required=True)
    assert make_rsvp(event, force=True).stored.approval == "approved"


@pytest.mark.parametrize("act", [approve, reject, back_to_pending])
def test_an_answer_is_decided_through_its_own_event_only(act: Any) -> None:
    """The organizer of one event has no word on another's guests."""
    rsvp = make_rsvp(make_event(approval_required=True))
    with pytest.raises(NotFound):
        decide(act, make_event(), rsvp)
    assert rsvp.stored.approval == "pending"


# --- Closing ----------------------------------------------------------------------------------


def by_hand(event: MadeEvent, clock: Clock) -> None:
    update_event(event=event.row, values={"rsvps_closed": True})


def by_time(event: MadeEvent, clock: Clock) -> None:
    update_event(event=event.row, values={"rsvp_close_at": clock.now})


def by_ending(event: MadeEvent, clock: Clock) -> None:
    clock.advance(days=7, hours=3)


closed = pytest.mark.parametrize("close", [by_hand, by_time, by_ending])


@closed
@pytest.mark.parametrize("attendance", ["going", "interested", "not_going"])
def test_closed_takes_no_new_answer(close: Any, attendance: str, clock: Clock) -> None:
    """Closed by hand, by time or by the event's end: no new RSVP of any kind."""
    event = make_event()
    close(event, clock)
    with pytest.raises(RsvpsClosed):
        make_rsvp(event, attendance=attendance)
    assert not Rsvp.objects.exists()


@pytest.mark.once
@closed
def test_closed_lets_nobody_grow_or_switch_to_going(close: Any, clock: Clock) -> None:
    """No growing, no switching to going."""
    event = make_event()
    going, maybe = make_rsvp(event), make_rsvp(event, attendance="interested")
    close(event, clock)
    with pytest.raises(RsvpsClosed):
        change(event, going, guest_count=1)
    with pytest.raises(RsvpsClosed):
        change(event, maybe, attendance="going")
    assert event.stored.seats_taken == 1


@closed
def test_closed_lets_guests_shrink_and_leave(close: Any, clock: Clock) -> None:
    """A guest may still shrink, rename, leave and withdraw."""
    event = make_event()
    rsvp, other = make_rsvp(event, guest_count=2), make_rsvp(event)
    close(event, clock)
    change(event, rsvp, guest_count=1, name="Kim")
    assert event.stored.seats_taken == 3
    change(event, rsvp, attendance="not_going")
    delete_rsvp(event_id=event.id, rsvp_id=other.id)
    assert event.stored.seats_taken == 0


@closed
def test_an_owner_may_force_past_closing(close: Any, clock: Clock) -> None:
    """Force reaches past closing for new answers and for changes."""
    event = make_event()
    rsvp = make_rsvp(event)
    close(event, clock)
    make_rsvp(event, force=True)
    change(event, rsvp, guest_count=1, force=True)
    assert event.stored.seats_taken == 3


def test_closing_by_time_is_computed_not_written(clock: Clock) -> None:
    """A close time in the past refuses without a write; moving it reopens."""
    event = make_event(rsvp_close_at=clock.now)
    with pytest.raises(RsvpsClosed):
        make_rsvp(event)
    assert event.stored.rsvps_closed is False
    update_event(event=event.row, values={"rsvp_close_at": None})
    make_rsvp(event)


def test_answers_are_open_until_the_very_close_time(clock: Clock) -> None:
    """One second before is open, the moment itself is closed."""
    event = make_event(rsvp_close_at=clock.now.replace(second=1))
    make_rsvp(event)
    clock.advance(seconds=1)
    with pytest.raises(RsvpsClosed):
        make_rsvp(event)


def test_a_live_event_still_takes_answers(clock: Clock) -> None:
    """Started is not ended."""
    event = make_event()
    clock.advance(days=7, hours=1)
    make_rsvp(event)


# --- Cancelling -------------------------------------------------------------------------------


def test_a_cancelled_event_takes_no_answer_forced_or_not() -> None:
    """Not even an organizer adds guests to what will not happen."""
    event = make_event()
    cancel_event(event_id=event.id)
    for force in (False, True):
        with pytest.raises(EventCancelled):
            make_rsvp(event, force=force)


def test_a_cancelled_event_lets_guests_leave_only() -> None:
    """No RSVP changes except leaving."""
    event = make_event()
    rsvp, other = make_rsvp(event, guest_count=1), make_rsvp(event)
    cancel_event(event_id=event.id)
    for values in ({"name": "Kim"}, {"guest_count": 0}, {"attendance": "interested"}):
        with pytest.raises(EventCancelled):
            change(event, rsvp, **values)
    change(event, rsvp, attendance="not_going")
    delete_rsvp(event_id=event.id, rsvp_id=other.id)
    assert event.stored.seats_taken == 0


@pytest.mark.parametrize("act", [approve, reject, back_to_pending])
def test_nothing_is_decided_on_a_cancelled_event(act: Any) -> None:
    """The organizer's decisions end with the event."""
    event = make_event(approval_required=True)
    rsvp = make_rsvp(event)
    cancel_event(event_id=event.id)
    with pytest.raises(EventCancelled):
        decide(act, event, rsvp)
    assert rsvp.stored.approval == "pending"


# --- Accounts and addresses -------------------------------------------------------------------


def test_an_email_address_never_selects_an_rsvp() -> None:
    """Two answers with one address are two answers."""
    event = make_event()
    first = make_rsvp(event, name="Kim", email="kim@example.org")
    second = make_rsvp(event, name="Not Kim", email="kim@example.org")
    assert first.id != second.id
    assert first.stored.name == "Kim"
    assert event.stored.going_count == 2


def test_an_account_is_kept_with_its_answer() -> None:
    """The answer of a signed-in person belongs to their account."""
    user = make_user()
    assert make_rsvp(make_event(), user=user).stored.user_id == user.pk


def test_an_account_has_one_answer_and_answering_again_changes_it() -> None:
    """By account, never by address; the first answer's name stays."""
    event, user = make_event(capacity=2), make_user()
    ask = {"event_id": event.id, "user_id": user.pk, "name": "Kim"}
    first = respond_as_account(**ask, values={"attendance": "going", "guest_count": 1})
    again = respond_as_account(**ask, values={"attendance": "interested"})
    assert first.id == again.id
    assert (again.attendance, again.guest_count, again.name) == ("interested", 1, "Kim")
    assert (event.stored.seats_taken, event.stored.interested_count) == (0, 1)
    assert Rsvp.objects.count() == 1

"""Seats: who gets them, who does not, and what the counters say of it."""

from __future__ import annotations

import pytest

from comments.models import Message
from config.errors import Invalid
from rsvps.domain.approval import approve, reject
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import change_rsvp, delete_rsvp
from rsvps.errors import EventFull, TierFull
from rsvps.models import Rsvp
from tests.makers import make_event, make_rsvp, make_tier
from tests.rsvps.domain.seats import STEPS, Seats, stored_counts, take_steps


@pytest.mark.slow
@pytest.mark.django_db
def test_counters_and_capacity_hold_in_any_order_of_steps() -> None:
    """After every step the counters are true, and nothing unforced oversells."""
    take_steps(Seats, STEPS)


@pytest.mark.django_db
def test_the_last_seat_is_taken_once() -> None:
    """A party that needs one seat more than there are is refused whole."""
    event = make_event(capacity=3)
    make_rsvp(event, guest_count=1)
    with pytest.raises(EventFull) as refused:
        make_rsvp(event, guest_count=1)
    assert refused.value.key == "event_full"
    make_rsvp(event)
    assert stored_counts(event.id).seats_taken == 3


@pytest.mark.django_db
def test_waiting_and_rejected_parties_hold_no_seat() -> None:
    """Pending and rejected answers leave their seats to others."""
    event = make_event(capacity=1, approval_required=True, waitlist=False)
    first, second = make_rsvp(event), make_rsvp(event)
    approve(event_id=event.id, rsvp_id=first.id)
    with pytest.raises(EventFull):
        approve(event_id=event.id, rsvp_id=second.id)
    reject(event_id=event.id, rsvp_id=first.id)
    approve(event_id=event.id, rsvp_id=second.id)
    assert stored_counts(event.id).seats_taken == 1


@pytest.mark.django_db
def test_leaving_frees_seats_at_once() -> None:
    """The seats of who leaves or withdraws are there for the next."""
    event = make_event(capacity=2)
    rsvp = make_rsvp(event, guest_count=1)
    change_rsvp(event_id=event.id, rsvp_id=rsvp.id, values={"attendance": "not_going"})
    other = make_rsvp(event, guest_count=1)
    delete_rsvp(event_id=event.id, rsvp_id=other.id)
    make_rsvp(event, guest_count=1)
    assert stored_counts(event.id).seats_taken == 2


@pytest.mark.django_db
def test_capacity_may_fall_below_the_seats_taken() -> None:
    """People already in may still edit what does not grow their party, and nothing else."""
    event = make_event(capacity=4)
    rsvp = make_rsvp(event, guest_count=2)
    update_event(event=event.row, values={"capacity": 1})
    mine = {"event_id": event.id, "rsvp_id": rsvp.id}
    change_rsvp(**mine, values={"name": "Robin B.", "note": "Late"})
    with pytest.raises(EventFull):
        change_rsvp(**mine, values={"guest_count": 3})
    change_rsvp(**mine, values={"guest_count": 1})
    assert stored_counts(event.id).seats_taken == 2
    with pytest.raises(EventFull):
        make_rsvp(event)


@pytest.mark.django_db
def test_who_switches_to_going_keeps_to_the_limit() -> None:
    """A party as large as a limit that stands no more takes no seats anew."""
    event = make_event()
    rsvp = make_rsvp(event, attendance="interested", guest_count=4)
    update_event(event=event.row, values={"max_guests_per_rsvp": 1})
    mine = {"event_id": event.id, "rsvp_id": rsvp.id}
    with pytest.raises(Invalid) as refused:
        change_rsvp(**mine, values={"attendance": "going"})
    assert refused.value.keys == {"guest_count": ["too_many_guests"]}
    change_rsvp(**mine, values={"attendance": "going", "guest_count": 1})
    assert stored_counts(event.id).seats_taken == 2


@pytest.mark.django_db
def test_a_full_event_still_takes_maybe_and_no() -> None:
    """Interested and not_going need no seat."""
    event = make_event(capacity=1)
    make_rsvp(event)
    make_rsvp(event, attendance="interested", guest_count=3)
    make_rsvp(event, attendance="not_going")
    counts = stored_counts(event.id)
    assert (counts.seats_taken, counts.interested_count, counts.not_going_count) == (1, 1, 1)


@pytest.mark.django_db
def test_a_tier_is_asked_for_room_beside_the_event() -> None:
    """A full tier refuses although the event has seats."""
    event = make_event(capacity=10)
    tier = make_tier(event, capacity=1)
    first, second = (make_rsvp(event, attendance="not_going") for _ in range(2))
    Rsvp.objects.filter(event_id=event.id).update(tier=tier)
    change_rsvp(event_id=event.id, rsvp_id=first.id, values={"attendance": "going"})
    with pytest.raises(TierFull):
        change_rsvp(event_id=event.id, rsvp_id=second.id, values={"attendance": "going"})
    tier.refresh_from_db()
    assert (tier.seats_taken, stored_counts(event.id).seats_taken) == (1, 1)


@pytest.mark.django_db
def test_force_goes_past_capacity_and_is_logged() -> None:
    """An organizer may oversell; organizers read that they did, guests do not."""
    event = make_event(capacity=1)
    make_rsvp(event)
    forced = make_rsvp(event, name="Kim", guest_count=1, force=True)
    assert stored_counts(event.id).seats_taken == 3
    (logged,) = Message.objects.filter(event_id=event.id)
    assert (logged.rsvp_id, logged.author, logged.type, logged.visibility) == (
        forced.id,
        "system",
        "admin_note",
        "admin",
    )
    assert logged.content == ("Limits overridden for Kim: party of 2, 1 of 1 seats taken before.")


@pytest.mark.django_db
def test_every_change_of_an_answer_makes_the_event_a_new_version() -> None:
    """Caches and ETags go by the event's version."""
    event = make_event()
    versions = [event.stored.version]
    rsvp = make_rsvp(event)
    versions.append(event.stored.version)
    change_rsvp(event_id=event.id, rsvp_id=rsvp.id, values={"name": "Kim"})
    versions.append(event.stored.version)
    reject(event_id=event.id, rsvp_id=rsvp.id)
    versions.append(event.stored.version)
    reject(event_id=event.id, rsvp_id=rsvp.id, reason="Sorry")
    versions.append(event.stored.version)
    delete_rsvp(event_id=event.id, rsvp_id=rsvp.id)
    versions.append(event.stored.version)
    assert versions == sorted(set(versions))

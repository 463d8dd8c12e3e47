"""Seats, held against every order of steps that hypothesis can think of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from comments.models import Message
from config.errors import DomainError
from events.models import Event, Tier
from rsvps.domain.approval import approve, back_to_pending, reject
from rsvps.domain.capacity import Counts, recount
from rsvps.domain.checkin import check_in, undo_check_in
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import change_rsvp, create_rsvp, delete_rsvp
from rsvps.domain.tiers import update_tier
from rsvps.errors import EventFull, TierFull
from rsvps.models import CheckIn, Rsvp
from tests.makers import MadeEvent, make_event, make_rsvp, make_tier

ATTENDANCES = st.sampled_from(["going", "interested", "not_going"])
GUESTS = st.integers(0, 4)
CAPACITIES = st.none() | st.integers(1, 7)
FORCED = st.sampled_from([False, False, False, True])
TIERS = st.sampled_from([0, 1, 1, None])


def stored_counts(event_id: Any) -> Counts:
    """The counters as the event carries them."""
    return Counts(*Event.objects.values_list(*Counts._fields).get(pk=event_id))


class Seats(RuleBasedStateMachine):
    """One event with two tiers, and everything that guests and organizers may do to it."""

    rsvps = Bundle("rsvps")
    event: MadeEvent

    @initialize(capacity=CAPACITIES, approval=st.booleans())
    def open_doors(self, capacity: int | None, approval: bool) -> None:
        self.event = make_event(capacity=capacity, approval_required=approval)
        self.tiers = [make_tier(self.event, capacity=2), make_tier(self.event, capacity=None)]

    @rule(
        target=rsvps,
        attendance=ATTENDANCES,
        guests=GUESTS,
        private=st.booleans(),
        tier=TIERS,
        force=FORCED,
    )
    def answer(
        self, attendance: str, guests: int, private: bool, tier: int | None, force: bool
    ) -> Any:
        values = {"name": "G", "attendance": attendance, "guest_count": guests}
        row = self.step(
            create_rsvp,
            force=force,
            values=values | {"is_private": private, "tier_id": self.tier(tier)},
        )
        return multiple() if row is None else row.id

    @rule(
        rsvp=rsvps,
        values=st.fixed_dictionaries(
            {},
            optional={
                "attendance": ATTENDANCES,
                "guest_count": GUESTS,
                "is_private": st.booleans(),
                "name": st.sampled_from(["A", "B"]),
                "tier_id": TIERS,
            },
        ),
        force=FORCED,
    )
    def change(self, rsvp: Any, values: dict[str, Any], force: bool) -> None:
        if "tier_id" in values:
            values = values | {"tier_id": self.tier(values["tier_id"])}
        self.step(change_rsvp, rsvp_id=rsvp, values=values, force=force)

    @rule(rsvp=rsvps, force=FORCED)
    def approve(self, rsvp: Any, force: bool) -> None:
        self.step(approve, rsvp_id=rsvp, force=force)

    @rule(rsvp=rsvps)
    def reject(self, rsvp: Any) -> None:
        self.step(reject, rsvp_id=rsvp, reason="No")

    @rule(rsvp=rsvps)
    def back_to_pending(self, rsvp: Any) -> None:
        self.step(back_to_pending, rsvp_id=rsvp)

    @rule(rsvp=consumes(rsvps))
    def withdraw(self, rsvp: Any) -> None:
        self.step(delete_rsvp, rsvp_id=rsvp)

    @rule(
        values=st.fixed_dictionaries({"capacity": CAPACITIES})
        | st.fixed_dictionaries({"approval_required": st.booleans()})
        | st.fixed_dictionaries({"rsvps_closed": st.booleans()})
        | st.fixed_dictionaries({"max_guests_per_rsvp": GUESTS})
    )
    def reorganize(self, values: dict[str, Any]) -> None:
        update_event(event=self.event.row, values=values)

    @rule(
        tier=st.integers(0, 1),
        values=st.fixed_dictionaries({"capacity": CAPACITIES})
        | st.fixed_dictionaries({"is_active": st.sampled_from([True, True, False])}),
    )
    def change_tier(self, tier: int, values: dict[str, Any]) -> None:
        update_tier(event_id=self.event.id, tier_id=self.tiers[tier].pk, values=values)

    @rule(rsvp=rsvps)
    def arrive(self, rsvp: Any) -> None:
        self.step(check_in, rsvp_id=rsvp)

    @rule(rsvp=rsvps)
    def undo_arriving(self, rsvp: Any) -> None:
        self.step(undo_check_in, rsvp_id=rsvp)

    @invariant()
    def counters_tell_the_truth(self) -> None:
        """Stored counters equal the recount, and both equal plain arithmetic over the answers."""
        if not hasattr(self, "event"):
            return
        answers = list(Rsvp.objects.filter(event_id=self.event.id))
        inside = [a for a in answers if a.approval == "approved"]
        going = [a for a in inside if a.attendance == "going"]
        expected = Counts(
            seats_taken=sum(1 + a.guest_count for a in going),
            going_count=len(going),
            interested_count=sum(a.attendance == "interested" for a in inside),
            not_going_count=sum(a.attendance == "not_going" for a in inside),
            pending_count=sum(a.approval == "pending" for a in answers),
            party_size=sum(1 + a.guest_count for a in inside),
            private_count=sum(a.is_private for a in inside),
            private_party_size=sum(1 + a.guest_count for a in inside if a.is_private),
        )
        assert stored_counts(self.event.id) == recount(self.event.id) == expected
        for tier in Tier.objects.filter(event_id=self.event.id):
            held = sum(1 + a.guest_count for a in going if a.tier_id == tier.pk)
            assert tier.seats_taken == held

    @invariant()
    def what_is_beyond_the_capacity_was_accepted(self) -> None:
        """Every seat beyond a capacity is one an organizer accepted, and none stays on record
        once it is free again."""
        if not hasattr(self, "event"):
            return
        for capacity, taken, forced in self.seats():
            assert forced == (max(0, taken - capacity) if capacity is not None else 0)

    @invariant()
    def nobody_is_let_in_twice(self) -> None:
        """One admitted scan for each who arrived, and none for the others."""
        if not hasattr(self, "event"):
            return
        admitted = CheckIn.objects.filter(event_id=self.event.id, admitted=True)
        arrived = Rsvp.objects.filter(event_id=self.event.id, checked_in_at__isnull=False)
        assert sorted(admitted.values_list("rsvp_id", flat=True)) == sorted(
            arrived.values_list("pk", flat=True)
        )

    def tier(self, number: int | None) -> Any:
        """The id of one of the tiers, or None."""
        return None if number is None else self.tiers[number].pk

    def step(self, act: Any, *, force: bool | None = None, **arguments: Any) -> Any:
        """Takes one step. A refused one leaves no trace; an unforced one never takes a seat that
        is not there, in the event or in a tier."""
        before, trace = self.seats(), self.trace()
        if force is not None:
            arguments["force"] = force
        try:
            result = act(event_id=self.event.id, **arguments)
        except DomainError:
            assert self.trace() == trace
            return None
        for (capacity, taken, _), (_, taken_before, _) in zip(self.seats(), before, strict=True):
            if taken > taken_before and not force and capacity is not None:
                assert taken <= capacity
        return result

    def seats(self) -> list[tuple[int | None, int, int]]:
        """(capacity, seats taken, seats forced) of the event and of each tier."""
        columns = ("capacity", "seats_taken", "seats_forced")
        return [
            *Event.objects.filter(pk=self.event.id).values_list(*columns),
            *Tier.objects.filter(event_id=self.event.id).order_by("pk").values_list(*columns),
        ]

    def trace(self) -> list[Any]:
        """All that a step may write."""
        event = Event.objects.filter(pk=self.event.id)
        return [
            list(event.values_list("version", *Counts._fields)),
            sorted(
                event.values_list(
                    "rsvps__pk", "rsvps__attendance", "rsvps__guest_count", "rsvps__tier"
                ),
                key=str,
            ),
            sorted(event.values_list("check_ins__pk", "check_ins__admitted"), key=str),
            sorted(event.values_list("messages__pk", flat=True), key=str),
            self.seats(),
        ]


@pytest.mark.django_db
def test_counters_and_capacity_hold_in_any_order_of_steps() -> None:
    """After every step the counters are true, and nothing unforced oversells."""
    run_state_machine_as_test(Seats, settings=settings(max_examples=25, stateful_step_count=25))


@pytest.mark.django_db
def test_the_last_seat_is_taken_once() -> None:
    """A party that needs one seat more than there are is refused whole."""
    event = make_event(capacity=3)
    make_rsvp(event, guest_count=1)
    with pytest.raises(EventFull) as refused:
        make_rsvp(event, guest_count=1)
    assert refused.value.key == "This event has reached its maximum number of attendees."
    make_rsvp(event)
    assert stored_counts(event.id).seats_taken == 3


@pytest.mark.django_db
def test_waiting_and_rejected_parties_hold_no_seat() -> None:
    """Pending and rejected answers leave their seats to others."""
    event = make_event(capacity=1, approval_required=True)
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
    assert logged.content == "Accepted by force: Kim, 2 of 1 seats, 1 taken before."


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

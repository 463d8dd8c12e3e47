"""Seats and the waitlist, held against every order of steps that hypothesis can think of.

What must be true is said here in plain arithmetic over the answers, apart from the code it holds.
"""

from __future__ import annotations

import os
from typing import Any

from django.utils import timezone
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

from config.errors import DomainError
from events.domain.lifecycle import cancel_event, uncancel_event
from events.domain.locking import locked_event
from events.domain.times import rsvps_open
from events.models import Event, Tier
from rsvps.domain.approval import approve, back_to_pending, reject
from rsvps.domain.capacity import Counts, recount
from rsvps.domain.checkin import check_in, undo_check_in
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import change_rsvp, create_rsvp, delete_rsvp
from rsvps.domain.tiers import update_tier
from rsvps.models import CheckIn, Rsvp
from tests.makers import MadeEvent, make_event, make_tier

ATTENDANCES = st.sampled_from(["going", "going", "interested", "not_going"])
GUESTS = st.integers(0, 4)
CAPACITIES = st.none() | st.integers(1, 7)
FORCED = st.sampled_from([False, False, False, True])
JOINS = st.sampled_from([True, True, False])
TIERS = st.sampled_from([0, 1, 1, None])


def stored_counts(event_id: Any) -> Counts:
    """The counters as the event carries them."""
    return Counts(*Event.objects.values_list(*Counts._fields).get(pk=event_id))


# How many steps hypothesis takes, in all.
STEPS = int(os.environ.get("SEAT_STEPS", "400"))
_IN_A_ROW = 30


class Seats(RuleBasedStateMachine):
    """One event with two tiers, and everything that guests and organizers may do to it."""

    rsvps = Bundle("rsvps")
    event: MadeEvent
    # Steps taken by all machines, the opening of doors included.
    taken = 0

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
        joins=JOINS,
        force=FORCED,
    )
    def answer(
        self,
        attendance: str,
        guests: int,
        private: bool,
        tier: int | None,
        joins: bool,
        force: bool,
    ) -> Any:
        values = {"name": "G", "attendance": attendance, "guest_count": guests}
        row = self.step(
            create_rsvp,
            force=force,
            values=values
            | {"is_private": private, "tier_id": self.tier(tier), "join_waitlist": joins},
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
                "join_waitlist": JOINS,
            },
        ),
        force=FORCED,
    )
    def change(self, rsvp: Any, values: dict[str, Any], force: bool) -> None:
        if "tier_id" in values:
            values = values | {"tier_id": self.tier(values["tier_id"])}
        before = self.stored(rsvp)
        changed = self.step(change_rsvp, rsvp_id=rsvp, values=values, force=force)
        if changed is not None and before["approval"] == "waitlisted":
            assert self.stored(rsvp)["waitlisted_at"] in (before["waitlisted_at"], None)
        if changed is not None and _sits(before) and changed.attendance == "going":
            assert changed.approval != "waitlisted"

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

    @rule(rsvps=st.lists(rsvps, min_size=2, max_size=3, unique=True), second=st.booleans())
    def decide_at_once(self, rsvps: list[Any], second: bool) -> None:
        """Several acts within one hold, as organizers decide over many at a time."""
        with locked_event(self.event.id):
            for number, rsvp in enumerate(rsvps):
                act = approve if (number > 0) == second else reject
                self.step(act, settled=False, rsvp_id=rsvp)

    @rule(
        values=st.fixed_dictionaries({"capacity": CAPACITIES})
        | st.fixed_dictionaries({"approval_required": st.booleans()})
        | st.fixed_dictionaries({"waitlist": st.sampled_from([True, True, False])})
        | st.fixed_dictionaries({"rsvps_closed": st.sampled_from([False, False, True])})
        | st.fixed_dictionaries({"max_guests_per_rsvp": GUESTS})
    )
    def reorganize(self, values: dict[str, Any]) -> None:
        update_event(event=self.event.row, values=values)

    @rule(again=st.sampled_from([True, True, False]))
    def call_off(self, again: bool) -> None:
        cancel_event(event_id=self.event.id)
        if again:
            uncancel_event(event_id=self.event.id)

    @rule()
    def call_on(self) -> None:
        uncancel_event(event_id=self.event.id)

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
        Seats.taken += 1
        answers = list(Rsvp.objects.filter(event_id=self.event.id))
        inside = [a for a in answers if a.approval == "approved"]
        going = [a for a in inside if a.attendance == "going"]
        expected = Counts(
            seats_taken=sum(1 + a.guest_count for a in going),
            going_count=len(going),
            interested_count=sum(a.attendance == "interested" for a in inside),
            not_going_count=sum(a.attendance == "not_going" for a in inside),
            pending_count=sum(a.approval == "pending" for a in answers),
            waitlisted_count=sum(a.approval == "waitlisted" for a in answers),
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

    @invariant()
    def nobody_waits_who_fits(self) -> None:
        """While RSVPs are open, no free seats are kept from anybody in line."""
        if hasattr(self, "event"):
            assert who_fits(self.event) == []

    def tier(self, number: int | None) -> Any:
        """The id of one of the tiers, or None."""
        return None if number is None else self.tiers[number].pk

    def step(
        self, act: Any, *, force: bool | None = None, settled: bool = True, **arguments: Any
    ) -> Any:
        """Takes one step. A refused one leaves no trace; an unforced one never takes a seat that
        is not there, in the event or in a tier; and those who come in from the line, but for the
        one whom the step is about, come from its front. ``settled`` says that seats were given
        out by now."""
        before, trace, line = self.seats(), self.trace(), in_line(self.event)
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
        if settled:
            self.nobody_was_overtaken(line, but=arguments.get("rsvp_id"))
        return result

    def nobody_was_overtaken(self, line: list[dict[str, Any]], *, but: Any) -> None:
        """Whoever was in line before and still is would not have fitted in place of anybody let in
        from behind them: a party as small, of the same ticket, would have been let in first."""
        now = {each["id"]: each for each in Rsvp.objects.filter(event_id=self.event.id).values()}
        left_waiting: list[dict[str, Any]] = []
        for each in line:
            here = now.get(each["id"])
            if here is None or each["id"] == but:
                continue
            if here["approval"] == "waitlisted":
                left_waiting.append(here)
                continue
            assert here["approval"] == "approved"
            assert not any(
                ahead["guest_count"] <= here["guest_count"] and ahead["tier_id"] == here["tier_id"]
                for ahead in left_waiting
            )

    def stored(self, rsvp: Any) -> dict[str, Any]:
        """An answer as it stands."""
        return dict(Rsvp.objects.filter(pk=rsvp).values().get())

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
                    *("rsvps__pk", "rsvps__attendance", "rsvps__guest_count", "rsvps__tier"),
                    *("rsvps__approval", "rsvps__waitlisted_at"),
                ),
                key=str,
            ),
            sorted(event.values_list("check_ins__pk", "check_ins__admitted"), key=str),
            sorted(event.values_list("messages__pk", flat=True), key=str),
            self.seats(),
        ]


def take_steps(machine: type[Seats], steps: int) -> None:
    """Has hypothesis take so many steps at least."""
    before = Seats.taken
    # Some examples are shorter than they may be.
    examples = steps // (_IN_A_ROW * 7 // 10) + 1
    limits = settings(max_examples=examples, stateful_step_count=_IN_A_ROW)
    run_state_machine_as_test(machine, settings=limits)
    assert Seats.taken - before >= steps


def _sits(answer: dict[str, Any]) -> bool:
    return (answer["attendance"], answer["approval"]) == ("going", "approved")


def in_line(event: MadeEvent) -> list[dict[str, Any]]:
    """Those who wait for seats, in order, by plain sorting."""
    waiting = Rsvp.objects.filter(event_id=event.id, approval="waitlisted").values()
    return sorted(waiting, key=lambda each: (each["waitlisted_at"], each["id"]))


def who_fits(event: MadeEvent) -> list[Any]:
    """The ids of those who wait although the event is open and they fit."""
    stored = event.stored
    if not rsvps_open(stored, timezone.now()):
        return []
    tiers = {tier.pk: tier for tier in Tier.objects.filter(event_id=event.id)}

    def fits(each: dict[str, Any]) -> bool:
        party, tier = 1 + each["guest_count"], tiers.get(each["tier_id"])
        if stored.capacity is not None and stored.seats_taken + party > stored.capacity:
            return False
        if tier is None:
            return True
        room = tier.capacity is None or tier.seats_taken + party <= tier.capacity
        return tier.is_active and not tier.price_cents and room

    return [each["id"] for each in in_line(event) if fits(each)]

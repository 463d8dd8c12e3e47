"""The waitlist: who may join, who is next, and what may change meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from comments.models import Message
from config.errors import Invalid
from events.domain.locking import locked_event
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import change_rsvp, create_rsvp, delete_rsvp
from rsvps.domain.tiers import update_tier
from rsvps.errors import EventFull, RsvpsClosed, TierFull
from rsvps.models import Rsvp
from tests.conftest import Clock
from tests.makers import MadeEvent, MadeRsvp, make_event, make_rsvp, make_tier
from tests.rsvps.domain.seats import in_line

pytestmark = pytest.mark.django_db


def join(event: MadeEvent, name: str = "Robin", **values: Any) -> MadeRsvp:
    """An answer that waits if it finds no seat."""
    return make_rsvp(event, name=name, join_waitlist=True, **values)


def full_event(**values: Any) -> tuple[MadeEvent, MadeRsvp]:
    """An event of one seat, and who has it."""
    event = make_event(**{"capacity": 1} | values)
    return event, make_rsvp(event, name="Seated")


def standing(*rsvps: MadeRsvp) -> list[str]:
    return [rsvp.stored.approval for rsvp in rsvps]


def leave(event: MadeEvent, rsvp: MadeRsvp) -> None:
    delete_rsvp(event_id=event.id, rsvp_id=rsvp.id)


def test_who_finds_no_seat_waits_and_holds_none() -> None:
    event, _ = full_event()
    first, second = join(event), join(event)
    assert standing(first, second) == ["waitlisted", "waitlisted"]
    assert [each["id"] for each in in_line(event)] == [first.id, second.id]
    assert (event.stored.seats_taken, event.stored.waitlisted_count) == (1, 2)


def test_who_finds_a_seat_takes_it() -> None:
    event = make_event(capacity=1)
    assert standing(join(event)) == ["approved"]


def test_without_asking_a_full_event_refuses_and_says_that_one_may_wait() -> None:
    event, _ = full_event()
    with pytest.raises(EventFull) as refused:
        make_rsvp(event)
    assert refused.value.waitlist_open
    assert Rsvp.objects.count() == 1


def test_an_event_without_a_waitlist_refuses() -> None:
    event, _ = full_event(waitlist=False)
    with pytest.raises(EventFull) as refused:
        join(event)
    assert not refused.value.waitlist_open


def test_who_waits_when_the_waitlist_is_switched_off_is_still_let_in() -> None:
    event, seated = full_event()
    waiting = join(event)
    update_event(event=event.row, values={"waitlist": False})
    with pytest.raises(EventFull):
        join(event)
    leave(event, seated)
    assert standing(waiting) == ["approved"]


@pytest.mark.parametrize("wrong", ["yes", 1, None])
def test_the_wish_is_a_flag(wrong: Any, everything_stored: Callable[[], Any]) -> None:
    event, _ = full_event()
    before = everything_stored()
    values = {"name": "Robin", "attendance": "going", "join_waitlist": wrong}
    with pytest.raises(Invalid) as refused:
        create_rsvp(event_id=event.id, values=values)
    assert set(refused.value.errors) == {"join_waitlist"}
    assert everything_stored() == before


def test_the_front_comes_first() -> None:
    event, seated = full_event()
    first, second = join(event), join(event)
    leave(event, seated)
    assert standing(first, second) == ["approved", "waitlisted"]
    leave(event, first)
    assert standing(second) == ["approved"]


def test_those_who_join_at_one_moment_stand_in_the_order_they_came(clock: Clock) -> None:
    """The clock stands still, and may even go back on another host."""
    event, _ = full_event()
    there = [join(event) for _ in range(5)]
    clock.advance(minutes=-5)
    there.append(join(event))
    assert [each["id"] for each in in_line(event)] == [each.id for each in there]


def test_a_party_that_does_not_fit_keeps_its_place() -> None:
    """A smaller one behind it is let in, and the larger one as soon as it fits."""
    event = make_event(capacity=3)
    seated = [make_rsvp(event) for _ in range(3)]
    pair, single = join(event, guest_count=1), join(event)
    leave(event, seated[0])
    assert standing(pair, single) == ["waitlisted", "approved"]
    leave(event, seated[1])
    assert standing(pair) == ["waitlisted"]
    leave(event, seated[2])
    assert standing(pair) == ["approved"]


def test_a_newcomer_takes_what_nobody_in_line_could_use() -> None:
    event = make_event(capacity=3)
    make_rsvp(event, guest_count=1)
    pair = join(event, guest_count=1)
    assert standing(pair, make_rsvp(event)) == ["waitlisted", "approved"]


def test_a_newcomer_does_not_overtake_within_a_longer_hold() -> None:
    """A seat that came free and is not given out yet is already somebody's."""
    event, seated = full_event()
    waiting = join(event)
    with locked_event(event.id):
        leave(event, seated)
        assert standing(waiting) == ["waitlisted"]
        with pytest.raises(EventFull):
            make_rsvp(event)
    assert standing(waiting) == ["approved"]


def test_what_was_missed_is_made_good_before_a_newcomer_sits() -> None:
    """However it came about that somebody waits who fits."""
    event, seated = full_event()
    waiting = join(event)
    Rsvp.objects.filter(pk=seated.id).delete()
    event_rows = type(event.stored).objects.filter(pk=event.id)
    event_rows.update(seats_taken=0, going_count=0, party_size=0)
    with pytest.raises(EventFull):
        make_rsvp(event)
    newcomer = join(event)
    assert standing(waiting, newcomer) == ["approved", "waitlisted"]


def test_many_seats_are_given_out_at_once() -> None:
    event, _ = full_event()
    there = [join(event, guest_count=number % 2) for number in range(8)]
    update_event(event=event.row, values={"capacity": 9})
    # 1 + 2 + 1 + 2 + 1 are seven of the eight; the next party of two does not fit, one of one does.
    assert standing(*there) == [*["approved"] * 5, "waitlisted", "approved", "waitlisted"]
    assert event.stored.seats_taken == 9


def test_without_a_capacity_all_are_let_in() -> None:
    event, _ = full_event()
    there = [join(event, guest_count=4) for _ in range(3)]
    update_event(event=event.row, values={"capacity": None})
    assert standing(*there) == ["approved"] * 3


def test_a_promotion_is_logged_for_organizers() -> None:
    event, seated = full_event()
    waiting = join(event, "Kim")
    leave(event, seated)
    (logged,) = Message.objects.filter(rsvp_id=waiting.id)
    assert (logged.type, logged.visibility, logged.content) == (
        "admin_note",
        "admin",
        "Moved up from the waitlist: Kim.",
    )
    assert (waiting.stored.waitlisted_at, waiting.stored.edit_version) == (None, 2)


# --- Tiers --------------------------------------------------------------------------------------


def test_a_full_tier_is_waited_for_while_the_event_has_seats() -> None:
    event = make_event(capacity=10)
    small, plain = make_tier(event, capacity=1), make_tier(event)
    seated = make_rsvp(event, tier_id=small.pk)
    with pytest.raises(TierFull) as refused:
        make_rsvp(event, tier_id=small.pk)
    assert refused.value.waitlist_open
    waiting = join(event, tier_id=small.pk)
    other = make_rsvp(event, tier_id=plain.pk)
    assert standing(waiting, other) == ["waitlisted", "approved"]
    change_rsvp(event_id=event.id, rsvp_id=seated.id, values={"tier_id": plain.pk})
    assert standing(waiting) == ["approved"]


def test_who_moves_to_a_ticket_that_is_left_is_let_in_at_once() -> None:
    event = make_event(capacity=10)
    small, plain = make_tier(event, capacity=1), make_tier(event)
    make_rsvp(event, tier_id=small.pk)
    waiting = join(event, tier_id=small.pk)
    row = change_rsvp(event_id=event.id, rsvp_id=waiting.id, values={"tier_id": plain.pk})
    assert (row.approval, row.tier_id) == ("approved", plain.pk)


def test_a_tier_that_is_not_handed_out_lets_nobody_in() -> None:
    event = make_event(capacity=2)
    tier = make_tier(event, capacity=1)
    seated = make_rsvp(event, tier_id=tier.pk)
    waiting = join(event, tier_id=tier.pk)
    ours = {"event_id": event.id, "tier_id": tier.pk}
    update_tier(**ours, values={"is_active": False})
    leave(event, seated)
    assert standing(waiting) == ["waitlisted"]
    update_tier(**ours, values={"is_active": True, "price_cents": 500})
    assert standing(waiting) == ["waitlisted"]
    update_tier(**ours, values={"price_cents": 0})
    assert standing(waiting) == ["approved"]


# --- Changing an answer that waits -------------------------------------------------------------


def test_growing_keeps_the_place() -> None:
    """It may just no longer fit."""
    event = make_event(capacity=2)
    seated = [make_rsvp(event), make_rsvp(event)]
    first, second = join(event), join(event)
    change_rsvp(event_id=event.id, rsvp_id=first.id, values={"guest_count": 1})
    assert [each["id"] for each in in_line(event)] == [first.id, second.id]
    leave(event, seated[0])
    assert standing(first, second) == ["waitlisted", "approved"]
    leave(event, seated[1])
    assert standing(first) == ["waitlisted"]
    leave(event, second)
    assert standing(first) == ["approved"]


def test_shrinking_may_make_it_fit_and_the_answer_says_so() -> None:
    event = make_event(capacity=2)
    make_rsvp(event)
    waiting = join(event, guest_count=1)
    row = change_rsvp(event_id=event.id, rsvp_id=waiting.id, values={"guest_count": 0})
    assert (row.approval, row.waitlisted_at) == ("approved", None)


def test_who_steps_back_is_out_of_line() -> None:
    event, seated = full_event()
    waiting = join(event)
    change_rsvp(event_id=event.id, rsvp_id=waiting.id, values={"attendance": "not_going"})
    leave(event, seated)
    assert standing(waiting) == ["approved"]
    assert (waiting.stored.waitlisted_at, event.stored.seats_taken) == (None, 0)


def test_coming_back_is_a_new_place() -> None:
    event, _ = full_event()
    first, second = join(event), join(event)
    mine = {"event_id": event.id, "rsvp_id": first.id}
    change_rsvp(**mine, values={"attendance": "interested"})
    with pytest.raises(EventFull):
        change_rsvp(**mine, values={"attendance": "going"})
    change_rsvp(**mine, values={"attendance": "going", "join_waitlist": True})
    assert [each["id"] for each in in_line(event)] == [second.id, first.id]


def test_a_seated_guest_never_joins() -> None:
    """A party that wants more seats than there are keeps those it has."""
    event, seated = full_event()
    wish = {"guest_count": 1, "join_waitlist": True}
    with pytest.raises(EventFull) as refused:
        change_rsvp(event_id=event.id, rsvp_id=seated.id, values=wish)
    assert not refused.value.waitlist_open
    assert standing(seated) == ["approved"]


def test_who_waits_may_not_grow_while_rsvps_are_closed() -> None:
    event, _ = full_event()
    waiting = join(event)
    update_event(event=event.row, values={"rsvps_closed": True})
    with pytest.raises(RsvpsClosed):
        change_rsvp(event_id=event.id, rsvp_id=waiting.id, values={"guest_count": 1})


# --- Closed, cancelled, over -------------------------------------------------------------------


@pytest.mark.parametrize("shut", ["closed", "cancelled", "close_at", "over"])
def test_closed_cancelled_and_past_events_let_nobody_in(shut: str, clock: Clock) -> None:
    """Reopened, they give out what came free meanwhile."""
    event, seated = full_event()
    waiting = join(event)
    start = event.row.start_time
    changes: dict[str, dict[str, Any]] = {
        "closed": {"rsvps_closed": True},
        "cancelled": {"status": "cancelled"},
        "close_at": {"rsvp_close_at": start - timedelta(days=6)},
        "over": {},
    }
    back: dict[str, dict[str, Any]] = {
        "closed": {"rsvps_closed": False},
        "cancelled": {"status": "scheduled"},
        "close_at": {"rsvp_close_at": None},
        "over": {"start_time": start + timedelta(days=30)},
    }
    update_event(event=event.row, values=changes[shut])
    clock.advance(days=10 if shut == "over" else 2)
    leave(event, seated)
    update_event(event=event.row, values={"capacity": 5})
    assert standing(waiting) == ["waitlisted"]
    update_event(event=event.row, values=back[shut])
    assert standing(waiting) == ["approved"]


def test_a_change_that_also_cancels_lets_nobody_in() -> None:
    event, _ = full_event()
    waiting = join(event)
    update_event(event=event.row, values={"capacity": 5, "status": "cancelled"})
    assert standing(waiting) == ["waitlisted"]

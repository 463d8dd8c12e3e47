"""The waitlist and the organizers who decide; what giving out seats costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from events.domain.locking import locked_event
from rsvps.domain.approval import approve, back_to_pending, reject
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import change_rsvp
from rsvps.errors import EventFull
from rsvps.models import Rsvp
from tests.makers import MadeEvent, MadeRsvp, make_event, make_rsvp
from tests.rsvps.domain.seats import in_line
from tests.rsvps.domain.test_waitlist import full_event, join, leave, standing

pytestmark = pytest.mark.django_db


def asked(event: MadeEvent, **values: Any) -> MadeRsvp:
    """An answer that waits for approval."""
    rsvp = join(event, **values)
    assert rsvp.stored.approval == "pending"
    return rsvp


def test_where_organizers_approve_they_put_guests_in_line() -> None:
    event = make_event(capacity=1, approval_required=True)
    first, second = asked(event), asked(event)
    for each in (first, second):
        approve(event_id=event.id, rsvp_id=each.id)
    assert standing(first, second) == ["approved", "waitlisted"]
    reject(event_id=event.id, rsvp_id=first.id)
    assert standing(first, second) == ["rejected", "approved"]


def test_without_a_waitlist_approving_is_refused() -> None:
    event = make_event(capacity=1, approval_required=True, waitlist=False)
    first, second = asked(event), asked(event)
    approve(event_id=event.id, rsvp_id=first.id)
    with pytest.raises(EventFull):
        approve(event_id=event.id, rsvp_id=second.id)
    assert standing(second) == ["pending"]


def test_an_organizer_may_promote_anyone_who_fits_and_by_force_anyone() -> None:
    event = make_event(capacity=2)
    make_rsvp(event)
    pair = join(event, guest_count=1)
    ours = {"event_id": event.id, "rsvp_id": pair.id}
    with pytest.raises(EventFull) as refused:
        approve(**ours)
    assert not refused.value.waitlist_open
    approve(**ours, force=True)
    assert standing(pair) == ["approved"]
    assert (event.stored.seats_taken, event.stored.seats_forced) == (3, 1)


def test_an_organizer_may_take_somebody_out_of_order() -> None:
    event, seated = full_event()
    first, second = join(event), join(event)
    with locked_event(event.id):
        leave(event, seated)
        approve(event_id=event.id, rsvp_id=second.id)
    assert standing(first, second) == ["waitlisted", "approved"]


def test_who_goes_back_to_pending_gets_the_old_place_again() -> None:
    """Be it that the party grew, or that the organizer thinks again."""
    event = make_event(capacity=1, approval_required=True)
    seated, first, second = asked(event), asked(event), asked(event)
    for each in (seated, first, second):
        approve(event_id=event.id, rsvp_id=each.id)
    change_rsvp(event_id=event.id, rsvp_id=first.id, values={"guest_count": 1})
    assert standing(first) == ["pending"]
    approve(event_id=event.id, rsvp_id=first.id)
    assert [each["id"] for each in in_line(event)] == [first.id, second.id]
    back_to_pending(event_id=event.id, rsvp_id=first.id)
    reject(event_id=event.id, rsvp_id=first.id)
    assert first.stored.waitlisted_at is None


def test_nobody_loses_a_seat_to_the_line_by_growing() -> None:
    """It would be pending, and its seats somebody else's."""
    event = make_event(capacity=2, approval_required=True)
    seated, other, waiting = asked(event), asked(event), asked(event)
    approve(event_id=event.id, rsvp_id=seated.id)
    ours = {"event_id": event.id, "rsvp_id": seated.id}
    change_rsvp(**ours, values={"guest_count": 1})
    assert standing(seated) == ["pending"]
    for each in (seated, other, waiting):
        approve(event_id=event.id, rsvp_id=each.id)
    change_rsvp(**ours, values={"guest_count": 0, "name": "Kim"})
    assert standing(seated, other, waiting) == ["approved", "approved", "waitlisted"]
    with pytest.raises(EventFull):
        change_rsvp(**ours, values={"guest_count": 1})
    assert standing(seated) == ["approved"]


def test_who_joined_before_approval_was_required_is_let_in_as_promised() -> None:
    event, seated = full_event()
    waiting = join(event)
    update_event(event=event.row, values={"approval_required": True})
    leave(event, seated)
    assert standing(waiting) == ["approved"]


def test_force_takes_a_seat_past_the_line() -> None:
    event, _ = full_event()
    waiting = join(event)
    forced = make_rsvp(event, force=True)
    assert standing(forced, waiting) == ["approved", "waitlisted"]


def test_the_database_refuses_who_waits_without_a_place_in_line() -> None:
    event, _ = full_event()
    waiting = join(event)
    for wrong in ({"waitlisted_at": None}, {"attendance": "interested"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Rsvp.objects.filter(pk=waiting.id).update(**wrong)


# --- What it costs -----------------------------------------------------------------------------


def test_one_seat_costs_as_much_whatever_waits(
    queries_of: Callable[[Callable[[], Any]], int],
) -> None:
    """However many RSVPs there are, and however many of them wait."""
    costs = []
    for number in (2, 40):
        event = make_event(capacity=number)
        seated = [make_rsvp(event) for _ in range(number)]
        there = [join(event) for _ in range(number)]
        costs.append(queries_of(lambda e=event, s=seated: leave(e, s[0])))  # type: ignore[misc]
        assert standing(*there).count("approved") == 1
    assert costs[0] == costs[1]


def test_many_seats_are_written_with_few_statements(
    queries_of: Callable[[Callable[[], Any]], int],
) -> None:
    costs = []
    for number in (2, 40):
        event, _ = full_event()
        there = [join(event) for _ in range(number)]
        row = event.row
        costs.append(
            queries_of(lambda r=row: update_event(event=r, values={"capacity": None}))  # type: ignore[misc]
        )
        assert standing(*there) == ["approved"] * number
    assert costs[0] == costs[1]

"""Seats are counted once, whichever door the callers come through."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from events.models import Event
from rsvps.domain.capacity import Counts, recount
from rsvps.models import Rsvp
from tests.concurrency.conftest import Race
from tests.conftest import Api
from tests.makers import MadeEvent, make_event, make_tenant
from tests.tenant_cast import EVENTS, Member, make_member

pytestmark = pytest.mark.django_db(transaction=True)
CALLERS = 40
SEATS = 10


def through_tenant(event: MadeEvent, by: Member, **values: Any) -> Any:
    """An answer with an API key."""
    body = {"status": "going"} | values
    return Api().post(f"{EVENTS}/{event.id}/rsvp", body, by.key)


def through_capability(event: MadeEvent, number: int, **values: Any) -> Any:
    """An answer without an account."""
    body = {"name": f"Guest {number}", "status": "yes"} | values
    return Api().post(f"{event.path}/rsvps", body)


def counters(event_id: UUID) -> tuple[Counts, Counts]:
    """As they are stored, and as the answers say."""
    stored = Event.objects.values_list(*Counts._fields).get(pk=event_id)
    return Counts._make(stored), recount(event_id)


def test_forty_through_two_doors_take_exactly_ten_seats(race: Race) -> None:
    """Every second one has a key; ten get in, thirty hear EventFull, whichever door it was."""
    tenant = make_tenant()
    members = [make_member(tenant) for _ in range(CALLERS // 2)]
    event = make_event(actor=members[0].actor, capacity=SEATS)

    def act(number: int) -> Any:
        if number % 2:
            return through_tenant(event, members[number // 2])
        return through_capability(event, number)

    outcome = race(act, CALLERS)
    assert Counter(each.status_code for each in outcome) == {201: SEATS, 400: CALLERS - SEATS}
    refused = [each.json() for each in outcome if each.status_code == 400]
    assert {each["error"] for each in refused} == {"EventFull"}
    stored, true = counters(event.id)
    assert stored == true
    assert (true.seats_taken, true.going_count, Rsvp.objects.count()) == (SEATS, SEATS, SEATS)


def test_one_account_answers_twenty_times_at_once(race: Race) -> None:
    """One row and one seat; every call is answered with that row."""
    member = make_member(make_tenant())
    event = make_event(actor=member.actor, capacity=SEATS)
    outcome = race(lambda _: through_tenant(event, member), 20)
    assert Counter(each.status_code for each in outcome) == {201: 20}
    assert len({each.json()["id"] for each in outcome}) == 1
    stored, true = counters(event.id)
    assert stored == true
    assert (true.seats_taken, Rsvp.objects.count()) == (1, 1)


def test_one_account_changes_its_mind_twenty_times_at_once(race: Race) -> None:
    """Different answers at the same moment leave one row, and counters that agree with it."""
    member = make_member(make_tenant())
    event = make_event(actor=member.actor, capacity=3)
    words = ("going", "interested", "not_going")

    def act(number: int) -> Any:
        return through_tenant(event, member, status=words[number % 3], guest_count=number % 2)

    outcome = race(act, 20)
    assert Counter(each.status_code for each in outcome) == {201: 20}
    assert Rsvp.objects.count() == 1
    stored, true = counters(event.id)
    assert stored == true


def test_leaving_through_one_door_while_others_arrive_through_the_other(race: Race) -> None:
    """A full event: ten members leave while thirty guests try. Freed seats may be taken, none
    twice."""
    tenant = make_tenant()
    members = [make_member(tenant) for _ in range(SEATS)]
    event = make_event(actor=members[0].actor, capacity=SEATS)
    ids = [through_tenant(event, member).json()["id"] for member in members]

    def act(number: int) -> Any:
        if number < SEATS:
            key = members[number].key
            return Api().patch(f"{EVENTS}/rsvps/{ids[number]}", {"status": "not_going"}, key)
        return through_capability(event, number)

    outcome = race(act, CALLERS)
    assert [each.status_code for each in outcome[:SEATS]] == [200] * SEATS
    arrived = Counter(each.status_code for each in outcome[SEATS:])
    assert arrived.keys() <= {201, 400}
    stored, true = counters(event.id)
    assert stored == true
    assert true.seats_taken == arrived[201] <= SEATS

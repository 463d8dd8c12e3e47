"""Guests leaving and joining a full event at once, through every door: never more than its seats,
and nobody overtaken; with proof that these tests would notice."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest
from django.test import Client

from operations.recount import find_differences
from rsvps.domain import respond, waitlist
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import create_rsvp, delete_rsvp
from rsvps.models import Rsvp
from tests.community_cast import make_community
from tests.concurrency.conftest import Race, without_lock
from tests.conftest import Api
from tests.makers import MadeEvent, MadeRsvp, make_event, make_rsvp, make_tier
from tests.rsvps.domain.seats import in_line, who_fits
from tests.tenant_cast import EVENTS, make_member

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 40
SEATS = 10


def holds(event: MadeEvent) -> None:
    """Counters are true, no seat is given twice, and nobody waits who fits."""
    assert find_differences() == []
    stored = event.stored
    assert stored.capacity is not None
    assert stored.seats_taken <= stored.capacity + stored.seats_forced
    assert who_fits(event) == []


def test_leaving_and_joining_a_full_event_through_all_doors(race: Race) -> None:
    """Ten leave and thirty come, by four APIs and the page: each who comes gets one of the ten
    seats or a place in line, and all ten seats are given out, to the front of the line."""
    club = make_community(Api())
    event = club.event(capacity=SEATS)
    tier = make_tier(event)
    members = [make_member(club.cast.tenant) for _ in range(CLIENTS)]
    seated = [make_rsvp(event, user=members[n].user) for n in range(SEATS)]
    early = [make_rsvp(event, join_waitlist=True) for _ in range(5)]
    social = "/social/api/v1/events"

    def leave(number: int) -> Any:
        api, rsvp, key = Api(), seated[number], members[number].key
        return [
            lambda: api.delete(f"{event.path}/rsvps/self", rsvp.token),
            lambda: api.post(f"{EVENTS}/{event.id}/rsvp", {"status": "not_going"}, key),
            lambda: api.send("PUT", f"{social}/{event.id}/rsvp", {"status": "interested"}, key),
            lambda: api.post(f"{rsvp.path}/reject", {}, event.owner_token),
            lambda: _by_guest_page(event, rsvp),
        ][number % 5]()

    def come(number: int) -> Any:
        api, key = Api(), members[number].key
        snake, camel = {"join_waitlist": True}, {"joinWaitlist": True}
        ticket = {"tierId": str(tier.pk), "email": f"g{number}@example.org", "name": "Kim"}
        return [
            lambda: api.post(f"{event.path}/rsvps", {"name": "Sky", "status": "yes"} | snake),
            lambda: api.post(f"{EVENTS}/{event.id}/rsvp", {"status": "going"} | snake, key),
            lambda: api.post(f"{social}/{event.id}/rsvp", {"status": "going"} | camel, key),
            lambda: api.post(f"{club.at(event)}/rsvp", ticket | camel, club.keys["secret"]),
            lambda: _by_page(event, f"Pia {number}"),
        ][number % 5]()

    outcome = race(lambda n: leave(n) if n < SEATS else come(n), CLIENTS)
    assert Counter(each.status_code // 100 for each in outcome) <= Counter({2: 40, 3: 40})
    holds(event)
    stored = event.stored
    assert (stored.seats_taken, stored.waitlisted_count) == (SEATS, 25)
    assert {each.stored.approval for each in early} == {"approved"}
    _nobody_was_overtaken(event, early)


def _by_page(event: MadeEvent, name: str) -> Any:
    fields = {"name": name, "attendance": "going", "guest_count": 0, "join_waitlist": "on"}
    return Client().post(f"/e/{event.id}", fields)


def _by_guest_page(event: MadeEvent, rsvp: MadeRsvp) -> Any:
    browser = Client()
    browser.get(f"/e/{event.id}/rsvp/{rsvp.token}")
    return browser.post(f"/e/{event.id}/rsvp/withdraw")


def _nobody_was_overtaken(event: MadeEvent, early: list[MadeRsvp]) -> None:
    """All parties are of one person: whoever came before the first in line has a seat."""
    front = in_line(event)[0]["created_at"]
    came = Rsvp.objects.filter(event_id=event.id, attendance="going").exclude(approval="rejected")
    before = came.filter(created_at__lt=front).exclude(pk__in=[each.id for each in early])
    assert set(before.values_list("approval", flat=True)) <= {"approved"}
    behind = came.filter(created_at__gte=front).values_list("approval", flat=True)
    assert set(behind) == {"waitlisted"}


def test_seats_and_capacity_at_once(race: Race) -> None:
    """Guests leave, join and grow while an organizer enlarges and lowers the capacity."""
    event = make_event(capacity=SEATS)
    seated = [make_rsvp(event) for _ in range(SEATS)]
    waiting = [make_rsvp(event, join_waitlist=True, guest_count=n % 3) for n in range(10)]
    values = {"name": "Kim", "attendance": "going", "join_waitlist": True}

    def act(number: int) -> Any:
        if number < 8:
            return delete_rsvp(event_id=event.id, rsvp_id=seated[number].id)
        if number < 12:
            return update_event(event=event.row, values={"capacity": 6 + number % 4 * 2})
        if number < 20:
            rsvp = waiting[number % 10]
            return Api().patch(f"{event.path}/rsvps/self", {"guest_count": 1}, rsvp.token)
        return create_rsvp(event_id=event.id, values=values)

    outcome = race(act, CLIENTS)
    assert not [each for each in outcome if isinstance(each, Exception)]
    holds(event)


def test_one_seat_is_given_to_one(race: Race) -> None:
    """Many changes at once each look at the line; the seat is given once."""
    event = make_event(capacity=1)
    seated = make_rsvp(event)
    first, second = (make_rsvp(event, join_waitlist=True) for _ in range(2))

    def act(number: int) -> Any:
        if number == 0:
            return delete_rsvp(event_id=event.id, rsvp_id=seated.id)
        return update_event(event=event.row, values={"title": f"Title {number}"})

    race(act, 12)
    holds(event)
    assert [first.stored.approval, second.stored.approval] == ["approved", "waitlisted"]


def test_without_the_lock_newcomers_overtake_or_oversell(
    race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: everybody sees one free seat, and nobody looks at the line."""
    event = make_event(capacity=2)
    make_rsvp(event)
    everybody_asked = threading.Barrier(8)
    ensure_room = waitlist.ensure_room

    def asked(*step: Any) -> None:
        ensure_room(*step)
        everybody_asked.wait()

    monkeypatch.setattr(respond, "locked_event", without_lock(8))
    monkeypatch.setattr(waitlist, "ensure_room", asked)
    values = {"name": "Kim", "attendance": "going", "join_waitlist": True}
    race(lambda _: create_rsvp(event_id=event.id, values=values), 8)
    assert event.stored.seats_taken == 9
    with pytest.raises(AssertionError):
        holds(event)


def test_without_the_lock_a_freed_seat_is_forgotten(
    race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other: it is the lock that gives out what came free."""
    event = make_event(capacity=1)
    seated = make_rsvp(event)
    waiting = make_rsvp(event, join_waitlist=True)
    monkeypatch.setattr(respond, "locked_event", without_lock(1))
    race(lambda _: delete_rsvp(event_id=event.id, rsvp_id=seated.id), 1)
    assert waiting.stored.approval == "waitlisted"
    with pytest.raises(AssertionError):
        holds(event)

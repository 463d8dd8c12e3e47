"""Organizers and guests, through every door at the same moment."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from comments.models import Message
from events.models import Event, Tier
from operations.recount import find_differences
from rsvps.domain import approval
from rsvps.domain.approval import back_to_pending
from rsvps.domain.respond import rotate_guest_link
from rsvps.models import Rsvp
from tests.concurrency.conftest import Race, without_lock
from tests.conftest import Api
from tests.makers import MadeEvent, MadeRsvp, make_event, make_rsvp, make_tier
from tests.tenant_cast import EVENTS, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
SEATS = 10


def seats_hold(event: MadeEvent) -> bool:
    """Every counter is right, and nobody sits where there is no seat that somebody accepted."""
    stored = event.stored
    assert find_differences() == []
    tiers = Tier.objects.exclude(capacity=None).values_list(
        "seats_taken", "capacity", "seats_forced"
    )
    held = [(stored.seats_taken, stored.capacity or 0, stored.seats_forced), *tiers]
    return all(taken <= capacity + forced for taken, capacity, forced in held)


def test_capacity_approvals_tiers_and_answers_at_once(race: Race) -> None:
    """Forty calls of ten kinds over pages and two APIs: each is carried out or refused, and the
    seats add up."""
    cast = make_cast()
    event = cast.event(capacity=SEATS)
    plain, small = make_tier(event), make_tier(event, name="Small", capacity=3)
    there = [make_rsvp(event, tier_id=plain.pk) for _ in range(8)]
    waiting = [make_rsvp(event, tier_id=plain.pk) for _ in range(2)]
    for rsvp in waiting:
        back_to_pending(event_id=event.id, rsvp_id=rsvp.id)
    owner = event.owner_token
    going = {"name": "Nia", "status": "yes", "tier_id": str(plain.pk)}
    tenant = f"{EVENTS}/{event.id}"

    def by_page(path: str, **fields: Any) -> Any:
        browser = Client()
        browser.get(f"/e/{event.id}/admin/{owner}")
        return browser.post(f"/e/{event.id}{path}", fields)

    acts: list[Any] = [
        lambda n: Api().patch(event.path, {"max_attendees": 5 + n % 9}, owner),
        lambda n: Api().patch(tenant, {"capacity": 5 + n % 9}, cast.creator.key),
        lambda n: Api().post(f"{waiting[n % 2].path}/approve", {}, owner),
        lambda n: Api().post(f"{there[n % 3].path}/pending", {}, owner),
        lambda _: by_page(f"/admin/guests/{waiting[1].id}/approve"),
        lambda n: Api().patch(
            f"{event.path}/rsvps/self", {"tier_id": str(small.pk)}, there[n % 8].token
        ),
        lambda n: Api().delete(f"{event.path}/rsvps/self", there[n % 3].token),
        lambda _: Api().post(f"{event.path}/rsvps", going),
        lambda _: Api().post(
            f"{tenant}/rsvp", {"status": "going", "tier_id": str(small.pk)}, cast.colleague.key
        ),
        lambda _: by_page("", name="Pia", attendance="going", tier_id=str(small.pk)),
    ]
    outcome = race(lambda number: acts[number % len(acts)](number // len(acts)), 40)
    assert {each.status_code for each in outcome} <= {200, 201, 204, 303, 400, 404, 409}
    assert any(each.status_code < 300 for each in outcome)
    assert seats_hold(event)


def test_two_approvals_and_one_seat(race: Race) -> None:
    """One of them is in; the other waits for the next, where there is a waitlist."""
    event, guests = _one_seat_for_two(waitlist=False)
    outcome = race(lambda n: _approve(event, guests[n]), 2)
    assert sorted(each.status_code for each in outcome) == [200, 400]
    assert (event.stored.seats_taken, seats_hold(event)) == (1, True)
    event, guests = _one_seat_for_two()
    outcome = race(lambda n: _approve(event, guests[n]), 2)
    approvals = sorted(each.json()["rsvp"]["approval_status"] for each in outcome)
    assert approvals == ["approved", "waitlisted"]
    assert (event.stored.seats_taken, seats_hold(event)) == (1, True)


def test_without_the_lock_both_are_let_in(race: Race, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    event, guests = _one_seat_for_two()
    monkeypatch.setattr(approval, "locked_event", without_lock(2))
    outcome = race(lambda n: _approve(event, guests[n]), 2)
    assert [each.status_code for each in outcome] == [200, 200]
    assert not seats_hold(event)


def test_an_event_deleted_while_answers_come_in(race: Race) -> None:
    """Whoever was too late hears that it is gone; nothing of it stays."""
    event = make_event(capacity=SEATS)
    there = [make_rsvp(event) for _ in range(5)]

    def act(number: int) -> Any:
        if number == 10:
            return Api().delete(event.path, event.owner_token)
        if number < 5:
            return Api().patch(f"{event.path}/rsvps/self", {"guest_count": 1}, there[number].token)
        return Api().post(f"{event.path}/rsvps", {"name": "Nia", "status": "yes"})

    outcome = race(act, 20)
    assert outcome[10].status_code == 204
    assert {each.status_code for each in outcome} <= {200, 201, 204, 404, 400}
    assert [model.objects.count() for model in (Event, Rsvp, Message)] == [0, 0, 0]


def test_a_guests_link_replaced_while_it_is_used(race: Race) -> None:
    """The old one works until it does not; afterwards it opens nothing, and no change is half
    made."""
    event = make_event(capacity=SEATS)
    rsvp = make_rsvp(event)

    def act(number: int) -> Any:
        if number == 5:
            return rotate_guest_link(event_id=event.id, rsvp_id=rsvp.id)
        return Api().patch(f"{event.path}/rsvps/self", {"guest_count": number % 3}, rsvp.token)

    outcome = race(act, 12)
    said = {each.status_code for number, each in enumerate(outcome) if number != 5}
    assert said <= {200, 404}
    assert Api().get(f"{event.path}/rsvps/self", rsvp.token).status_code == 404
    assert seats_hold(event)


def _one_seat_for_two(**values: Any) -> tuple[MadeEvent, list[MadeRsvp]]:
    event = make_event(capacity=1, **values)
    guests = []
    for _ in range(2):
        guests.append(make_rsvp(event))
        back_to_pending(event_id=event.id, rsvp_id=guests[-1].id)
    return event, guests


def _approve(event: MadeEvent, guest: MadeRsvp) -> Any:
    return Api().post(f"{guest.path}/approve", {}, event.owner_token)

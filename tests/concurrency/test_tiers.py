"""Tickets of a tier are never oversold, through any door, and proof that this would be seen."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from events.models import Event, Tier
from rsvps.domain import capacity, respond, waitlist
from rsvps.domain.capacity import recount
from rsvps.domain.respond import change_rsvp, create_rsvp
from rsvps.domain.tiers import update_tier
from rsvps.errors import EventFull, TierFull, TierInactive
from rsvps.models import Rsvp
from rsvps.rows import RsvpRow
from tests.community_cast import Community, make_community
from tests.concurrency.conftest import Race, without_lock
from tests.conftest import Api
from tests.makers import MadeEvent, make_event, make_rsvp, make_tier
from tests.tenant_cast import EVENTS, make_member

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 40
TICKETS = 10


def answer(event: MadeEvent, tier: Tier, number: int, guests: int = 0) -> RsvpRow:
    """Guest ``number`` takes a ticket."""
    values = {"name": f"Guest {number}", "attendance": "going", "guest_count": guests}
    return create_rsvp(event_id=event.id, values=values | {"tier_id": tier.pk})


def taken(event_id: UUID, *tiers: Tier) -> tuple[int, ...]:
    """The seats of the event and of each tier, after holding each counter to the answers."""
    stored: int = Event.objects.values_list("seats_taken", flat=True).get(pk=event_id)
    assert stored == recount(event_id).seats_taken
    counts = [stored]
    for tier in tiers:
        tier.refresh_from_db()
        holders = Rsvp.objects.filter(tier=tier).attending()
        assert tier.seats_taken == sum(1 + rsvp.guest_count for rsvp in holders)
        counts.append(tier.seats_taken)
    return tuple(counts)


def test_forty_at_once_take_exactly_ten_tickets(race: Race) -> None:
    """Ten get in, thirty are told that the tier is full, though the event has room."""
    event = make_event(capacity=100)
    tier, other = make_tier(event, capacity=TICKETS), make_tier(event)
    outcome = race(lambda number: answer(event, tier, number), CLIENTS)
    assert Counter(type(each) for each in outcome) == {RsvpRow: TICKETS, TierFull: 30}
    assert taken(event.id, tier, other) == (TICKETS, TICKETS, 0)


def test_without_the_lock_the_same_race_oversells(
    race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: everybody sees a free ticket, and everybody takes it."""
    event = make_event(capacity=100)
    tier = make_tier(event, capacity=TICKETS)
    everybody_asked = threading.Barrier(CLIENTS)
    ensure_room = capacity.ensure_room

    def asked(*step: Any) -> None:
        ensure_room(*step)
        everybody_asked.wait()

    monkeypatch.setattr(respond, "locked_event", without_lock(CLIENTS))
    monkeypatch.setattr(waitlist, "ensure_room", asked)
    outcome = race(lambda number: answer(event, tier, number), CLIENTS)
    assert Counter(type(each) for each in outcome) == {RsvpRow: CLIENTS}
    assert taken(event.id, tier) == (CLIENTS, CLIENTS)


def test_two_tiers_share_the_events_seats(race: Race) -> None:
    """Parties of one and two for tiers of eight in an event of ten: neither is ever above."""
    event = make_event(capacity=10)
    tiers = [make_tier(event, capacity=8) for _ in range(2)]
    outcome = race(lambda n: answer(event, tiers[n % 2], n, guests=n % 3 // 2), CLIENTS)
    assert {type(each) for each in outcome} <= {RsvpRow, TierFull, EventFull}
    seats, *sold = taken(event.id, *tiers)
    assert seats == sum(sold) == 10
    assert max(sold) <= 8


def test_moving_between_tiers_at_once(race: Race) -> None:
    """Twenty holders of one tier want into the other, which has five tickets, while others leave
    and arrive."""
    event = make_event(capacity=30)
    plain, vip = make_tier(event), make_tier(event, capacity=5)
    there = [make_rsvp(event, tier_id=plain.pk) for _ in range(20)]

    def act(number: int) -> Any:
        if number < 20:
            values: dict[str, Any] = {"tier_id": vip.pk}
            return change_rsvp(event_id=event.id, rsvp_id=there[number].id, values=values)
        if number < 30:
            return answer(event, vip, number)
        values = {"attendance": "not_going"}
        return change_rsvp(event_id=event.id, rsvp_id=there[number - 20].id, values=values)

    outcome = race(act, CLIENTS)
    assert {type(each) for each in outcome[:30]} <= {RsvpRow, TierFull}
    assert {type(each) for each in outcome[30:]} == {RsvpRow}
    _, _, sold = taken(event.id, plain, vip)
    assert sold <= 5


def test_a_tier_changed_while_it_is_taken(race: Race) -> None:
    """Switched off and smaller at the same moment: whoever got in was let in before."""
    event = make_event()
    tier = make_tier(event, capacity=20)

    def act(number: int) -> Any:
        if number == 0:
            values = {"is_active": False, "capacity": 5}
            return update_tier(event_id=event.id, tier_id=tier.pk, values=values)
        return answer(event, tier, number)

    outcome = race(act, CLIENTS)
    assert {type(each) for each in outcome[1:]} <= {RsvpRow, TierFull, TierInactive}
    inside = sum(isinstance(each, RsvpRow) for each in outcome)
    assert taken(event.id, tier) == (inside, inside)
    assert inside <= 20


# --- Through the doors ----------------------------------------------------------------------------


def test_three_doors_and_one_tier(race: Race) -> None:
    """A key, a bare request and a community's site want the same ten tickets."""
    club = make_community(Api())
    event = club.event(capacity=100)
    tier, _ = make_tier(event, capacity=TICKETS), make_tier(event)
    members = [make_member(club.cast.tenant) for _ in range(CLIENTS)]

    def act(number: int) -> Any:
        api, ticket = Api(), {"tier_id": str(tier.pk)}
        if number % 3 == 0:
            sent = {"status": "going"} | ticket
            return api.post(f"{EVENTS}/{event.id}/rsvp", sent, members[number].key)
        if number % 3 == 1:
            return api.post(f"{event.path}/rsvps", {"name": "Kim", "status": "yes"} | ticket)
        return through_community(club, event, tier, f"guest{number}@example.org")

    outcome = race(act, CLIENTS)
    told = Counter((each.status_code, each.json().get("code")) for each in outcome)
    assert sum(count for (status, _), count in told.items() if status in (200, 201)) == TICKETS
    assert told[400, "tier_full"] == CLIENTS - TICKETS
    assert taken(event.id, tier) == (TICKETS, TICKETS)


def through_community(club: Community, event: MadeEvent, tier: Tier, email: str) -> Any:
    """A ticket through the community's site."""
    sent = {"tierId": str(tier.pk), "email": email, "name": "Kim"}
    return Api().post(f"{club.at(event)}/rsvp", sent, club.keys["secret"])


def test_one_address_takes_one_ticket(race: Race) -> None:
    """Twenty times at once, in any case of letters: one gets it, the others are a conflict."""
    club = make_community(Api())
    event = club.event()
    tier = make_tier(event)

    def act(number: int) -> Any:
        email = "kim@example.org" if number % 2 else "KIM@Example.org"
        return through_community(club, event, tier, email)

    outcome = race(act, 20)
    told = Counter((each.status_code, each.json().get("code")) for each in outcome)
    assert told == {(200, None): 1, (409, "already_rsvped"): 19}
    assert taken(event.id, tier) == (1, 1)


def test_one_address_under_other_doors(race: Race) -> None:
    """An answer without an account may share the address; the counters stay true."""
    club = make_community(Api())
    event = club.event(capacity=5)
    tier = make_tier(event)

    def act(number: int) -> Any:
        if number % 2:
            return through_community(club, event, tier, "kim@example.org")
        sent = {"name": "Kim", "status": "yes", "email": "kim@example.org"}
        return Api().post(f"{event.path}/rsvps", sent)

    outcome = race(act, 20)
    community = [each.status_code for each in outcome[1::2]]
    assert community.count(200) <= 1
    assert {each.status_code for each in outcome} <= {200, 201, 400, 409}
    assert taken(event.id, tier) == (5, 5)

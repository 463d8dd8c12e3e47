"""One rule through all four APIs: they refuse alike, and share one house full of seats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from events.domain.lifecycle import cancel_event
from events.models import Tier
from rsvps.domain.capacity import Counts, recount
from rsvps.domain.event_changes import update_event
from tests.conftest import Api, Clock
from tests.four_doors import in_club, to_everybody
from tests.makers import MadeEvent, make_rsvp, make_tier
from tests.social_cast import BASE, Social, make_social
from tests.tenant_cast import EVENTS
from tests.wording import in_words

pytestmark = pytest.mark.once


@pytest.fixture
def social(api: Api, clock: Clock) -> Social:
    """Who calls, on the first of May 2030 at noon."""
    return make_social(api)


def doors(social: Social, event: MadeEvent, tier: Tier) -> dict[str, Callable[[], Any]]:
    """A going answer through each door, of somebody new there."""
    path = f"communities/club/events/{event.row.slug}/rsvp"
    ticket = {"tierId": str(tier.pk), "email": "kim@example.org", "name": "Kim"}
    colleague, organizer = social.keys["colleague"], social.keys["organizer"]
    api, going = social.api, {"status": "going"}
    return {
        "capability": lambda: api.post(f"{event.path}/rsvps", {"name": "Sky", "status": "yes"}),
        "tenant": lambda: api.post(f"{EVENTS}/{event.id}/rsvp", going, colleague),
        "community": lambda: api.post(path, ticket, social.keys["creator"]),
        "social": lambda: api.post(f"{BASE}/events/{event.id}/rsvp", going, organizer),
    }


RULES: dict[str, dict[str, Any]] = {
    "event_full": {"capacity": 1},
    "tier_full": {"tier": {"capacity": 1}},
    "rsvps_closed": {"rsvps_closed": True},
    "event_cancelled": {},
}


@pytest.mark.parametrize("code", RULES)
def test_one_rule_through_every_door(
    social: Social, code: str, everything_stored: Callable[[], Any]
) -> None:
    """The same code and sentence, the reference's own name where it has one, and nothing is
    written."""
    values = dict(RULES[code])
    event = in_club(social, capacity=values.pop("capacity", 5))
    tier = make_tier(event, **values.pop("tier", {}))
    make_rsvp(event)
    if values:
        update_event(event=event.row, values=values)
    if code == "event_cancelled":
        cancel_event(event_id=event.id)
    stored = everything_stored()
    told = {}
    for door, answer in doors(social, event, tier).items():
        response = answer()
        closed_here = code == "rsvps_closed" and door == "capability"
        assert response.status_code == (403 if closed_here else 400)
        told[door] = response.json()
    names = {"event_full": "EventFull", "tier_full": "EventFull", "rsvps_closed": "RSVPsClosed"}
    named = {"error": names[code]} if code in names else {}
    expected = {"detail": in_words(code), "code": code, **named}
    message = {"message": in_words(code)}
    if code in ("event_full", "tier_full"):
        expected |= {"waitlist_open": True}
    assert told.pop("social") == expected | message | {"status": "error"}
    assert list(told.values()) == [expected | (message if named else {})] * 3
    assert everything_stored() == stored


def test_one_seat_for_four_doors(social: Social) -> None:
    """Whoever takes it, the others find the event full; once it is free, the next one has it."""
    event = in_club(social, capacity=1)
    answers = doors(social, event, make_tier(event))
    leave: dict[str, Callable[[], Any]] = {
        "tenant": lambda: social.api.post(
            f"{EVENTS}/{event.id}/rsvp", {"status": "not_going"}, social.keys["colleague"]
        ),
        "social": lambda: social.send(
            "PUT", f"events/{event.id}/rsvp", {"status": "not_going"}, "organizer"
        ),
    }
    for taken in ("tenant", "social", "capability"):
        assert answers[taken]().status_code in (200, 201)
        for other in answers.keys() - {taken}:
            assert answers[other]().json()["code"] == "event_full"
        assert to_everybody(social, event)["spots left"] == 0
        if taken in leave:
            assert leave[taken]().status_code in (200, 201)
            assert to_everybody(social, event)["spots left"] == 1
    stored = event.stored
    counts = Counts._make(getattr(stored, name) for name in Counts._fields)
    assert counts == recount(event.id)
    assert (counts.seats_taken, counts.not_going_count) == (1, 2)


def test_an_answer_that_waits_everywhere(social: Social) -> None:
    """Each door says so, and no seat is taken."""
    event = in_club(social, approval_required=True)
    approvals = {}
    for door, answer in doors(social, event, make_tier(event)).items():
        body = answer().json()
        approvals[door] = (
            body["rsvp"]["approval_status"]
            if door == "capability"
            else body["eventResponses"][0]["approvalStatus"]
            if door == "social"
            else body.get("approval_status", body.get("approvalStatus"))
        )
    assert approvals == dict.fromkeys(("capability", "tenant", "community", "social"), "pending")
    assert to_everybody(social, event)["going"] == 0
    assert event.stored.pending_count == 4

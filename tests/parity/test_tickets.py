"""One rule through every door: a ticket that cannot be had is refused alike in all three APIs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from events.domain.lifecycle import cancel_event
from events.models import Tier
from rsvps.domain.event_changes import update_event
from tests.community_cast import Community, make_community
from tests.conftest import Api
from tests.makers import MadeEvent, make_question, make_rsvp, make_tier
from tests.tenant_cast import EVENTS
from tests.wording import in_words

pytestmark = pytest.mark.once


@pytest.fixture
def club(api: Api) -> Community:
    """A community, whose events every door reaches."""
    return make_community(api)


def through_capability(club: Community, event: MadeEvent, tier: UUID, answers: Any) -> Any:
    """Without an account."""
    sent = {"name": "Kim", "status": "yes", "tier_id": str(tier), "form_answers": answers}
    return club.api.post(f"{event.path}/rsvps", sent)


def through_tenant(club: Community, event: MadeEvent, tier: UUID, answers: Any) -> Any:
    """With an API key."""
    sent = {"status": "going", "tier_id": str(tier), "form_answers": answers}
    return club.api.post(f"{EVENTS}/{event.id}/rsvp", sent, club.keys["colleague"])


def through_community(club: Community, event: MadeEvent, tier: UUID, answers: Any) -> Any:
    """Through the community's site."""
    return club.rsvp(event, None, tierId=str(tier), formAnswers=answers)


DOORS = (through_capability, through_tenant, through_community)
Prepare = Callable[[Community, MadeEvent], UUID]


def tier_of(event: MadeEvent, **values: Any) -> UUID:
    """The id of a new tier."""
    return make_tier(event, **values).pk


def full_tier(club: Community, event: MadeEvent) -> UUID:
    """One that somebody else took."""
    tier = tier_of(event, capacity=1)
    make_rsvp(event, tier_id=tier)
    return tier


def full_event(club: Community, event: MadeEvent) -> UUID:
    """One that is free in an event that is not."""
    update_event(event=event.row, values={"capacity": 1})
    make_rsvp(event, tier_id=tier_of(event))
    return tier_of(event)


def closed(club: Community, event: MadeEvent) -> UUID:
    """One of an event that takes no answers."""
    update_event(event=event.row, values={"rsvps_closed": True})
    return tier_of(event)


def cancelled(club: Community, event: MadeEvent) -> UUID:
    """One of an event that is off."""
    tier = tier_of(event)
    cancel_event(event_id=event.id)
    return tier


CASES: dict[str, tuple[Prepare, str]] = {
    "full tier": (full_tier, "tier_full"),
    "full event": (full_event, "event_full"),
    "paid": (lambda club, event: tier_of(event, price_cents=1), "tier_not_free"),
    "inactive": (lambda club, event: tier_of(event, is_active=False), "tier_inactive"),
    "foreign": (lambda club, event: tier_of(club.event()), "tier_unknown"),
    "unknown": (lambda club, event: uuid4(), "tier_unknown"),
    "closed": (closed, "rsvps_closed"),
    "cancelled": (cancelled, "event_cancelled"),
}


@pytest.mark.parametrize("case", CASES)
def test_refused_alike(club: Community, everything_stored: Callable[[], Any], case: str) -> None:
    """The same code and the same sentence, and nothing is written."""
    prepare, code = CASES[case]
    event = club.event()
    tier = prepare(club, event)
    stored = everything_stored()
    told = []
    for door in DOORS:
        response = door(club, event, tier, {})
        assert response.status_code == (
            403 if (code, door) == ("rsvps_closed", through_capability) else 400
        )
        told.append((response.json()["code"], response.json()["detail"]))
    assert [each[0] for each in told] == [code] * 3
    assert len(set(told)) == 1
    assert everything_stored() == stored


def test_forms_are_refused_alike(club: Community) -> None:
    """The same sentences for the same questions; each door has its own word for the field."""
    event = club.event()
    tier = make_tier(event)
    keys = [str(make_question(tier, kind, required=True).pk) for kind in ("text", "url", "date")]
    answers = {keys[1]: "javascript:alert(1)", keys[2]: "soon"}
    told = [door(club, event, tier.pk, answers).json()["errors"] for door in DOORS]
    expected = {
        keys[0]: ["This question needs an answer."],
        keys[1]: [in_words("not_a_web_address")],
        keys[2]: ["Use a date like 2027-05-20."],
    }
    words = ("form_answers", "form_answers", "formAnswers")
    for errors, word in zip(told, words, strict=True):
        assert errors == {f"{word}.{key}": said for key, said in expected.items()}


def test_taken_alike(club: Community) -> None:
    """Through each door a seat of the tier and of the event, with the same answers kept."""
    event = club.event(capacity=3)
    tier = make_tier(event, capacity=3)
    key = str(make_question(tier, "checkbox", required=True).pk)
    statuses = [door(club, event, tier.pk, {key: True}).status_code for door in DOORS]
    assert statuses == [201, 201, 200]
    assert Tier.objects.get().seats_taken == event.stored.seats_taken == 3
    rows = event.stored.rsvps.values_list("tier_id", "answers", "attendance", "approval")
    assert list(rows) == [(tier.pk, {key: True}, "going", "approved")] * 3

"""Ticket tiers and their forms in the Capability and the Tenant API: the same words in both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.enums import LinkRole
from events.models import Question, Tier
from tests.conftest import Api
from tests.makers import MadeEvent, make_event, make_link, make_question, make_rsvp, make_tier
from tests.tenant_cast import EVENTS, Cast, make_cast, said
from tests.wording import in_words

pytestmark = pytest.mark.once

Stored = Callable[[], Any]
NOT_ALLOWED = {
    "detail": in_words("organizers_only"),
    "code": "not_allowed",
}


@dataclass
class Door:
    """One of the two APIs, with an event and who calls; a ``wrapped`` tier has an envelope."""

    api: Api
    event: MadeEvent
    path: str
    wrapped: bool
    owner: str
    others: dict[str, tuple[str | None, int]]
    organizers: list[str]

    def list(self, key: str | None = None) -> list[dict[str, Any]]:
        """The event's tiers, as the owner reads them unless another key is given."""
        body = said(self.api.get(self.path, key or self.owner), 200)
        assert body.keys() == {"tiers"}
        tiers: list[dict[str, Any]] = body["tiers"]
        return tiers

    def read(self, response: Any, status: int = 200) -> dict[str, Any]:
        """The tier of an answer."""
        body = said(response, status)
        tier: dict[str, Any] = body["tier"] if self.wrapped else body
        assert not self.wrapped or body.keys() == {"tier"}
        return tier

    def create(self, key: str | None = None, **values: Any) -> Any:
        """A new tier."""
        return self.api.post(self.path, {"name": "VIP"} | values, key or self.owner)

    def patch(self, tier: Any, key: str | None = None, **values: Any) -> Any:
        """A change."""
        return self.api.patch(f"{self.path}/{tier}", values, key or self.owner)

    def get(self, tier: Any, key: str | None = None) -> Any:
        """One tier."""
        return self.api.get(f"{self.path}/{tier}", key or self.owner)

    def delete(self, tier: Any, key: str | None = None) -> Any:
        """Away with it."""
        return self.api.delete(f"{self.path}/{tier}", key or self.owner)


def capability(api: Api, root_token: str) -> Door:
    """Links and tokens."""
    event, other = make_event(), make_event()
    others: dict[str, tuple[str | None, int]] = {
        "nobody": (None, 401),
        "guest": (make_rsvp(event).token, 403),
        "door": (make_link(event, LinkRole.DOOR), 403),
        "viewer": (make_link(event, LinkRole.VIEWER), 403),
        "another owner": (other.owner_token, 403),
        "garbage": ("garbage", 403),
    }
    organizers = [event.owner_token, make_link(event, LinkRole.COHOST), root_token]
    path = f"/api/v1/events/{event.id}/tiers"
    return Door(api, event, path, True, event.owner_token, others, organizers)


def tenant(api: Api, root_token: str) -> Door:
    """API keys of the cast."""
    cast: Cast = make_cast()
    event = cast.event()
    statuses = {"colleague": 403, "outsider": 404, "no tenant": 400, "anonymous": 401}
    statuses |= {"publishable": 403, "revoked": 401, "expired": 401}
    others = {name: (cast.keys[name], status) for name, status in statuses.items()}
    organizers = [cast.creator.key, cast.organizer.key]
    path = f"/api/v1/{EVENTS}/{event.id}/tiers"
    return Door(api, event, path, False, cast.creator.key, others, organizers)


@pytest.fixture(params=[capability, tenant], ids=["capability", "tenant"])
def door(request: pytest.FixtureRequest, api: Api, root_token: str) -> Door:
    """Each test runs through both."""
    made: Door = request.param(api, root_token)
    for key in (*made.organizers, *(key for key, _ in made.others.values())):
        api.get(made.path, key)  # a credential's last use is noted now and not later
    return made


# --- Reading --------------------------------------------------------------------------------------


def test_the_whole_tier(door: Door) -> None:
    """Every field, with every field of its questions; the same on its own."""
    sent = {
        "name": "VIP",
        "price_cents": 1250,
        "currency": "usd",
        "capacity": 5,
        "is_active": True,
        "position": 3,
        "questions": [
            {"kind": "select", "label": "Food?", "help": "Say", "required": True, "options": ["a"]},
            {"label": "Name?"},
        ],
    }
    made = door.read(door.create(**sent), 201)
    first, second = Question.objects.order_by("position")
    plain = {"kind": "text", "label": "Name?", "help": None, "required": False, "options": []}
    assert made == {
        "id": str(Tier.objects.get().pk),
        "event_id": str(door.event.id),
        "name": "VIP",
        "price_cents": 1250,
        "currency": "USD",
        "capacity": 5,
        "sold": 0,
        "spots_left": 5,
        "is_active": True,
        "position": 3,
        "has_form": True,
        "questions": [
            sent["questions"][0] | {"id": str(first.pk), "is_active": True},
            plain | {"id": str(second.pk), "is_active": True},
        ],
    }
    assert door.read(door.get(made["id"])) == made
    assert door.list() == [made]


def test_a_tier_by_its_name(door: Door) -> None:
    """The rest as usual: free, in euros, unlimited, without a form, behind the others."""
    door.create(position=4)
    made = door.read(door.create(), 201)
    expected = {"price_cents": 0, "currency": "EUR", "capacity": None, "spots_left": None}
    expected |= {"is_active": True, "position": 5, "has_form": False, "questions": []}
    assert {name: made[name] for name in expected} == expected


def test_what_others_read(door: Door) -> None:
    """Switched-off tiers and retired questions are for organizers; others find none."""
    shown = make_tier(door.event, name="On")
    asked = make_question(shown, label="Asked?")
    retired = make_question(shown, label="Retired?", is_active=False)
    hidden = make_tier(door.event, name="Hidden one", is_active=False)
    for key in door.organizers:
        on, off = door.list(key)
        assert [(q["id"], q["is_active"]) for q in on["questions"]] == [
            (str(asked.pk), True),
            (str(retired.pk), False),
        ]
        assert (off["id"], off["is_active"]) == (str(hidden.pk), False)
        assert door.read(door.get(hidden.pk, key)) == off
    readers = {
        name: (key, status)
        for name, (key, status) in door.others.items()
        if status == 403 or (door.wrapped and status == 401)
    }
    assert readers
    for key, _ in readers.values():
        response = door.api.get(door.path, key)
        (tier,) = said(response, 200)["tiers"]
        assert [question["label"] for question in tier["questions"]] == ["Asked?"]
        assert b"Hidden one" not in response.content
        gone = door.api.get(f"{door.path}/{hidden.pk}", key)
        assert said(gone, 404) == {"detail": in_words("tier_not_found"), "code": "not_found"}


def test_sold_and_left(door: Door) -> None:
    """Seats held; none left is 0, also when the capacity fell below them."""
    tier = make_tier(door.event, capacity=3)
    make_rsvp(door.event, guest_count=1, tier_id=tier.pk)
    (shown,) = door.list()
    assert (shown["sold"], shown["spots_left"]) == (2, 1)
    changed = door.read(door.patch(tier.pk, capacity=1))
    assert (changed["capacity"], changed["sold"], changed["spots_left"]) == (1, 2, 0)


# --- Who may --------------------------------------------------------------------------------------

WRITES: dict[str, tuple[int, Callable[[Door, Any, str | None], Any]]] = {
    "create": (201, lambda door, tier, key: door.api.post(door.path, {"name": "T"}, key)),
    "change": (200, lambda door, tier, key: door.api.patch(f"{door.path}/{tier}", {}, key)),
    "delete": (204, lambda door, tier, key: door.api.delete(f"{door.path}/{tier}", key)),
}


@pytest.mark.parametrize("call", WRITES)
def test_who_may_write(door: Door, everything_stored: Stored, call: str) -> None:
    """Organizers. Nobody else, whatever is sent, and nothing is written by a refusal."""
    success, act = WRITES[call]
    tiers = [make_tier(door.event) for _ in door.organizers]
    stored = everything_stored()
    for name, (key, status) in door.others.items():
        for tier_id in (tiers[0].pk, uuid4()):
            response = act(door, tier_id, key)
            assert response.status_code == status, name
            if status == 403 and name != "publishable":
                assert response.json() == NOT_ALLOWED
    assert everything_stored() == stored
    for key, tier in zip(door.organizers, tiers, strict=True):
        assert act(door, tier.pk, key).status_code == success


# --- Changing -------------------------------------------------------------------------------------


def test_a_change_keeps_what_is_not_sent(door: Door) -> None:
    """Field by field; null makes it unlimited; the event is a new version each time."""
    made = door.read(door.create(capacity=5, questions=[{"label": "A"}]), 201)
    version = door.event.stored.version
    for change in ({"name": "Gold"}, {"capacity": None}, {"is_active": False}, {"currency": "JPY"}):
        made |= change
        if "capacity" in change:
            made |= {"spots_left": None}
        assert door.read(door.patch(made["id"], **change)) == made
    assert door.event.stored.version == version + 4


def test_a_form_is_replaced(door: Door) -> None:
    """Known ids stay, others are new, left out ones go, or are retired when somebody answered."""
    made = door.read(door.create(questions=[{"label": "A"}, {"label": "B"}, {"label": "C"}]), 201)
    ids = [question["id"] for question in made["questions"]]
    make_rsvp(door.event, tier_id=UUID(made["id"]), form_answers={ids[1]: "Tea"})
    form = [{"label": "New"}, {"id": ids[2], "label": "C2", "required": True}]
    changed = door.read(door.patch(made["id"], questions=form))["questions"]
    told = {(q["label"], q["required"], q["is_active"]) for q in changed}
    assert told == {("New", False, True), ("C2", True, True), ("B", False, False)}
    assert {question["id"] for question in changed} > {ids[1], ids[2]}
    assert door.read(door.patch(made["id"], questions=[]))["has_form"] is False


def test_deleting(door: Door) -> None:
    """204 and it is gone; 409 while an answer names it."""
    free, used = make_tier(door.event), make_tier(door.event)
    rsvp = make_rsvp(door.event, tier_id=used.pk)
    response = door.delete(free.pk)
    assert (response.status_code, response.content) == (204, b"")
    assert said(door.delete(used.pk), 409) == {
        "detail": in_words("tier_in_use"),
        "code": "tier_in_use",
    }
    assert [tier["id"] for tier in door.list()] == [str(used.pk)]
    door.api.delete(f"/api/v1/events/{door.event.id}/rsvps/self", rsvp.token)
    assert door.delete(used.pk).status_code == 204


def test_tiers_of_another_event(door: Door, everything_stored: Stored) -> None:
    """404 like one that does not exist, and nothing happens to them."""
    foreign = make_tier(make_event())
    stored = everything_stored()
    for tier_id in (foreign.pk, uuid4()):
        for response in (
            door.get(tier_id),
            door.patch(tier_id, name="Ours"),
            door.patch(tier_id),
            door.delete(tier_id),
        ):
            assert said(response, 404) == {
                "detail": in_words("tier_not_found"),
                "code": "not_found",
            }
    assert everything_stored() == stored

"""Answers that choose a ticket, in the Capability and the Tenant API: the same rules in both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest

from events.models import Tier
from rsvps.domain.approval import approve
from rsvps.domain.event_changes import update_event
from rsvps.models import Rsvp
from tests.conftest import Api
from tests.makers import MadeEvent, make_event, make_question, make_rsvp, make_tier
from tests.scanner import scanned
from tests.tenant_cast import EVENTS, Member, make_cast, make_member, said
from tests.wording import in_words

pytestmark = pytest.mark.once

Stored = Callable[[], Any]


@dataclass
class Door:
    """One of the two APIs, with an event. The guest who answered last is ``me``."""

    api: Api
    event: MadeEvent
    tenant: Any = None
    me: dict[str, Any] = field(default_factory=dict)

    def answer(self, going: bool = True, **values: Any) -> Any:
        """A newcomer's answer."""
        if self.tenant is None:
            body = {"name": "Kim", "status": "yes" if going else "maybe"} | values
            response = self.api.post(f"{self.event.path}/rsvps", body)
            if response.status_code == 201:
                self.me = response.json()["rsvp"]
            return response
        member: Member = make_member(self.tenant, "Kim")
        assert member.actor.presented
        body = {"status": "going" if going else "interested"} | values
        response = self.api.post(f"{EVENTS}/{self.event.id}/rsvp", body, member.key)
        if response.status_code == 201:
            self.me = response.json() | {"key": member.key}
        return response

    def change(self, going: bool | None = None, **values: Any) -> Any:
        """A change of the last answer."""
        if self.tenant is None:
            body = values if going is None else {"status": "yes" if going else "no"} | values
            return self.api.patch(f"{self.event.path}/rsvps/self", body, self.me["rsvp_token"])
        body = values if going is None else {"status": "going" if going else "not_going"} | values
        return self.api.patch(f"{EVENTS}/rsvps/{self.me['id']}", body, self.me["key"])

    def read(self, response: Any, status: int = 200) -> dict[str, Any]:
        """The answer in an answer."""
        body = said(response, status)
        told: dict[str, Any] = body["rsvp"] if self.tenant is None else body
        return told

    def took(self, **values: Any) -> dict[str, Any]:
        """A newcomer's answer that was taken."""
        return self.read(self.answer(**values), 201)


def capability(api: Api) -> Door:
    """Without an account."""
    return Door(api, make_event())


def tenant(api: Api) -> Door:
    """With an API key."""
    cast = make_cast()
    return Door(api, cast.event(), cast.tenant)


@pytest.fixture(params=[capability, tenant], ids=["capability", "tenant"])
def door(request: pytest.FixtureRequest, api: Api) -> Door:
    """Each test runs through both."""
    made: Door = request.param(api)
    return made


def sold(*tiers: Tier) -> list[int]:
    """The seats each tier counts."""
    return [Tier.objects.get(pk=tier.pk).seats_taken for tier in tiers]


def test_a_ticket_with_answers(door: Door) -> None:
    """tier_id and form_answers come back; the ticket is the guest's code."""
    tier, _ = make_tier(door.event), make_tier(door.event)
    food = str(make_question(tier, "multiselect", required=True).pk)
    told = door.took(tier_id=str(tier.pk), form_answers={food: ["blue", "red"]})
    assert (told["tier_id"], told["form_answers"]) == (str(tier.pk), {food: ["red", "blue"]})
    assert told["ticket"].startswith("cvt_")
    assert sold(tier) == [1]


def test_the_only_ticket_is_taken_unnamed(door: Door) -> None:
    """The one free tier that asks nothing; null is as good as nothing."""
    make_tier(door.event, price_cents=5)
    tier = make_tier(door.event)
    assert door.took()["tier_id"] == str(tier.pk)
    assert door.took(tier_id=None)["tier_id"] == str(tier.pk)
    assert sold(tier) == [2]


def test_an_event_without_tiers(door: Door) -> None:
    """No ticket type, no answers, and a code all the same."""
    told = door.took()
    assert (told["tier_id"], told["form_answers"]) == (None, {})
    assert told["ticket"].startswith("cvt_")


REFUSALS = {
    "none": "tier_required",
    "unknown": "tier_unknown",
    "foreign": "tier_unknown",
    "inactive": "tier_inactive",
    "paid": "tier_not_free",
}


@pytest.mark.parametrize("which", REFUSALS)
def test_tickets_that_cannot_be_had(door: Door, everything_stored: Stored, which: str) -> None:
    """400 with the code, under tier_id, on answering and on changing; nothing is written."""
    first, _ = make_tier(door.event), make_tier(door.event)
    ids = {
        "none": None,
        "unknown": uuid4(),
        "foreign": make_tier(make_event()).pk,
        "inactive": make_tier(door.event, is_active=False).pk,
        "paid": make_tier(door.event, price_cents=1).pk,
    }
    wanted = ids[which] and str(ids[which])
    stored_before = Rsvp.objects.count()
    body = said(door.answer(tier_id=wanted), 400)
    assert (body["code"], list(body["errors"])) == (REFUSALS[which], ["tier_id"])
    assert Rsvp.objects.count() == stored_before
    door.took(tier_id=str(first.pk))
    stored = everything_stored()
    body = said(door.change(tier_id=wanted), 400)
    assert (body["code"], list(body["errors"])) == (REFUSALS[which], ["tier_id"])
    assert everything_stored() == stored


def test_a_full_tier(door: Door) -> None:
    """400 tier_full, with the reference's EventFull beside it."""
    tier = make_tier(door.event, capacity=1)
    door.took()
    text = in_words("tier_full")
    expected = {"detail": text, "code": "tier_full", "error": "EventFull", "message": text}
    assert said(door.answer(), 400) == expected | {"waitlist_open": True}
    assert said(door.change(guest_count=1), 400) == expected
    assert sold(tier) == [1]


def test_another_tier_moves_the_seats(door: Door) -> None:
    """Of the whole party, in one step; the full event does not matter."""
    first, second = make_tier(door.event), make_tier(door.event, capacity=2)
    update_event(event=door.event.row, values={"capacity": 2})
    door.took(tier_id=str(first.pk), guest_count=1)
    told = door.read(door.change(tier_id=str(second.pk)))
    assert told["tier_id"] == str(second.pk)
    assert sold(first, second) == [0, 2]
    assert door.event.stored.seats_taken == 2


def test_who_leaves_gives_the_seat_back(door: Door) -> None:
    """The ticket stops; coming back takes the same tier again."""
    tier, _ = make_tier(door.event), make_tier(door.event)
    code = door.took(tier_id=str(tier.pk))["ticket"]
    left = door.read(door.change(going=False))
    assert (left.get("ticket"), left["tier_id"], sold(tier)) == (None, str(tier.pk), [0])
    back = door.read(door.change(going=True))
    assert (back["ticket"], sold(tier)) == (code, [1])


def test_another_tier_waits_where_approval_is_asked(door: Door) -> None:
    """Pending again, without a code, until an organizer agrees; renaming does not."""
    update_event(event=door.event.row, values={"approval_required": True})
    first, second = make_tier(door.event), make_tier(door.event)
    told = door.took(tier_id=str(first.pk))
    assert (told["approval_status"], told.get("ticket")) == ("pending", None)
    approve(event_id=door.event.id, rsvp_id=told["id"])
    assert door.read(door.change(tier_id=str(first.pk)))["approval_status"] == "approved"
    told = door.read(door.change(tier_id=str(second.pk)))
    assert (told["approval_status"], told.get("ticket")) == ("pending", None)
    assert sold(first, second) == [0, 0]


def test_a_closed_event_changes_no_ticket(door: Door) -> None:
    """rsvps_closed; in the Capability API it is a 403."""
    first, second = make_tier(door.event), make_tier(door.event)
    door.took(tier_id=str(first.pk))
    update_event(event=door.event.row, values={"rsvps_closed": True})
    status = 403 if door.tenant is None else 400
    body = said(door.change(tier_id=str(second.pk)), status)
    assert (body["code"], body["error"]) == ("rsvps_closed", "RSVPsClosed")
    assert sold(first, second) == [1, 0]


def test_answers_that_do_not_fit(door: Door, everything_stored: Stored) -> None:
    """400 under form_answers and the question, on answering and on changing."""
    tier = make_tier(door.event)
    size, count = (
        str(make_question(tier, kind, required=kind == "text").pk) for kind in ("text", "number")
    )
    mine = {"tier_id": str(tier.pk)}
    missing = {f"form_answers.{size}": ["This question needs an answer."]}
    assert said(door.answer(**mine), 400)["errors"] == missing
    door.took(**mine, form_answers={size: "S"})
    stored = everything_stored()
    bad = {count: "many", "else": 1}
    errors = {
        "form_answers.else": ["This form has no such question."],
        f"form_answers.{count}": [in_words("not_a_number")],
    }
    assert said(door.change(form_answers=bad), 400)["errors"] == errors | missing
    assert everything_stored() == stored
    assert door.read(door.change(form_answers={size: "M"}))["form_answers"] == {size: "M"}


# --- The Capability API alone ---------------------------------------------------------------------


@pytest.mark.parametrize("values", [{"is_active": False}, {"price_cents": 5}, {"capacity": 1}])
def test_force_takes_any_tier(api: Api, values: dict[str, Any]) -> None:
    """With an organizer's token only: paid, switched off or full."""
    event = make_event()
    tier = make_tier(event, **values)
    make_rsvp(event, tier_id=tier.pk, force=True)
    path, sent = f"{event.path}/rsvps", {"name": "F", "status": "yes", "tier_id": str(tier.pk)}
    refused = api.post(path, sent, event.owner_token)
    assert said(refused, 400)["code"] in ("tier_inactive", "tier_not_free", "tier_full")
    assert said(api.post(f"{path}?force_accept=1", sent), 401)["code"] == "not_authenticated"
    told = said(api.post(f"{path}?force_accept=1", sent, event.owner_token), 201)["rsvp"]
    assert (told["tier_id"], sold(tier)) == (str(tier.pk), [2])


def test_the_ticket_as_a_picture(api: Api) -> None:
    """A PNG that reads as the code, kept by no cache; 404 while the guest does not attend."""
    event = make_event()
    rsvp = make_rsvp(event)
    path = f"{event.path}/rsvps/self"
    code = said(api.get(path, rsvp.token), 200)["rsvp"]["ticket"]
    response = api.get(f"{path}/ticket.png", rsvp.token)
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert response["Cache-Control"] == "private, no-store"
    assert scanned(response.content) == code == rsvp.ticket
    api.patch(path, {"status": "no"}, rsvp.token)
    assert said(api.get(f"{path}/ticket.png", rsvp.token), 404)["code"] == "not_found"


def test_whose_picture(api: Api, root_token: str) -> None:
    """The guest's alone: not the organizer's, another guest's or the door's."""
    event = make_event()
    make_rsvp(event)
    path = f"{event.path}/rsvps/self/ticket.png"
    assert api.get(path).status_code == 401
    for token in (event.owner_token, root_token, make_rsvp(make_event()).token, "garbage"):
        assert api.get(path, token).status_code == 404

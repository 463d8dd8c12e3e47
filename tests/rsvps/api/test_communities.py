"""Free tickets in the Communities API: handed out, scanned, refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from accounts.domain.tokens import mint
from accounts.enums import TokenKind
from events.domain.lifecycle import cancel_event
from events.models import Tier
from rsvps.domain.approval import approve
from rsvps.domain.event_changes import update_event
from rsvps.models import Rsvp
from tests.community_cast import Community, make_community
from tests.conftest import Api
from tests.makers import MadeEvent, make_door, make_event, make_question, make_rsvp, make_tier
from tests.scanner import scanned_base64
from tests.tenant_cast import said
from tests.wording import in_words

pytestmark = pytest.mark.once

Stored = Callable[[], Any]


@pytest.fixture
def club(api: Api) -> Community:
    """A community."""
    return make_community(api)


@pytest.fixture
def event(club: Community) -> MadeEvent:
    """An event of it without tiers."""
    return club.event()


@pytest.fixture
def tier(event: MadeEvent) -> Tier:
    """A free tier of the event."""
    return make_tier(event, name="Standard")


# --- Taken --------------------------------------------------------------------------------------


def test_a_ticket(club: Community, event: MadeEvent, tier: Tier) -> None:
    """200 with the documented fields, and how it stands; the guest is stored as sent."""
    body = said(club.rsvp(event, tier, name=" Kim K. ", email="Kim@Example.org"), 200)
    rsvp = Rsvp.objects.get()
    qr_code = body.pop("qrCode")
    assert body == {
        "ok": True,
        "rsvpId": str(rsvp.pk),
        "tierId": str(tier.pk),
        "approvalStatus": "approved",
        "waitlistPosition": None,
    }
    assert scanned_base64(qr_code) == mint(TokenKind.TICKET, rsvp.pk, 1)
    assert (rsvp.name, rsvp.email.lower(), rsvp.attendance) == (
        "Kim K.",
        "kim@example.org",
        "going",
    )
    assert (rsvp.tier_id, rsvp.user_id, rsvp.guest_count) == (tier.pk, None, 0)
    tier.refresh_from_db()
    assert (tier.seats_taken, event.stored.seats_taken) == (1, 1)


def test_the_code_opens_the_door(club: Community, event: MadeEvent, tier: Tier) -> None:
    """What a phone shows is what the door scans."""
    code = scanned_base64(said(club.rsvp(event, tier), 200)["qrCode"])
    door = make_door(event)
    path = f"{event.path}/check-ins"
    first = said(club.api.post(path, {"ticket": code}, door), 200)["check_in"]
    assert (first["name"], first["tier"], first["already_checked_in"]) == ("Kim", "Standard", False)
    again = said(club.api.post(path, {"ticket": code}, door), 200)["check_in"]
    assert again["already_checked_in"] is True


def test_a_ticket_that_waits(club: Community) -> None:
    """Pending and without a code where approval is required; no seat is taken."""
    event = club.event(approval_required=True)
    tier = make_tier(event, capacity=1)
    body = said(club.rsvp(event, tier), 200)
    rsvp = Rsvp.objects.get()
    assert body == {
        "ok": True,
        "rsvpId": str(rsvp.pk),
        "tierId": str(tier.pk),
        "qrCode": None,
        "approvalStatus": "pending",
        "waitlistPosition": None,
    }
    tier.refresh_from_db()
    assert (tier.seats_taken, event.stored.seats_taken) == (0, 0)
    approve(event_id=event.id, rsvp_id=rsvp.pk)
    tier.refresh_from_db()
    assert tier.seats_taken == 1


def test_answers_are_kept(club: Community, event: MadeEvent, tier: Tier) -> None:
    """By question id; null is as good as none."""
    food = str(make_question(tier, "select", required=True).pk)
    shirts = str(make_question(tier, "number").pk)
    sent = {food: "red", shirts: 2}
    said(club.rsvp(event, tier, formAnswers=sent), 200)
    assert Rsvp.objects.get().answers == sent
    plain = make_tier(event)
    said(club.rsvp(event, plain, formAnswers=None, email="b@example.org"), 200)


# --- Refused ------------------------------------------------------------------------------------


def refused(response: Any, code: str, errors: Any = None, status: int = 400) -> dict[str, Any]:
    """The refusal, after holding its status, code and fields."""
    body = said(response, status)
    assert (body["code"], body.get("errors")) == (code, errors), body
    return body


TIERS: dict[str, tuple[str, str]] = {
    "paid": ("tier_not_free", in_words("tier_not_free")),
    "inactive": ("tier_inactive", in_words("tier_inactive")),
    "foreign": ("tier_unknown", in_words("tier_unknown")),
    "unknown": ("tier_unknown", in_words("tier_unknown")),
}


@pytest.mark.parametrize("which", TIERS)
def test_tickets_that_cannot_be_had(
    club: Community, event: MadeEvent, everything_stored: Stored, which: str
) -> None:
    """400 with a code of its own under tierId; another event's tier is like none at all."""
    sister = club.event(title="Sister")
    ids = {
        "paid": make_tier(event, price_cents=1).pk,
        "inactive": make_tier(event, is_active=False).pk,
        "foreign": make_tier(sister).pk,
        "unknown": uuid4(),
    }
    stored = everything_stored()
    code, text = TIERS[which]
    response = club.rsvp(event, None, tierId=str(ids[which]))
    assert refused(response, code, {"tierId": [text]})["detail"] == text
    assert everything_stored() == stored


def test_a_full_tier_and_a_full_event(
    club: Community, event: MadeEvent, tier: Tier, everything_stored: Stored
) -> None:
    """tier_full while the event has room, event_full when it has none; both are EventFull."""
    small = make_tier(event, capacity=1)
    make_rsvp(event, tier_id=small.pk)
    stored = everything_stored()
    full = refused(club.rsvp(event, small), "tier_full")
    assert (full["error"], full["message"]) == ("EventFull", full["detail"])
    assert everything_stored() == stored
    update_event(event=event.row, values={"capacity": 1})
    stored = everything_stored()
    assert refused(club.rsvp(event, tier), "event_full")["error"] == "EventFull"
    assert everything_stored() == stored


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_events_that_take_no_answers(
    club: Community, event: MadeEvent, tier: Tier, everything_stored: Stored, state: str
) -> None:
    """400 with the reason."""
    if state == "closed":
        update_event(event=event.row, values={"rsvps_closed": True})
    else:
        cancel_event(event_id=event.id)
    stored = everything_stored()
    code = "rsvps_closed" if state == "closed" else "event_cancelled"
    refused(club.rsvp(event, tier), code)
    assert everything_stored() == stored


@pytest.mark.parametrize("email", ["kim@example.org", "KIM@EXAMPLE.ORG", "  Kim@example.org "])
@pytest.mark.parametrize("attendance", ["going", "not_going"])
def test_an_address_answers_once(
    club: Community,
    event: MadeEvent,
    tier: Tier,
    everything_stored: Stored,
    email: str,
    attendance: str,
) -> None:
    """409 whatever its case, and whatever was answered; nothing is told of it or changed."""
    make_rsvp(
        event, email="kim@example.org", name="Secret Name", attendance=attendance, note="psst"
    )
    make_rsvp(make_event(), email="other@example.org")
    stored = everything_stored()
    response = club.rsvp(event, tier, email=email)
    assert said(response, 409) == {
        "detail": in_words("already_rsvped"),
        "code": "already_rsvped",
    }
    assert everything_stored() == stored
    said(club.rsvp(event, tier, email="other@example.org"), 200)


def test_answers_to_the_form_that_do_not_fit(
    club: Community, event: MadeEvent, tier: Tier, everything_stored: Stored
) -> None:
    """Each under formAnswers and its question: missing, wrong kind, no option, unknown, retired."""
    keys = [
        str(make_question(tier, kind, required=required).pk)
        for kind, required in (("text", True), ("number", False), ("select", False))
    ]
    keys.append(str(make_question(tier, is_active=False).pk))
    stored = everything_stored()
    sent = {keys[1]: "many", keys[2]: "pink", keys[3]: "old", "else": 1}
    errors = {
        "formAnswers.else": ["This form has no such question."],
        f"formAnswers.{keys[3]}": ["This form has no such question."],
        f"formAnswers.{keys[0]}": ["This question needs an answer."],
        f"formAnswers.{keys[1]}": [in_words("not_a_number")],
        f"formAnswers.{keys[2]}": [in_words("not_an_option")],
    }
    refused(club.rsvp(event, tier, formAnswers=sent), "invalid", errors)
    missing = {f"formAnswers.{keys[0]}": ["This question needs an answer."]}
    for empty in ({}, {"formAnswers": {}}, {"formAnswers": None}):
        refused(club.rsvp(event, tier, **empty), "invalid", missing)
    plain = make_tier(event)
    stored = everything_stored()
    unasked = {"formAnswers.x": ["This form has no such question."]}
    refused(club.rsvp(event, plain, formAnswers={"x": 1}), "invalid", unasked)
    assert everything_stored() == stored


def test_a_private_event_takes_no_ticket_by_its_name(
    club: Community, everything_stored: Stored
) -> None:
    """404 like one that does not exist."""
    event = club.event(title="Hidden supper", is_private=True)
    tier = make_tier(event)
    stored = everything_stored()
    assert said(club.rsvp(event, tier), 404)["detail"] == in_words("event_not_found")
    assert everything_stored() == stored


def test_fields_that_are_not_the_guests_to_set(
    club: Community, event: MadeEvent, tier: Tier
) -> None:
    """Force, approval and account in a body change nothing; what a ticket cannot have is refused
    by name."""
    update_event(event=event.row, values={"approval_required": True})
    for name, value in (("guestCount", 9), ("attendance", "not_going"), ("is_private", True)):
        refused = said(club.rsvp(event, tier, **{name: value}), 400)
        assert list(refused["errors"]) == [name]
    forged = {"force": True, "approval": "approved", "userId": str(uuid4())}
    body = said(club.rsvp(event, tier, **forged), 200)
    rsvp = Rsvp.objects.get()
    assert (body["approvalStatus"], rsvp.guest_count, rsvp.user_id) == ("pending", 0, None)
    assert rsvp.attendance == "going"

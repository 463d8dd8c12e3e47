"""The waitlist through every door: one line, one rule, and what its guests may not know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events.enums import Standing
from rsvps.domain.approval import approve
from rsvps.domain.respond import delete_rsvp
from rsvps.facts import rsvp_facts
from rsvps.models import Rsvp
from tests.conftest import Api, Clock
from tests.four_doors import in_club
from tests.makers import MadeEvent, MadeRsvp, make_rsvp, make_tier
from tests.social_cast import BASE, Social, make_social
from tests.tenant_cast import EVENTS, make_member
from tests.wording import in_words

pytestmark = pytest.mark.once

Answer = Callable[[dict[str, Any]], Any]


@pytest.fixture
def social(api: Api, clock: Clock) -> Social:
    """Who calls, on the first of May 2030 at noon."""
    return make_social(api)


def doors(social: Social, event: MadeEvent, tier: Any) -> dict[str, Answer]:
    """A going answer through each door, of somebody new there, with more in its body."""
    path = f"communities/club/events/{event.row.slug}/rsvp"
    ticket = {"tierId": str(tier.pk), "email": "kim@example.org", "name": "Kim"}
    api, keys, browser = social.api, social.keys, Client()
    page = reverse("event", args=[event.id])
    return {
        "capability": lambda more: api.post(
            f"{event.path}/rsvps", {"name": "Sky", "status": "yes"} | more
        ),
        "tenant": lambda more: api.post(
            f"{EVENTS}/{event.id}/rsvp", {"status": "going"} | more, keys["colleague"]
        ),
        "community": lambda more: api.post(path, ticket | more, keys["creator"]),
        "social": lambda more: api.post(
            f"{BASE}/events/{event.id}/rsvp", {"status": "going"} | more, keys["organizer"]
        ),
        "page": lambda more: browser.post(
            page, {"name": "Pia", "attendance": "going", "guest_count": 0} | more
        ),
    }


def told_standing(door: str, body: dict[str, Any]) -> tuple[str, int | None]:
    """(approval, place in line) as an API tells them."""
    if door == "capability":
        body = body["rsvp"]
    if door == "social":
        (body,) = body["eventResponses"]
    if door in ("community", "social"):
        return body["approvalStatus"], body["waitlistPosition"]
    return body["approval_status"], body["waitlist_position"]


@pytest.mark.parametrize("limited", ["event", "tier"])
def test_one_line_for_all_doors(social: Social, limited: str) -> None:
    """Each answer waits behind those before it, and holds no seat."""
    event = in_club(social, capacity=1 if limited == "event" else 9)
    tier = make_tier(event, capacity=1 if limited == "tier" else None)
    seated = make_rsvp(event)
    flag = {"community": "joinWaitlist", "social": "joinWaitlist"}
    for place, (door, answer) in enumerate(doors(social, event, tier).items(), start=1):
        response = answer({flag.get(door, "join_waitlist"): True})
        if door == "page":
            assert response.status_code == 303
            rsvp = Rsvp.objects.get(name="Pia")
            assert rsvp.approval == "waitlisted"
        else:
            assert response.status_code in (200, 201)
            assert told_standing(door, response.json()) == ("waitlisted", place)
    assert (event.stored.seats_taken, event.stored.waitlisted_count) == (1, 5)
    delete_rsvp(event_id=event.id, rsvp_id=seated.id)
    assert Rsvp.objects.get(name="Sky").approval == "approved"
    told = social.api.get(f"{BASE}/events/{event.id}/me/rsvp", social.keys["organizer"]).json()
    assert told_standing("social", told) == ("waitlisted", 3)


def test_without_asking_every_door_refuses_as_ever(
    social: Social, everything_stored: Callable[[], Any]
) -> None:
    """And says that the same answer may wait."""
    event = in_club(social, capacity=1)
    tier = make_tier(event)
    make_rsvp(event)
    said, stored = in_words("event_full"), everything_stored()
    for door, answer in doors(social, event, tier).items():
        response = answer({})
        assert response.status_code == 400
        if door == "page":
            assert response.context["form"].non_field_errors() == [said]
            assert response.context["form"].offers_waitlist
            continue
        assert response.json() == {
            "detail": said,
            "code": "event_full",
            "error": "EventFull",
            "message": said,
            "waitlist_open": True,
        } | ({"status": "error"} if door == "social" else {})
    assert everything_stored() == stored


def test_where_there_is_no_waitlist_no_door_offers_one(social: Social) -> None:
    event = in_club(social, capacity=1, waitlist=False)
    tier = make_tier(event)
    make_rsvp(event)
    flag = {"community": "joinWaitlist", "social": "joinWaitlist"}
    for door, answer in doors(social, event, tier).items():
        response = answer({flag.get(door, "join_waitlist"): True})
        assert response.status_code == 400
        if door == "page":
            assert not response.context["form"].offers_waitlist
        else:
            assert response.json()["code"] == "event_full"
            assert "waitlist_open" not in response.json()
    assert event.stored.waitlisted_count == 0


def test_a_place_is_written_back_and_never_set(social: Social) -> None:
    """What was read while waiting may be sent again later; a place cannot be asked for."""
    event = in_club(social, capacity=1)
    seated = make_rsvp(event)
    first, second = make_rsvp(event, join_waitlist=True), make_rsvp(event, join_waitlist=True)
    path = f"{event.path}/rsvps/self"
    read = {each.id: social.api.get(path, each.token).json()["rsvp"] for each in (first, second)}
    refused = social.api.patch(path, {"waitlist_position": 1}, second.token)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["waitlist_position"])
    delete_rsvp(event_id=event.id, rsvp_id=seated.id)
    for each, approval in ((first, "approved"), (second, "waitlisted")):
        assert social.api.patch(path, read[each.id], each.token).status_code == 200
        assert each.stored.approval == approval


# --- Who may not know --------------------------------------------------------------------------

SECRET = ("Hinterhof 7", "https://meet.example.org/secret")


def line_of(social: Social) -> tuple[MadeEvent, MadeRsvp, MadeRsvp]:
    """An event with a hidden place: who waits second, and who is seated."""
    event = in_club(
        social, capacity=1, hide_location=True, location=SECRET[0], online_url=SECRET[1]
    )
    seated = make_rsvp(event, name="Seatedia")
    make_rsvp(event, name="Aheadia", email="ahead@example.org", note="Noteia", join_waitlist=True)
    waits = make_rsvp(event, name="Waitia", join_waitlist=True)
    make_rsvp(event, name="Behindia", join_waitlist=True)
    return event, waits, seated


def answers_to(event: MadeEvent, token: str) -> str:
    """Everything that a guest's link opens: JSON, calendar, pages."""
    api, browser = Api(), Client()
    said = []
    for path in (event.path, f"{event.path}/event.ics", f"{event.path}/rsvps/self"):
        said.append(api.get(path, token).content.decode())
    browser.get(f"/e/{event.id}/rsvp/{token}")
    for name in ("event", "own-rsvp", "attendees", "event-calendar"):
        said.append(browser.get(reverse(name, args=[event.id])).content.decode())
    return "\n".join(said)


def test_a_guest_who_waits_sees_no_place(social: Social) -> None:
    """Nor a ticket. Whoever has a seat sees both."""
    event, waits, seated = line_of(social)
    for secret in SECRET:
        assert secret in answers_to(event, seated.token)
        assert secret not in answers_to(event, waits.token)
    ticket = f"{event.path}/rsvps/self/ticket.png"
    api = Api()
    assert api.get(ticket, seated.token).status_code == 200
    assert api.get(ticket, waits.token).status_code == 404
    assert "cvt_" not in answers_to(event, waits.token)


def test_a_place_in_line_names_nobody(social: Social) -> None:
    """A guest who waits learns how many are before them, and not who; the public learns neither
    who waits nor how many."""
    event, waits, _ = line_of(social)
    own = Api().get(f"{event.path}/rsvps/self", waits.token).json()["rsvp"]
    assert (own["approval_status"], own["waitlist_position"]) == ("waitlisted", 2)
    others = ("Aheadia", "Behindia", "ahead@example.org", "Noteia")
    organizers = Api().get(f"{event.path}/rsvps", event.owner_token).content.decode()
    assert all(secret in organizers for secret in (others[0], others[1], others[3]))
    said = answers_to(event, waits.token)
    assert [secret for secret in others if secret in said] == []
    public = (
        Api().get(event.path).content.decode() + Client().get(f"/e/{event.id}").content.decode()
    )
    assert [secret for secret in (*others, "Waitia", "waitlisted_count") if secret in public] == []


def test_only_the_guest_and_organizers_are_told_a_place(social: Social, clock: Clock) -> None:
    event = in_club(social, capacity=1)
    make_rsvp(event)
    clock.advance(minutes=1)
    member = social.cast.colleague
    make_rsvp(event, user=member.user, join_waitlist=True)
    paths = [f"{EVENTS}/{event.id}/attendees", f"{BASE}/events/{event.id}/rsvp"]
    told = {
        who: [social.api.get(path, social.keys[who]).json() for path in paths]
        for who in ("organizer", "creator", "colleague")
    }
    for attendees, responses in (told["organizer"], told["creator"]):
        assert [each["waitlist_position"] for each in attendees["attendees"]] == [None, 1]
        assert [each["waitlistPosition"] for each in responses["eventResponses"]] == [None, 1]
    attendees, responses = told["colleague"]
    assert [each["name"] for each in attendees["attendees"]] == ["Robin"]
    assert len(responses["eventResponses"]) == 1
    mine = social.api.get(f"{BASE}/events/me/rsvps", social.keys["colleague"]).json()
    assert [each["waitlistPosition"] for each in mine["eventResponses"]] == [1]


def test_the_facts_tell_nobody_else_a_place(social: Social) -> None:
    """Whatever list somebody may come to stand in."""
    event = in_club(social, capacity=1)
    make_rsvp(event)
    row = make_rsvp(event, join_waitlist=True).row
    for standing, own in ((Standing.GUEST, True), (Standing.OWNER, False)):
        told = rsvp_facts(row, standing, own=own)
        assert (told.waitlist_position, told.waitlisted_at) == (1, row.waitlisted_at)
    for standing in (Standing.PUBLIC, Standing.ATTENDEE, Standing.HELPER):
        told = rsvp_facts(row, standing)
        assert (told.waitlist_position, told.waitlisted_at) == (None, None)


# --- What it costs -----------------------------------------------------------------------------


def test_lists_cost_the_same_however_many_wait(
    social: Social, queries_of: Callable[[Callable[[], Any]], int]
) -> None:
    """The organizers' lists of all APIs and the page, for 3 and for 20 who wait."""
    costs = []
    for number in (3, 20):
        event = in_club(social, capacity=1)
        make_rsvp(event)
        for _ in range(number):
            user = make_member(social.cast.tenant).user
            make_rsvp(event, user=user, join_waitlist=True)
        browser, key = Client(), social.keys["organizer"]
        browser.get(f"/e/{event.id}/admin/{event.owner_token}")
        reads = [
            lambda e=event: social.api.get(f"{e.path}/rsvps", e.owner_token),
            lambda e=event: social.api.get(
                f"{e.path}/rsvps", e.owner_token, approval_status="waitlisted"
            ),
            lambda e=event, k=key: social.api.get(f"{EVENTS}/{e.id}/attendees", k),
            lambda e=event, k=key: social.api.get(f"{BASE}/events/{e.id}/rsvp", k),
            lambda e=event, b=browser: b.get(f"/e/{e.id}/admin?approval=waitlisted"),
            lambda e=event, b=browser: b.get(f"/e/{e.id}/admin"),
        ]
        for read in reads:
            assert read().status_code == 200  # a link's last use is noted once an hour
        costs.append([queries_of(read) for read in reads])
    assert costs[0] == costs[1]


def test_organizers_read_the_line_in_its_order(social: Social) -> None:
    """Also where somebody got an old place again."""
    event = in_club(social, capacity=1, approval_required=True)
    there = [make_rsvp(event, name=name) for name in ("Seat", "Ann", "Bob", "Cem")]
    for number in (0, 3, 1, 2):
        approve(event_id=event.id, rsvp_id=there[number].id)
    waiting = social.api.get(
        f"{event.path}/rsvps", event.owner_token, approval_status="waitlisted"
    ).json()
    assert [(each["name"], each["waitlist_position"]) for each in waiting["rsvps"]] == [
        ("Cem", 1),
        ("Ann", 2),
        ("Bob", 3),
    ]
    assert waiting["stats"]["waitlisted_count"] == 3
    browser = Client()
    browser.get(f"/e/{event.id}/admin/{event.owner_token}")
    page = browser.get(f"/e/{event.id}/admin?approval=waitlisted")
    assert [rsvp.name for rsvp in page.context["rsvps"]] == ["Cem", "Ann", "Bob"]

"""Tickets and form answers are told to whom they belong. Each test first stores what could leak."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from accounts.enums import LinkRole
from rsvps.domain.approval import back_to_pending
from tests.community_cast import Community, make_community
from tests.conftest import Api
from tests.makers import (
    MadeEvent,
    MadeRsvp,
    make_door,
    make_link,
    make_question,
    make_rsvp,
    make_tier,
)
from tests.server.process import running_server
from tests.tenant_cast import EVENTS, said

ANSWER = "hush-answer"


@dataclass
class House:
    """A community's event with one guest who answered a form and is the colleague's account."""

    club: Community
    event: MadeEvent
    guest: MadeRsvp

    def told(self, token: str | None, key: str) -> dict[str, str]:
        """The text of every answer that tells of the event, as one reader gets it; ``key`` is the
        reader of the APIs with keys."""
        api, club, path = self.club.api, self.club, self.event.path
        mine = f"{EVENTS}/{self.event.id}"
        keyed = club.keys[key]
        responses = {
            "detail": api.get(path, token),
            "list": api.get("events", token),
            "channel": api.get("channels/club", token),
            "ics": api.get(f"{path}/event.ics", token),
            "tiers": api.get(f"{path}/tiers", token),
            "owner list": api.get(f"{path}/rsvps", token),
            "own": api.get(f"{path}/rsvps/self", token),
            "picture": api.get(f"{path}/rsvps/self/ticket.png", token),
            "door": api.get(f"{path}/check-ins", token, q=self.guest.stored.name),
            "pending": api.post(f"{self.guest.path}/pending", {}, token),
            "approve": api.post(f"{self.guest.path}/approve", {}, token),
            "scan": api.post(f"{path}/check-ins", {"rsvp_id": str(self.guest.id)}, token),
            "events": api.get(EVENTS, keyed),
            "mine": api.get(f"{EVENTS}/my-events", keyed),
            "attendees": api.get(f"{mine}/attendees", keyed),
            "rsvps": api.get(f"{mine}/rsvps", keyed),
            "tenant tiers": api.get(f"{mine}/tiers", keyed),
            "community": club.list(key),
            "community event": club.get(club.at(self.event), key),
            "community tiers": club.get(f"{club.at(self.event)}/tiers", key),
            "refused": club.rsvp(self.event, None, key, email=self.guest.stored.email, tierId="x"),
        }
        return {name: each.content.decode("latin-1") for name, each in responses.items()}


@pytest.fixture
def house(api: Api) -> House:
    """What could leak is stored."""
    club = make_community(api)
    event = club.event()
    tier = make_tier(event)
    answers = {str(make_question(tier).pk): ANSWER}
    guest = make_rsvp(
        event,
        user=club.cast.colleague.user,
        name="Colin",
        email="colin@example.org",
        tier_id=tier.pk,
        form_answers=answers,
    )
    return House(club, event, guest)


def where(told: dict[str, str], *secrets: str) -> set[str]:
    """The answers that tell one of the secrets."""
    return {name for name, text in told.items() if any(secret in text for secret in secrets)}


@pytest.mark.once
def test_a_ticket_is_the_guests_alone(house: House, root_token: str) -> None:
    """In no list and no detail, for no organizer, no door and no other guest; nor a piece of it."""
    code = house.guest.ticket
    readers = [
        (None, "anonymous"),
        (house.event.owner_token, "creator"),
        (root_token, "organizer"),
        (make_door(house.event), "publishable"),
        (make_link(house.event, LinkRole.VIEWER), "outsider"),
        (make_rsvp(house.event, attendance="interested").token, "secret"),
    ]
    for token, key in readers:
        assert where(house.told(token, key), code, code[4:], "cvt_") == set(), key
    own = house.told(house.guest.token, "colleague")
    assert where(own, code) == {"own"}


def test_a_guest_is_told_in_their_own_answers(house: House) -> None:
    """On reading, changing and answering anew, by link or by account, and not while they wait."""
    api, event, guest = house.club.api, house.event, house.guest
    path, key = f"{event.path}/rsvps/self", house.club.keys["colleague"]
    mine = {"status": "going"}
    for response in (
        api.get(path, guest.token),
        api.patch(path, {"name": "C."}, guest.token),
        api.post(f"{EVENTS}/{event.id}/rsvp", mine, key),
        api.patch(f"{EVENTS}/rsvps/{guest.id}", mine, key),
    ):
        assert response.content.decode().count(guest.ticket) == 1
    code = guest.ticket
    back_to_pending(event_id=event.id, rsvp_id=guest.id)
    for response in (
        api.get(path, guest.token),
        api.patch(f"{EVENTS}/rsvps/{guest.id}", mine, key),
    ):
        assert response.status_code == 200
        assert code not in response.content.decode()


@pytest.mark.once
def test_form_answers_and_the_tier_are_for_guest_and_organizers(
    house: House, root_token: str
) -> None:
    """Other guests, the door and the public read neither; organizers do, where they see guests."""
    tier = str(house.guest.stored.tier_id)
    others = [
        (None, "anonymous"),
        (make_door(house.event), "publishable"),
        (make_link(house.event, LinkRole.VIEWER), "outsider"),
        (make_rsvp(house.event, attendance="interested").token, "limited elsewhere"),
    ]
    lists_of_tiers = {"tiers", "tenant tiers", "community", "community event", "community tiers"}
    for token, key in others:
        told = house.told(token, key)
        assert where(told, ANSWER) == set(), key
        assert where(told, tier) <= lists_of_tiers, key
    guests = {"owner list", "pending", "approve", "attendees", "rsvps"}
    for token, key in ((house.event.owner_token, "creator"), (root_token, "organizer")):
        told = house.told(token, key)
        assert where(told, ANSWER) == guests
        assert where(told, tier) - lists_of_tiers == guests
    own = house.told(house.guest.token, "colleague")
    assert where(own, ANSWER) == {"own", "attendees", "rsvps"}


def test_check_in_times_are_not_public(house: House) -> None:
    """Who came is for the guest, the door and organizers."""
    api, event = house.club.api, house.event
    owner = event.owner_token
    said(api.post(f"{event.path}/check-ins", {"ticket": house.guest.ticket}, owner), 200)
    assert house.guest.stored.checked_in_at is not None
    (listed,) = said(api.get(event.path), 200)["event"]["rsvps"]
    assert (listed["name"], listed["checked_in_at"]) == ("Colin", None)
    (full,) = said(api.get(f"{event.path}/rsvps", owner), 200)["rsvps"]
    assert full["checked_in_at"] is not None


def test_no_table_holds_a_ticket(house: House, everything_stored: Callable[[], Any]) -> None:
    """Neither before nor after it was scanned, refused, taken back: it is derived, not kept."""
    api, path, owner = house.club.api, f"{house.event.path}/check-ins", house.event.owner_token
    code = house.guest.ticket
    said(api.post(path, {"ticket": code}, owner), 200)
    said(api.post(path, {"ticket": code}, owner), 200)
    said(api.post(path, {"ticket": code[:-1]}, owner), 400)
    assert api.send("DELETE", path, {"ticket": code}, owner).status_code == 204
    stored = str(everything_stored())
    assert str(house.guest.id) in stored or house.guest.id.hex in stored
    assert [piece for piece in (code, code[4:], code[26:], "cvt_") if piece in stored] == []


def test_no_log_line_holds_a_ticket(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """A refused scan is logged by its path, without the body."""
    caplog.set_level(logging.DEBUG)
    code = house.guest.ticket
    path = f"{house.event.path}/check-ins"
    house.club.api.post(path, {"ticket": code})
    house.club.api.post(path, {"ticket": code, "scan_id": "x"}, house.event.owner_token)
    assert path in caplog.text
    assert code[4:] not in caplog.text


@pytest.mark.once
@pytest.mark.server
def test_neither_dump_nor_log_of_a_server_holds_a_ticket(tmp_path: Path) -> None:
    """A day at the door: guests by each API that needs no account, scans, mistyped addresses."""
    with running_server(tmp_path, alone=True) as server:
        new = {"title": "Rush", "start_time": "2100-01-01T20:00:00Z"}
        made = server.ask("POST", "/api/v1/events", new).json()
        path, owner = f"/api/v1/events/{made['event']['id']}", made["admin_token"]
        sent = {"name": "Kim", "status": "yes", "email": "kim@example.org"}
        rsvp = server.ask("POST", f"{path}/rsvps", sent).json()["rsvp"]
        code = rsvp["ticket"]
        assert code.startswith("cvt_")
        for _ in range(2):
            answer = server.ask("POST", f"{path}/check-ins", {"ticket": code}, owner)
            assert answer.status == 200
        assert server.ask("GET", f"{path}/check-ins/{code}", token=owner).status == 404
        assert server.ask("GET", f"/nowhere/{code}?ticket={code}").status == 404
        assert server.ask("GET", path, token=code).status == 200
        dump, log = server.manage("dumpdata"), server.log.read_text()
    assert "kim@example.org" in dump
    assert "check-ins" in log
    for text in (dump, log):
        assert [piece for piece in (code, code[4:], code[26:]) if piece in text] == []
    assert rsvp["rsvp_token"][4:] not in dump + log

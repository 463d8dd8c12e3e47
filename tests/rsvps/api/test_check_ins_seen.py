"""What the door sees in the Capability API: names, tickets, arrivals, and nothing besides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from rsvps.domain.approval import back_to_pending, reject
from tests.conftest import Api, Clock
from tests.makers import (
    MadeEvent,
    MadeRsvp,
    make_door,
    make_event,
    make_question,
    make_rsvp,
    make_tier,
)
from tests.tenant_cast import said

pytestmark = pytest.mark.once

NOW = "2030-05-01T12:00:00Z"


@pytest.fixture
def event(api: Api, clock: Clock) -> MadeEvent:
    """An event, and a clock that stands still."""
    return make_event()


@pytest.fixture
def door(api: Api, event: MadeEvent) -> str:
    """The door's token, used a moment ago."""
    token = make_door(event, "North gate")
    api.get(event.path, token)
    return token


@pytest.fixture
def kim(event: MadeEvent) -> MadeRsvp:
    """A guest with a friend and a ticket."""
    return make_rsvp(event, name="Kim", guest_count=1, tier_id=make_tier(event, name="VIP").pk)


def scan(api: Api, event: MadeEvent, token: str | None, **body: Any) -> Any:
    """A scan at the event's door."""
    return api.post(f"{event.path}/check-ins", body, token)


def test_guests_by_name(api: Api, event: MadeEvent, kim: MadeRsvp, door: str) -> None:
    """Only when asked for; each whole; words that cannot be are a 400."""
    make_rsvp(event, name="Bob", guest_count=0, attendance="going")
    path = f"{event.path}/check-ins"
    assert said(api.get(path, door), 200)["guests"] == []
    guest = {
        "rsvp_id": str(kim.id),
        "name": "Kim",
        "guest_count": 1,
        "guest_names": [],
        "party_size": 2,
        "tier": "VIP",
        "checked_in_at": None,
    }
    assert said(api.get(path, door, q="KI"), 200)["guests"] == [guest]
    said(scan(api, event, door, rsvp_id=str(kim.id)), 200)
    assert said(api.get(path, door, q="kim"), 200)["guests"] == [guest | {"checked_in_at": NOW}]
    for words in ("%", ""):
        assert said(api.get(path, door, q=words), 200)["guests"] == []
    for words in ("\0", "x" * 121):
        assert list(said(api.get(path, door, q=words), 400)["errors"]) == ["q"]


def test_the_latest_scans(api: Api, event: MadeEvent, kim: MadeRsvp, door: str) -> None:
    """Each whole, newest first."""
    scan_id = str(uuid4())
    said(scan(api, event, door, ticket=kim.ticket, scan_id=scan_id), 200)
    assert said(api.get(f"{event.path}/check-ins", door), 200)["latest"] == [
        {
            "id": scan_id,
            "rsvp_id": str(kim.id),
            "name": "Kim",
            "party_size": 2,
            "tier": "VIP",
            "door": "North gate",
            "admitted": True,
            "scanned_at": NOW,
            "received_at": NOW,
            "undone_at": None,
        }
    ]


def test_the_door_sees_names_and_tickets_only(api: Api, event: MadeEvent, door: str) -> None:
    """Never an address, a note, an answer, a pronoun, a token, or somebody who is not let in."""
    tier = make_tier(event)
    question = str(make_question(tier).pk)
    shy = make_rsvp(
        event,
        name="Shy Sam",
        email="sam@hidden.example",
        note="hush-note",
        pronouns="zir",
        is_private=True,
        tier_id=tier.pk,
        form_answers={question: "hush-answer"},
    )
    for name, decide in (("Shy Pending", back_to_pending), ("Shy Rejected", reject)):
        other = make_rsvp(event, name=name, tier_id=tier.pk, form_answers={question: "x"})
        decide(event_id=event.id, rsvp_id=other.id)
    make_rsvp(event, name="Shy Maybe", attendance="interested")
    scanned = scan(api, event, door, ticket=shy.ticket)
    texts = [scanned, api.get(f"{event.path}/check-ins", door, q="shy")]
    told = b"".join(response.content for response in texts).decode()
    assert told.count("Shy Sam") == 3
    secrets = ("hidden.example", "hush", "zir", shy.token, shy.ticket, "cvr_", "cvt_", "cvo_")
    assert [secret for secret in (*secrets, "Pending", "Rejected", "Maybe") if secret in told] == []
    assert shy.stored.email == "sam@hidden.example"
    full = api.get(f"{event.path}/rsvps", event.owner_token).content.decode()
    assert all(secret in full for secret in ("hush-note", "hush-answer", "zir", "Maybe"))


def test_the_door_costs_the_same_at_any_size(
    api: Api, event: MadeEvent, door: str, queries_of: Callable[[Callable[[], Any]], int]
) -> None:
    """The link, the event, the counts, the guests, the scans; scanning likewise."""
    costs = []
    for rows in (3, 40):
        for _ in range(rows):
            said(scan(api, event, door, ticket=make_rsvp(event, name="Ann").ticket), 200)
        ticket = make_rsvp(event).ticket
        costs.append(
            (
                queries_of(lambda: api.get(f"{event.path}/check-ins", door, q="ann")),
                queries_of(lambda ticket=ticket: scan(api, event, door, ticket=ticket)),
            )
        )
    assert costs[0] == costs[1]
    assert costs[0][0] == 5

"""The door in the Capability API: who may, what it answers, what it refuses, what it sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.enums import LinkRole
from events.domain.lifecycle import cancel_event
from rsvps.domain.approval import back_to_pending, reject
from rsvps.domain.respond import delete_rsvp, rotate_guest_link
from rsvps.models import CheckIn
from tests.conftest import Api, Clock
from tests.makers import (
    MadeEvent,
    MadeRsvp,
    make_door,
    make_event,
    make_link,
    make_rsvp,
    make_tier,
)
from tests.tenant_cast import said
from tests.wording import in_words

pytestmark = pytest.mark.once

Stored = Callable[[], Any]
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


# --- Who may ------------------------------------------------------------------------------------

CALLS: dict[str, tuple[int, Callable[[Api, MadeEvent, MadeRsvp, str | None], Any]]] = {
    "look": (200, lambda api, event, kim, token: api.get(f"{event.path}/check-ins", token)),
    "scan": (200, lambda api, event, kim, token: scan(api, event, token, ticket=kim.ticket)),
    "by name": (200, lambda api, event, kim, token: scan(api, event, token, rsvp_id=str(kim.id))),
    "undo": (
        204,
        lambda api, event, kim, token: api.send(
            "DELETE", f"{event.path}/check-ins", {"ticket": kim.ticket}, token
        ),
    ),
    "undo by name": (
        204,
        lambda api, event, kim, token: api.delete(f"{event.path}/check-ins/{kim.id}", token),
    ),
}


@pytest.mark.parametrize("call", CALLS)
def test_who_may(
    api: Api,
    event: MadeEvent,
    kim: MadeRsvp,
    root_token: str,
    everything_stored: Stored,
    call: str,
) -> None:
    """Door, owner, co-host and root; no token is a 401, any other a 403, and nothing is written."""
    other = make_event()
    allowed = [make_door(event), event.owner_token, make_link(event, LinkRole.COHOST), root_token]
    refused = [
        make_link(event, LinkRole.VIEWER),
        make_door(event, revoked_at=event.stored.created_at),
        make_door(event, expires_at=event.stored.created_at),
        *(kim.token, kim.ticket, make_door(other), other.owner_token, "garbage"),
    ]
    success, act = CALLS[call]
    for token in refused:  # a link's last use is noted once an hour
        api.get(event.path, token)
    stored = everything_stored()
    response = act(api, event, kim, None)
    assert said(response, 401)["code"] == "not_authenticated"
    assert response.headers["WWW-Authenticate"] == "Bearer"
    for token in refused:
        assert said(act(api, event, kim, token), 403) == {
            "detail": in_words("door_only"),
            "code": "not_allowed",
        }
    assert everything_stored() == stored
    for token in allowed:
        assert act(api, event, kim, token).status_code == success


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_event(api: Api, door: str, method: str) -> None:
    """404, whoever asks."""
    for token in (None, door):
        assert api.send(method, f"events/{uuid4()}/check-ins", {}, token).status_code == 404


# --- Scans ----------------------------------------------------------------------------------------


def test_a_first_and_a_second_scan(
    api: Api, event: MadeEvent, kim: MadeRsvp, door: str, clock: Clock
) -> None:
    """The whole answer; the second tells of the first's door and time."""
    make_rsvp(event, attendance="going")
    other_door = make_door(event, "South gate")
    first = str(uuid4())
    body = said(scan(api, event, door, ticket=kim.ticket, scan_id=first), 200)
    assert body == {
        "check_in": {
            "id": first,
            "event_id": str(event.id),
            "rsvp_id": str(kim.id),
            "name": "Kim",
            "guest_count": 1,
            "party_size": 2,
            "tier": "VIP",
            "checked_in_at": NOW,
            "door": "North gate",
            "already_checked_in": False,
        },
        "counts": {"tickets": 2, "people": 3, "arrived_tickets": 1, "arrived_people": 2},
    }
    clock.advance(minutes=9)
    again = said(scan(api, event, other_door, ticket=kim.ticket), 200)
    assert again == body | {"check_in": body["check_in"] | {"already_checked_in": True}}
    assert CheckIn.objects.filter(admitted=True).count() == 1
    assert CheckIn.objects.count() == 2


def test_organizers_have_no_door(api: Api, event: MadeEvent, root_token: str) -> None:
    """Root's check-in names none; an owner link goes by its own label."""
    guest = make_rsvp(event)
    body = said(scan(api, event, root_token, rsvp_id=str(guest.id)), 200)["check_in"]
    assert (body["door"], body["tier"]) == (None, None)


def test_a_scan_sent_again_is_one(api: Api, event: MadeEvent, kim: MadeRsvp, door: str) -> None:
    """The same answer, and one row; under another ticket it is a 409."""
    sent = {"ticket": kim.ticket, "scan_id": str(uuid4())}
    answers = [said(scan(api, event, door, **sent), 200) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert CheckIn.objects.count() == 1
    other = make_rsvp(event).ticket
    body = said(scan(api, event, door, **sent | {"ticket": other}), 409)
    assert body == {"detail": in_words("scan_of_another"), "code": "conflict"}
    assert CheckIn.objects.count() == 1


def test_the_devices_clock(api: Api, event: MadeEvent, door: str, clock: Clock) -> None:
    """Earlier is kept, in any zone; later than now is now."""
    for sent, told in (
        ("2030-05-01T09:30:00Z", "2030-05-01T09:30:00Z"),
        ("2030-05-01T12:30:00+02:00", "2030-05-01T10:30:00Z"),
        ("2030-05-01T11:00:00", "2030-05-01T11:00:00Z"),
        ("2199-12-31T23:59:59Z", NOW),
        ((clock.now + timedelta(seconds=1)).isoformat(), NOW),
    ):
        body = said(scan(api, event, door, ticket=make_rsvp(event).ticket, scanned_at=sent), 200)
        assert body["check_in"]["checked_in_at"] == told


def test_undoing(api: Api, event: MadeEvent, kim: MadeRsvp, door: str) -> None:
    """204 by ticket and by guest, twice too; the party may come in anew."""
    path = f"{event.path}/check-ins"
    for undo in (
        lambda: api.send("DELETE", path, {"ticket": kim.ticket}, door),
        lambda: api.delete(f"{path}/{kim.id}", door),
    ):
        body = said(scan(api, event, door, ticket=kim.ticket), 200)
        assert body["check_in"]["already_checked_in"] is False
        for _ in range(2):
            response = undo()
            assert (response.status_code, response.content) == (204, b"")
        counts = said(api.get(path, door), 200)["counts"]
        assert (counts["arrived_tickets"], counts["arrived_people"]) == (0, 0)
    assert kim.stored.checked_in_at is None


def test_the_guest_and_the_organizer_read_of_it(
    api: Api, event: MadeEvent, kim: MadeRsvp, door: str
) -> None:
    """checked_in_at on one's own answer and in the owner's list."""
    said(scan(api, event, door, ticket=kim.ticket), 200)
    own = said(api.get(f"{event.path}/rsvps/self", kim.token), 200)["rsvp"]
    (listed,) = said(api.get(f"{event.path}/rsvps", event.owner_token), 200)["rsvps"]
    assert own["checked_in_at"] == listed["checked_in_at"] == NOW


# --- Refused --------------------------------------------------------------------------------------


def test_what_is_no_ticket(
    api: Api, event: MadeEvent, kim: MadeRsvp, door: str, root_token: str, everything_stored: Stored
) -> None:
    """400 ticket_unknown for garbage, other tokens, another event's, deleted and forged ones."""
    gone = make_rsvp(event)
    deleted = gone.ticket
    delete_rsvp(event_id=event.id, rsvp_id=gone.id)
    foreign = make_rsvp(make_event()).ticket
    forged = kim.ticket[:-2] + ("AA" if kim.ticket[-2:] != "AA" else "BA")
    stored = everything_stored()
    for code in (
        *("garbage", "cvt_" + "A" * 43, "é", "", " ", "x" * 200, kim.ticket[4:]),
        *(kim.token, event.owner_token, door, root_token, foreign, deleted, forged),
    ):
        for response in (
            scan(api, event, door, ticket=code),
            api.send("DELETE", f"{event.path}/check-ins", {"ticket": code}, door),
        ):
            assert said(response, 400) == {
                "detail": in_words("ticket_unknown"),
                "code": "ticket_unknown",
            }
    assert everything_stored() == stored


@pytest.mark.parametrize("how", ["left", "rejected", "pending", "rotated"])
def test_a_ticket_that_counts_no_more(api: Api, event: MadeEvent, door: str, how: str) -> None:
    """400 ticket_revoked, and nobody is admitted."""
    rsvp = make_rsvp(event)
    ticket, mine = rsvp.ticket, {"event_id": event.id, "rsvp_id": rsvp.id}
    if how == "left":
        said(api.patch(f"{event.path}/rsvps/self", {"status": "no"}, rsvp.token), 200)
    else:
        {"rejected": reject, "pending": back_to_pending, "rotated": rotate_guest_link}[how](**mine)
    assert said(scan(api, event, door, ticket=ticket), 400) == {
        "detail": in_words("ticket_revoked"),
        "code": "ticket_revoked",
    }
    assert not CheckIn.objects.exists()


def test_a_cancelled_event(api: Api, event: MadeEvent, kim: MadeRsvp, door: str) -> None:
    """400 event_cancelled by ticket and by name."""
    cancel_event(event_id=event.id)
    for named in ({"ticket": kim.ticket}, {"rsvp_id": str(kim.id)}):
        assert said(scan(api, event, door, **named), 400)["code"] == "event_cancelled"
    assert not CheckIn.objects.exists()


def test_another_events_guest(api: Api, event: MadeEvent, door: str) -> None:
    """404 by name and on taking back, like one that does not exist."""
    foreign = make_rsvp(make_event())
    for rsvp_id in (foreign.id, uuid4()):
        for response in (
            scan(api, event, door, rsvp_id=str(rsvp_id)),
            api.delete(f"{event.path}/check-ins/{rsvp_id}", door),
        ):
            assert said(response, 404)["code"] == "not_found"


def test_a_ticket_and_an_rsvp(
    api: Api, event: MadeEvent, door: str, everything_stored: Stored
) -> None:
    """400 naming the ticket: it is one or the other."""
    stored = everything_stored()
    response = scan(api, event, door, ticket="x", rsvp_id=str(uuid4()))
    assert list(said(response, 400)["errors"]) == ["ticket"]
    assert everything_stored() == stored


@pytest.mark.parametrize("body", [{}, [], None, {"ticket": None}, {"ticket": 5}, {"rsvp_id": "x"}])
def test_bad_undoing(api: Api, event: MadeEvent, door: str, body: Any) -> None:
    """400 naming the ticket, without a body too."""
    path = f"{event.path}/check-ins"
    assert list(said(api.send("DELETE", path, body, door), 400)["errors"]) == ["ticket"]
    assert list(said(api.delete(path, door), 400)["errors"]) == ["ticket"]

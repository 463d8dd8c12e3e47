"""Who may call what in the Capability API: every endpoint with every kind of credential."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone

from accounts.domain.root import rotate_root_token
from tests.conftest import Api
from tests.makers import MadeEvent, MadeRsvp, make_event, make_link, make_rsvp

pytestmark = pytest.mark.once

MISSING = (401, "not_authenticated")
WRONG = (403, "not_allowed")
UNKNOWN = (404, "not_found")


def said(response: Any) -> tuple[int, str]:
    """Status and code of a refusal, after holding its shape."""
    assert response.json().keys() == {"detail", "code"}
    return response.status_code, response.json()["code"]


@dataclass
class Place:
    """An event with one guest, and every token that somebody might try on it."""

    event: MadeEvent
    rsvp: MadeRsvp
    tokens: dict[str, str | None]


@pytest.fixture
def place(api: Api, root_token: str) -> Place:
    event, other = make_event(approval_required=True), make_event()
    rsvp, foreign = make_rsvp(event), make_rsvp(other)
    tampered = event.owner_token[:-2] + ("AA" if event.owner_token[-2:] != "AA" else "BA")
    return Place(
        event,
        rsvp,
        {
            "nothing": None,
            "owner": event.owner_token,
            "cohost": make_link(event, "cohost"),
            "root": root_token,
            "door": make_link(event, "door"),
            "viewer": make_link(event, "viewer"),
            "guest": rsvp.token,
            "other event's owner": other.owner_token,
            "other event's guest": foreign.token,
            "revoked link": make_link(event, revoked_at=timezone.now()),
            "expired link": make_link(event, expires_at=timezone.now()),
            "tampered": tampered,
            "garbage": "garbage",
        },
    )


ORGANIZERS = {"owner", "cohost", "root"}
Call = Callable[[Api, Place, str | None], Any]
OWNER_CALLS: dict[str, tuple[int, Call]] = {
    "patch event": (200, lambda a, p, t: a.patch(p.event.path, {"title": "T"}, t)),
    "delete event": (204, lambda a, p, t: a.delete(p.event.path, t)),
    "list rsvps": (200, lambda a, p, t: a.get(f"{p.event.path}/rsvps", t)),
    "delete rsvp": (204, lambda a, p, t: a.delete(p.rsvp.path, t)),
    "delete rsvp by token": (
        204,
        lambda a, p, t: a.delete(f"{p.event.path}/rsvps/{p.rsvp.token}", t),
    ),
    "approve": (200, lambda a, p, t: a.post(f"{p.rsvp.path}/approve", token=t)),
    "reject": (200, lambda a, p, t: a.post(f"{p.rsvp.path}/reject", token=t)),
    "pending": (200, lambda a, p, t: a.post(f"{p.rsvp.path}/pending", token=t)),
    "announce": (
        201,
        lambda a, p, t: a.post(f"{p.event.path}/messages", {"content": "x"}, t),
    ),
    "write to guest": (
        201,
        lambda a, p, t: a.post(f"{p.rsvp.path}/messages", {"content": "x"}, t),
    ),
    "force": (
        201,
        lambda a, p, t: a.post(
            f"{p.event.path}/rsvps?force_accept=true", {"name": "F", "status": "yes"}, t
        ),
    ),
}
SELF_CALLS: dict[str, tuple[int, Call]] = {
    "read": (200, lambda a, p, t: a.get(f"{p.event.path}/rsvps/self", t)),
    "change": (200, lambda a, p, t: a.patch(f"{p.event.path}/rsvps/self", {"name": "N"}, t)),
    "withdraw": (204, lambda a, p, t: a.delete(f"{p.event.path}/rsvps/self", t)),
    "write to host": (
        201,
        lambda a, p, t: a.post(f"{p.event.path}/rsvps/self/messages", {"content": "x"}, t),
    ),
}
OPEN_CALLS: dict[str, tuple[int, Call]] = {
    "list events": (200, lambda a, p, t: a.get("events", t)),
    "create event": (
        201,
        lambda a, p, t: a.post("events", {"title": "T", "start_time": "2031-01-01"}, t),
    ),
    "event": (200, lambda a, p, t: a.get(p.event.path, t)),
    "ics": (200, lambda a, p, t: a.get(f"{p.event.path}/event.ics", t)),
    "answer": (
        201,
        lambda a, p, t: a.post(f"{p.event.path}/rsvps", {"name": "N", "status": "no"}, t),
    ),
    "list channels": (200, lambda a, p, t: a.get("channels", t)),
}
CREDENTIALS = [
    "nothing",
    "owner",
    "cohost",
    "root",
    "door",
    "viewer",
    "guest",
    "other event's owner",
    "other event's guest",
    "revoked link",
    "expired link",
    "tampered",
    "garbage",
]


@pytest.mark.parametrize("call", OWNER_CALLS)
def test_organizers_calls(
    api: Api, place: Place, call: str, everything_stored: Callable[[], Any]
) -> None:
    """Owner, co-host and root pass; no token is a 401, any other a 403, and nothing is written."""
    success, act = OWNER_CALLS[call]
    refused = [name for name in CREDENTIALS if name not in ORGANIZERS]
    for name in refused:  # a link's last use is noted once an hour
        api.get(place.event.path, place.tokens[name])
    stored = everything_stored()
    for name in refused:
        response = act(api, place, place.tokens[name])
        assert said(response) == (MISSING if name == "nothing" else WRONG), name
        assert response.get("WWW-Authenticate") == ("Bearer" if name == "nothing" else None)
    assert everything_stored() == stored
    assert act(api, place, place.tokens["owner"]).status_code == success


@pytest.mark.parametrize("credential", sorted(ORGANIZERS))
@pytest.mark.parametrize("call", OWNER_CALLS)
def test_every_organizer_may(api: Api, place: Place, call: str, credential: str) -> None:
    """Co-hosts and root do all that the owner does."""
    success, act = OWNER_CALLS[call]
    assert act(api, place, place.tokens[credential]).status_code == success


@pytest.mark.parametrize("call", SELF_CALLS)
def test_a_guests_own_calls(
    api: Api, place: Place, call: str, everything_stored: Callable[[], Any]
) -> None:
    """The guest's own token passes; no token is a 401, any other a 404, and nothing is written."""
    success, act = SELF_CALLS[call]
    refused = [name for name in CREDENTIALS if name != "guest"]
    for name in refused:
        api.get(place.event.path, place.tokens[name])
    stored = everything_stored()
    for name in refused:
        response = act(api, place, place.tokens[name])
        assert said(response) == (MISSING if name == "nothing" else UNKNOWN), name
    assert everything_stored() == stored
    assert act(api, place, place.tokens["guest"]).status_code == success


@pytest.mark.parametrize("call", OPEN_CALLS)
def test_open_calls(api: Api, place: Place, call: str) -> None:
    """Reading, making and answering need no token, and none gets in the way."""
    success, act = OPEN_CALLS[call]
    for name in CREDENTIALS:
        assert act(api, place, place.tokens[name]).status_code == success, name


def test_a_missing_token_is_asked_for_in_the_references_words(api: Api) -> None:
    """401 "Missing bearer token"."""
    event = make_event()
    for path in (f"{event.path}/rsvps", f"{event.path}/rsvps/self"):
        assert api.get(path).json()["detail"] == "Missing bearer token"


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic dTpw", "Token abc", "bearer\tx", "\x7f", "Bearer \xe9"],
)
def test_other_authorization_headers(api: Api, header: str) -> None:
    """A header without a bearer token is as none; a strange token opens nothing."""
    event = make_event()
    response = api.client.get(f"{event.path}/rsvps", headers={"Authorization": header})
    assert response.status_code == (403 if header == "Bearer \xe9" else 401)


@pytest.mark.parametrize("word", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_read_in_any_case(api: Api, word: str) -> None:
    """RFC 9110: the scheme's name is case-insensitive."""
    event = make_event()
    headers = {"Authorization": f"{word}  {event.owner_token} "}
    assert api.client.get(f"{event.path}/rsvps", headers=headers).status_code == 200


def test_a_rotated_root_token_is_dead_at_once(api: Api, root_token: str) -> None:
    """The new one opens what the old one opened."""
    event = make_event()
    assert api.get(f"{event.path}/rsvps", root_token).status_code == 200
    fresh = rotate_root_token()
    assert api.get(f"{event.path}/rsvps", root_token).status_code == 403
    assert api.get(f"{event.path}/rsvps", fresh).status_code == 200


def test_the_token_of_a_deleted_answer_opens_nothing(api: Api) -> None:
    """Withdrawn is withdrawn."""
    event = make_event()
    rsvp = make_rsvp(event)
    api.delete(f"{event.path}/rsvps/self", rsvp.token)
    assert api.get(f"{event.path}/rsvps/self", rsvp.token).status_code == 404


METHODS = [
    ("PUT", "events"),
    ("DELETE", "events"),
    ("PUT", "events/{id}"),
    ("POST", "events/{id}"),
    ("POST", "events/{id}/event.ics"),
    ("PUT", "events/{id}/messages"),
    ("PATCH", "events/{id}/rsvps"),
    ("POST", "events/{id}/rsvps/self"),
    ("GET", "events/{id}/rsvps/{rsvp}/approve"),
    ("GET", "events/{id}/rsvps/{rsvp}"),
    ("POST", "channels"),
    ("DELETE", "channels/x"),
]


@pytest.mark.parametrize(("method", "path"), METHODS)
def test_other_methods_are_refused(api: Api, place: Place, method: str, path: str) -> None:
    """405 with the methods that are there, in the common error shape."""
    path = path.format(id=place.event.id, rsvp=place.rsvp.id)
    response = api.send(method, path, {}, place.event.owner_token)
    assert response.status_code == 405
    assert response.json().keys() == {"detail", "code"}
    assert response["Allow"]


@pytest.mark.parametrize(
    "path",
    [
        "events/",
        "events/1",
        "events/not-a-uuid",
        "events/x/rsvps",
        "channels/",
        "nothing",
        "channels/a b",
    ],
)
def test_paths_that_are_none(api: Api, path: str) -> None:
    """A JSON 404, never a page and never a redirect."""
    response = api.get(path)
    assert (response.status_code, response["Content-Type"]) == (404, "application/json")
    assert response.json().keys() == {"detail", "code"}

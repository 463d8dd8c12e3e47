"""Who may call what in the Social API: every endpoint with every member of the cast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from api.social import urls
from tests.conftest import Api, undone
from tests.makers import make_image, make_rsvp, make_stream
from tests.social_cast import BASE, Social, make_social

pytestmark = pytest.mark.once

WHO = (
    *("creator", "colleague", "organizer", "superuser", "outsider", "no tenant"),
    *("anonymous", "publishable", "reads", "revoked", "expired"),
)
# The event is the creator's and public, with a stream; the creator and the colleague answered it.
# 400: a key without a tenant. 401: no key, or a dead one. 403: known, and not allowed.
# 404: outside the key's tenant, so not theirs to know; or an answer that nobody gave.
_READ = (200, 200, 200, 200, 404, 400, 401, 200, 200, 401, 401)
_LISTED = (200, 200, 200, 200, 200, 400, 401, 200, 200, 401, 401)
_MINE = (200, 200, 200, 200, 200, 400, 401, 403, 200, 401, 401)
_OWNED = (200, 403, 200, 200, 404, 400, 401, 403, 403, 401, 401)
_MADE = (201, 201, 201, 201, 201, 400, 401, 403, 403, 401, 401)
_ANSWERED = (200, 200, 200, 200, 404, 400, 401, 403, 403, 401, 401)
_REFUSED = (*(400,) * 6, 401, 403, 403, 401, 401)
_REFUSED_TO_READERS = (*(400,) * 6, 401, 400, 400, 401, 401)
_REFUSED_OF_ROOM = (*(400,) * 4, 404, 400, 401, 403, 403, 401, 401)
_REFUSED_TO_OWNERS = (400, 403, 400, 400, 404, 400, 401, 403, 403, 401, 401)
TABLE: dict[str, tuple[int, ...]] = {
    "GET events": _LISTED,
    "POST events": _MADE,
    # The outsider is an admin at home, and finds nothing of anybody there.
    "GET events?userId={creator}": (200, 403, 200, 200, 200, 400, 401, 403, 200, 401, 401),
    "GET events?userId={colleague}&onlyAttendee=true": (
        *(403, 200, 200, 200, 200, 400, 401, 403, 403, 401, 401),
    ),
    "GET events/me/rsvps": _MINE,
    "GET events/{event}": _READ,
    "PUT events/{event}": _OWNED,
    "DELETE events/{event}": _OWNED,
    "GET events/{event}/rsvp": _READ,
    "POST events/{event}/rsvp": _ANSWERED,
    "PUT events/{event}/rsvp": _ANSWERED,
    "GET events/{event}/me/rsvp": (200, 200, 404, 404, 404, 400, 401, 403, 200, 401, 401),
    "GET events/{event}/room": _READ,
    "PUT events/{event}/room": _OWNED,
    "DELETE events/{event}/room": _OWNED,
    "GET rooms": _LISTED,
    "POST rooms": _OWNED,
    "GET rooms/{room}": _READ,
    "PUT rooms/{room}": _OWNED,
    "DELETE rooms/{room}": _OWNED,
    "POST rooms/{room}/stop": _OWNED,
    "GET rooms/{room}/recorded": _READ,
    "GET rooms/{room}/token": (400, 403, 400, 400, 404, 400, 401, 403, 400, 401, 401),
    "POST rooms/{room}/leave": _REFUSED_OF_ROOM,
    "PUT rooms/{room}/participants/{colleague}": _REFUSED_TO_OWNERS,
    "DELETE rooms/{room}/participants/{colleague}": _REFUSED_TO_OWNERS,
    "GET presence/settings": _REFUSED_TO_READERS,
    "GET presence/rooms/{room}/users": (*(400,) * 4, 404, 400, 401, 400, 400, 401, 401),
    "GET presence/rooms/{room}/users/count": (*(400,) * 4, 404, 400, 401, 400, 400, 401, 401),
    "POST presence/rooms/{room}/heartbeat": _REFUSED_OF_ROOM,
    "POST invitations": _REFUSED,
    "GET invitations/me": _REFUSED_TO_READERS,
    "POST files": _REFUSED,
    "GET files/{file}": _READ,
    "GET v3/files/{file}": _READ,
    "PUT v3/files/{file}": (403, 403, 200, 200, 404, 400, 401, 403, 403, 401, 401),
    "DELETE v3/files/{file}": (403, 403, 200, 200, 404, 400, 401, 403, 403, 401, 401),
    "POST v3/user-event/room": _REFUSED,
    "POST v3/channels": _REFUSED,
    "POST v4/images": _REFUSED,
    "POST v4/files": _REFUSED,
    "POST v4/videos": _REFUSED,
    "POST v4/clips": _REFUSED,
    "POST v4/audios": _REFUSED,
}
# Where the form comes without its file; every other 400 is of what is not done at all.
UPLOADS = ("POST files", "POST v4/images", "POST v4/files")
BODIES: dict[str, dict[str, Any]] = {
    "POST events": {"title": "T", "startTime": "2100-01-01T10:00:00Z"},
    "PUT events/{event}": {"title": "T"},
    "POST events/{event}/rsvp": {"status": "interested"},
    "PUT events/{event}/rsvp": {"status": "interested"},
    "PUT events/{event}/room": {"liveChatEnabled": True},
    "POST rooms": {"referenceId": "{event}"},
    "PUT rooms/{room}": {"liveChatEnabled": True},
    "PUT v3/files/{file}": {"altText": "A lawn"},
}
CODES = {401: "not_authenticated", 403: "not_allowed", 404: "not_found"}
each_endpoint = pytest.mark.parametrize("endpoint", TABLE)


@dataclass
class Place:
    """The cast and what it acts on."""

    social: Social
    ids: dict[str, Any]

    def ask(self, endpoint: str, who: str) -> Any:
        """One call of the table; the upload comes without a file."""
        method, path = endpoint.format(**self.ids).split(" ")
        address = f"/social/api/{path if path.startswith('v') else f'v1/{path}'}"
        key = self.social.keys[who]
        if endpoint in UPLOADS:
            headers = {"Authorization": f"Bearer {key}"} if key else {}
            return Client().post(address, headers=headers)
        body = {
            name: said.format(**self.ids) if isinstance(said, str) else said
            for name, said in BODIES.get(endpoint, {}).items()
        }
        return self.social.api.send(method, address, body, key)


@pytest.fixture
def place(api: Api) -> Place:
    """A public event with a stream, two answers to it, and an image."""
    social = make_social(api)
    cast = social.cast
    event = social.event()
    room = make_stream(event, recordings=[{"url": "https://stream.example.org/1"}])
    for member in (cast.creator, cast.colleague):
        make_rsvp(event, user=member.user)
    ids = {
        "event": event.id,
        "room": room.pk,
        "file": make_image(cast.tenant).pk,
        "creator": cast.creator.id,
        "colleague": cast.colleague.id,
    }
    return Place(social, ids)


@each_endpoint
def test_every_endpoint_and_everybody(
    place: Place, endpoint: str, everything_stored: Callable[[], Any]
) -> None:
    """The table, the one shape of a refusal, and that a refusal writes nothing."""
    stored, surprises = everything_stored(), {}
    for who, expected in zip(WHO, TABLE[endpoint], strict=True):
        with undone():
            response = place.ask(endpoint, who)
            told: tuple[Any, ...] = (response.status_code,)
            right: tuple[Any, ...] = (expected,)
            if expected >= 400:
                body, challenge = response.json(), response.headers.get("WWW-Authenticate")
                told += (body.get("code"), body.keys(), challenge, everything_stored() == stored)
                code = code_of(endpoint, who, expected)
                fields = {"detail", "code", "status", "message"}
                fields |= {"errors"} if code == "invalid" else set()
                right += (code, fields, "Bearer" if expected == 401 else None, True)
        if told != right:
            surprises[who] = (told, right)
    assert surprises == {}


def code_of(endpoint: str, who: str, status: int) -> str:
    """The code of a refusal."""
    if who == "no tenant":
        return "no_tenant"
    refused = "invalid" if endpoint in UPLOADS else "not_supported"
    return refused if status == 400 else CODES[status]


def test_the_table_is_complete() -> None:
    """Every route and method of the URL table is in the table above."""
    routes = {
        f"{method.upper()} {str(route.pattern).removeprefix('v1/')}"
        for route in urls.urlpatterns
        for method in route.callback.actions.keys() - {"head"}
    }
    spelt = {
        endpoint.partition("?")[0]
        .replace("{event}", "<uuid:event_id>")
        .replace("{file}", "<uuid:file_id>")
        .replace("{room}", "<uuid:room_id>")
        .replace("participants/{colleague}", "participants/<uuid:id>")
        for endpoint in TABLE
    }
    assert spelt == routes


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "events", "GET, POST"),
        ("PATCH", "events/{event}", "GET, PUT, DELETE"),
        ("POST", "events/{event}", "GET, PUT, DELETE"),
        ("DELETE", "events/{event}/rsvp", "GET, POST, PUT"),
        ("POST", "events/{event}/me/rsvp", "GET"),
        ("POST", "events/me/rsvps", "GET"),
        ("POST", "events/{event}/room", "GET, PUT, DELETE"),
        ("GET", "files", "POST"),
        ("DELETE", "files/{file}", "GET"),
        ("DELETE", "rooms", "GET, POST"),
        ("POST", "rooms/{room}", "GET, PUT, DELETE"),
    ],
)
def test_other_methods(place: Place, method: str, path: str, allowed: str) -> None:
    """405 with what is allowed."""
    response = place.social.send(method, path.format(**place.ids))
    assert response.status_code == 405
    assert response.json()["code"] == "method_not_allowed"
    assert set(response.headers["Allow"].split(", ")) >= set(allowed.split(", "))


@pytest.mark.parametrize("name", ["Authorization", "X-API-Key"])
def test_where_the_key_stands(place: Place, name: str) -> None:
    """As a bearer token, or in a header of its own."""
    key = place.social.cast.creator.key
    headers = {name: f"Bearer {key}" if name == "Authorization" else key}
    response = Client().get(f"{BASE}/events", headers=headers)
    assert response.status_code == 200
    assert len(response.json()["events"]) == 1

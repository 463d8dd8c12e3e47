"""How each address is asked: every route of the resolver, working ids for it, bodies that pass."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from http.cookies import SimpleCookie
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.access.world import Caller, World
from tests.pages.admin.cast import picture
from tests.parity.doors import PAGES

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_CONVERTED = re.compile(r"<(?:\w+:)?(\w+)>")
_NAMED = re.compile(r"\(\?P<(\w+)>(?:[^()]|\\.)*\)")

WHEN = "2100-01-01T10:00:00Z"
_TICKET = "{ticket}"

# A body that passes, by method and route; a route not named here is sent an empty one.
JSON: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("POST", "api/v1/events"): {"title": "T", "start_time": WHEN},
    ("PATCH", "api/v1/events/<event_id>"): {"title": "T"},
    ("POST", "api/v1/events/<event_id>/tiers"): {"name": "T"},
    ("PATCH", "api/v1/events/<event_id>/tiers/<tier_id>"): {"name": "T"},
    ("POST", "api/v1/events/<event_id>/links"): {"role": "viewer"},
    ("POST", "api/v1/events/<event_id>/webhooks"): {"url": "https://hooks.example.org/"},
    ("POST", "api/v1/lost-links"): {"email": "gale@guests.example"},
    ("POST", "api/v1/webhooks"): {"url": "https://hooks.example.org/"},
    ("PATCH", "api/v1/webhooks/<webhook_id>"): {"description": "D"},
    ("POST", "api/v1/events/<event_id>/check-ins"): {"ticket": _TICKET},
    ("DELETE", "api/v1/events/<event_id>/check-ins"): {"ticket": _TICKET},
    ("POST", "api/v1/events/<event_id>/comments"): {"content": "C"},
    ("POST", "api/v1/events/<event_id>/messages"): {"content": "C"},
    ("POST", "api/v1/events/<event_id>/rsvps"): {"name": "N", "status": "maybe"},
    ("POST", "api/v1/events/<event_id>/rsvps/bulk"): {"action": "approve", "filter": {}},
    ("POST", "api/v1/events/<event_id>/invitations"): {"emails": ["new@example.org"]},
    ("POST", "api/v1/community-events/<event_id>/invitations"): {"emails": ["new@example.org"]},
    ("PATCH", "api/v1/events/<event_id>/rsvps/self"): {"name": "N"},
    ("POST", "api/v1/events/<event_id>/rsvps/self/messages"): {"content": "C"},
    ("POST", "api/v1/events/<event_id>/rsvps/<rsvp_id>/messages"): {"content": "C"},
    ("POST", "api/v1/events/<event_id>/rsvps/<rsvp_id>/merge"): {"into": "{into}"},
    ("POST", "api/v1/community-events/<event_id>/rsvps/<rsvp_id>/merge"): {"into": "{into}"},
    ("POST", "api/v1/community-events"): {"title": "T", "start_time": WHEN},
    ("PATCH", "api/v1/community-events/<event_id>"): {"title": "T"},
    ("POST", "api/v1/community-events/<event_id>/rsvp"): {"status": "interested"},
    ("POST", "api/v1/community-events/<event_id>/rsvps/bulk"): {"action": "approve", "filter": {}},
    ("PATCH", "api/v1/community-events/rsvps/<rsvp_id>"): {"status": "interested"},
    ("POST", "api/v1/community-events/<event_id>/tiers"): {"name": "T"},
    ("PATCH", "api/v1/community-events/<event_id>/tiers/<tier_id>"): {"name": "T"},
    ("POST", "api/v1/community/comments"): {
        "content_type": "event",
        "content_id": "{event_id}",
        "comment": "C",
    },
    ("POST", "api/v1/communities/<tag>/events/<slug>/rsvp"): {
        "tierId": "{tier_id}",
        "email": "kim@example.org",
        "name": "Kim",
    },
    ("POST", "social/api/v1/events"): {"title": "T", "startTime": WHEN},
    ("PUT", "social/api/v1/events/<event_id>"): {"title": "T"},
    ("POST", "social/api/v1/events/<event_id>/rsvp"): {"status": "interested"},
    ("PUT", "social/api/v1/events/<event_id>/rsvp"): {"status": "interested"},
    ("PUT", "social/api/v1/events/<event_id>/room"): {"liveChatEnabled": True},
    ("POST", "social/api/v1/rooms"): {"referenceId": "{event_id}"},
    ("PUT", "social/api/v1/rooms/<room_id>"): {"liveChatEnabled": True},
    ("PUT", "social/api/v3/files/<file_id>"): {"altText": "A lawn"},
}
_A = "e/<event_id>/admin"
_TIER = f"{_A}/tickets/<tier_id>"
FORMS: Mapping[str, Mapping[str, Any]] = {
    **{re.sub(r"{(\w+)}", r"<\1>", page.path)[1:]: page.passes for page in PAGES.values()},
    "e/<event_id>/rsvp/messages": {"content": "C"},
    "lost": {"email": "gale@guests.example"},
    "e/<event_id>": {"name": "N", "attendance": "interested"},
    f"{_A}/guests": {"name": "N", "attendance": "interested"},
    f"{_A}/guests/bulk": {"action": "approve", "all": "1"},
    f"{_A}/door": {"role": "viewer", "label": "L"},
    f"{_A}/delete": {"typed": "Hidden supper"},
    f"{_A}/webhook": {"url": "https://hooks.example.org/"},
    "e/<event_id>/door/check-ins": {"ticket": _TICKET},
    "e/<event_id>/door/check-ins/undo": {"rsvp_id": "{rsvp_id}"},
    f"{_TIER}/questions": {"label": "Q", "kind": "text"},
    f"{_TIER}/questions/<question_id>": {"label": "Q", "kind": "text"},
    f"{_TIER}/questions/<question_id>/move": {"step": "down"},
    "admin/login/": {"username": "nobody@example.org", "password": "wrong"},
}
# What an address is filled with, where it differs from the event that is asked for elsewhere. A
# further word behind a route asks it once more, for something else.
INSTEAD: Mapping[str, Mapping[str, str]] = {
    "api/v1/communities/": {"slug": "public_slug", "tier_id": "public_tier"},
    "api/v1/community-events/rsvps/": {"rsvp_id": "member_rsvp"},
}
AGAIN: Mapping[str, Mapping[str, str]] = {
    "c/<slug> private": {"slug": "circle"},
    "c/<slug>.ics private": {"slug": "circle"},
    "embed/c/<slug> private": {"slug": "circle"},
    "c/<slug>.atom private": {"slug": "circle"},
    "api/v1/channels/<slug> private": {"slug": "circle"},
    "api/v1/communities/<tag>/events private": {"tag": "circle"},
    "api/v1/communities/<tag>/events.ics private": {"tag": "circle"},
    **{
        f"api/v1/communities/<tag>/events/<slug>{rest} private": {
            "tag": "circle",
            "slug": "private_slug",
            "tier_id": "tier_id",
        }
        for rest in ("", "/tiers", "/tiers/<tier_id>/form", "/rsvp")
    },
    "api/v1/communities/<tag>/tiers/<tier_id>/form private": {
        "tag": "circle",
        "tier_id": "tier_id",
    },
}


UPLOADS = ("social/api/v1/files", "social/api/v4/images", "social/api/v4/files")


def routes() -> list[str]:
    """Every address of the resolver, spelt with ``<name>`` for what varies, in its order; those of
    AGAIN behind them."""
    return [
        *dict.fromkeys(_plain(route) for route in _walk(get_resolver().url_patterns, "")),
        *AGAIN,
    ]


def _walk(patterns: list[Any], before: str) -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def _plain(route: str) -> str:
    """Converters and expressions as the name alone."""
    named = _NAMED.sub(r"<\1>", _CONVERTED.sub(r"<\1>", route))
    return re.sub(r"\^|\$|\\Z", "", named)


def ask(world: World, client: Client, caller: Caller, method: str, route: str) -> str:
    """One cell: the status of the answer, an ``L`` if it leads to the sign-in, an ``N`` if to the
    admin's start (there is no such row), and the letters of the secrets it tells this caller.
    Whatever it wrote is undone."""
    address = address_of(world, caller, route)
    bare = route.removesuffix(" private")
    cookies = SimpleCookie(client.cookies)
    with transaction.atomic():
        answer = send(world, client, method, address, bare)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    client.cookies = cookies
    where = answer.headers.get("Location", "")
    led = "L" if where.startswith("/admin/login/") else "N" if where == "/admin/" else ""
    headers = "".join(said for name, said in answer.items() if name != "Location")
    told = caller.told(text.decode("utf-8", "replace").replace("\r\n ", "") + headers)
    return f"{answer.status_code}{led}{told}"


def send(world: World, client: Client, method: str, address: str, route: str) -> Any:
    """The answer to a request with a body that passes. ``address`` is what the route comes to."""
    if route in UPLOADS and method == "POST":
        return client.post(address, {"file": SimpleUploadedFile("a.png", picture())})
    if route.endswith("admin/cover") and method == "POST":
        return client.post(address, {"cover": SimpleUploadedFile("a.png", picture())})
    if route.startswith(("api/", "social/")):
        body = JSON.get((method, route.rstrip("/")), {} if method in ("POST", "PUT") else None)
        raw = "" if body is None else json.dumps(_filled(world, body, route))
        return client.generic(method, address, raw, content_type="application/json")
    if method == "POST":
        return client.post(address, _filled(world, FORMS.get(route, {"post": "yes"}), route))
    return client.generic(method, address)


def _filled(world: World, body: Mapping[str, Any], route: str) -> dict[str, Any]:
    ids = _ids(world, route)
    return {
        name: ids[said[1:-1]] if isinstance(said, str) and said.startswith("{") else said
        for name, said in body.items()
    }


def _ids(world: World, route: str) -> dict[str, str]:
    ids = dict(world.ids)
    for start, other in INSTEAD.items():
        if route.startswith(start):
            ids |= {name: world.ids[there] for name, there in other.items()}
    return ids | {name: world.ids[there] for name, there in AGAIN.get(route, {}).items()}


def address_of(world: World, caller: Caller, route: str) -> str:
    """The route with working ids, and with the caller's link where it takes one."""
    ids = _ids(world, route)
    # Whatever link they hold is tried on every door.
    held = [caller.feed] if route.startswith("feeds/") and caller.feed else caller.cookies.values()
    ids["token"] = next(iter(held), "cvo_" + "x" * 43)
    if route.startswith("admin/"):
        ids["object_id"] = _row(world, route)
    bare = route.removesuffix(" private")
    return "/" + re.sub(r"<(\w+)>", lambda found: ids[found[1]], bare)


def _row(world: World, route: str) -> str:
    """The id of a row of the admin's model."""
    model = "/".join(route.split("/")[1:3])
    return world.rows.get(model, "")

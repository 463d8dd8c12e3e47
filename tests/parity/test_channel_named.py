"""An event's channel is named to its organizers wherever they read of the event, a private channel
too, and then to nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from channels.domain.rooms import create_channel
from pages.base import DOOR_COOKIE, GUEST_COOKIE, OWNER_COOKIE, VIEWER_COOKIE
from tests.conftest import Api
from tests.makers import MadeEvent, make_door, make_event, make_link, make_rsvp
from tests.tenant_cast import make_cast

pytestmark = pytest.mark.once

CIRCLE = {"channel_name": "Secret Circle", "channel_visibility": "private"}


def bodies(api: Api, event: MadeEvent, token: str | None) -> dict[str, Any]:
    """The event in every answer of the Capability API that this reader is given."""
    listed = api.get("events", token).json()["events"]
    answers = {
        "detail": api.get(event.path, token),
        "changed": api.patch(event.path, {"tags": ["new"]}, token),
        "guests": api.get(f"{event.path}/rsvps", token),
    }
    found = {
        name: answer.json()["event"] for name, answer in answers.items() if answer.status_code < 300
    }
    return found | {"listed": next(each for each in listed if each["id"] == str(event.id))}


def pages(event: MadeEvent, cookie: str, token: str | None) -> dict[str, str]:
    """Every page about the event that this reader may open."""
    client = Client()
    if token:
        client.cookies[cookie] = token
    paths = ("", "/attendees", "/rsvp", "/view", "/door", "/admin", "/admin/edit")
    answers = {path: client.get(f"/e/{event.id}{path}") for path in paths}
    return {path: each.content.decode() for path, each in answers.items() if each.status_code < 300}


def test_organizers_read_it(api: Api, root_token: str) -> None:
    """From its creation on."""
    made = api.post("events", {"title": "T", "start_time": "2100-01-01T10:00:00Z", **CIRCLE}).json()
    channel = made["event"]["channel"]
    assert (channel["name"], channel["visibility"]) == ("Secret Circle", "private")
    event = MadeEvent(made["event"]["id"], made["admin_token"])
    cohost = make_link(event, "cohost")  # type: ignore[arg-type]
    for token in (event.owner_token, cohost, root_token):
        told = bodies(api, event, token)
        assert {name: body.get("channel") for name, body in told.items()} == dict.fromkeys(
            ("detail", "changed", "guests", "listed"), channel
        )
    for token in (event.owner_token, cohost):
        shown = pages(event, OWNER_COOKIE, token)
        named = {path for path, text in shown.items() if f"/c/{channel['slug']}" in text}
        assert named == {""}
        assert channel["name"] in shown["/admin/edit"]


def test_nobody_else_does(api: Api) -> None:
    """Attending guests, helpers, other events' organizers."""
    event = make_event(**CIRCLE)
    stored = event.stored.channel
    assert stored is not None
    readers = {
        "nobody": ("", None),
        "guest": (GUEST_COOKIE, make_rsvp(event).token),
        "door": (DOOR_COOKIE, make_door(event)),
        "viewer": (VIEWER_COOKIE, make_link(event, "viewer")),  # type: ignore[arg-type]
        "other": (OWNER_COOKIE, make_event(**CIRCLE | {"channel_name": "Other"}).owner_token),
    }
    for name, (cookie, token) in readers.items():
        told = bodies(api, event, token)
        assert told.keys() == {"detail", "listed"}, name
        assert [body for body in told.values() if "channel" in body] == [], name
        shown = pages(event, cookie, token)
        assert "" in shown
        said = [path for path, text in shown.items() if stored.slug in text or stored.name in text]
        assert said == [], name


@pytest.mark.parametrize(
    ("who", "knows"),
    [("creator", True), ("organizer", True), ("colleague", False), ("publishable", False)],
)
def test_members(api: Api, who: str, knows: bool) -> None:
    """By their standing, in the Tenant and in the Social API, one event and lists."""
    cast = make_cast()
    circle = create_channel(name="Circle", tenant_id=cast.tenant.pk, visibility="private")
    event, key = cast.event(channel_id=circle.pk), cast.keys[who]
    told = [
        api.get(f"community-events/{event.id}", key).json()["group_id"],
        api.get("community-events", key).json()["events"][0]["group_id"],
        api.get(f"/social/api/v1/events/{event.id}", key).json()["events"][0]["originId"],
        api.get("/social/api/v1/events", key).json()["events"][0]["originId"],
    ]
    assert told == ([str(circle.pk)] * 4 if knows else [None] * 4)

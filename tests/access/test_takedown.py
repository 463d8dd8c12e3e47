"""An event that was taken down: every address, method and caller of the matrix. Its organizers and
root are answered as ever; for everybody else it is not there."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.test import Client

from comments.domain.takedown import bring_back, take_down
from events.models import Event
from tests.access.asking import address_of, ask, routes, send
from tests.access.matrix import TABLE, written
from tests.access.world import World, make_world

# Who may see it is asked in Python, in one place: access/events.py.
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]

ORGANIZERS = {"cohost", "owner", "root", "creator", "staff", "super"}
# For an event that anybody finds, others' links and a key for the public are as good as nothing.
ALIKE = {"guest2", "owner2", "ended"}
# What says nothing of the event.
REFUSED = {"401", "403", "404"}
# A browser's own list takes off whatever id it is told.
OF_BROWSERS = "mine/"
WORDS = ("Hidden supper", "Zwiebelgasse 7", "Doors at six")


@pytest.fixture(params=["private", "open"])
def world(request: pytest.FixtureRequest) -> World:
    made = make_world()
    if request.param == "open":  # in every list
        Event.objects.filter(pk=made.event.id).update(
            is_private=False, channel=made.public.stored.channel
        )
    take_down(event_id=made.event.id, reason="Not what it says")
    return made


def pages() -> list[str]:
    return [route for route in routes() if not route.startswith("admin/")]


def test_nobody_else_finds_it(world: World, request: pytest.FixtureRequest) -> None:
    """Not by its id, nor by what belongs to it: what is about it alone is refused. While it is
    private, whoever was refused before (the matrix says who) need not ask again; on an event that
    anybody finds, they take turns to."""
    private = "private" in request.node.name
    about_it = [
        route for route in pages() if "<event_id>" in route and not route.startswith(OF_BROWSERS)
    ]
    assert len(about_it) > 50
    surprises: dict[tuple[str, str, str], str] = {}
    table = written(TABLE.read_text())
    for number, (name, caller) in enumerate(world.callers.items()):
        if name in (ORGANIZERS if private else ORGANIZERS | ALIKE):
            continue
        client = caller.client()
        asked = product(about_it, ("GET", "POST", "PATCH", "PUT", "DELETE"))
        for turn, (route, method) in enumerate(asked, start=number):
            before = table[route, method, name]
            if before == "405" or (before in REFUSED and (private or turn % 3)):
                continue
            cell = ask(world, client, caller, method, route)
            if cell[:3] not in REFUSED:
                surprises[route, method, name] = cell
    assert surprises == {}


@pytest.mark.parametrize("world", ["open"], indirect=True)
def test_no_answer_says_its_name(world: World) -> None:
    """Lists, feeds, search, calendars, channels, and the pages of errors."""
    told: dict[tuple[str, str], str] = {}
    for name, caller in world.callers.items():
        if name in ORGANIZERS | ALIKE | {"waiting", "door", "colleague"}:
            continue
        client = caller.client()
        for route in pages():
            bare = route.removesuffix(" private")
            answer = send(world, client, "GET", address_of(world, caller, route), bare)
            text = b"".join(answer.streaming_content) if answer.streaming else answer.content
            for word in WORDS:
                if word in text.decode("utf-8", "replace"):
                    told[route, name] = word
    assert told == {}


def test_its_organizers_read_why(world: World) -> None:
    """On their page, and in the APIs that tell organizers of it."""
    for name in ("owner", "cohost"):
        client = world.callers[name].client()
        page = client.get(f"/e/{world.event.id}/admin")
        assert page.status_code == 200
        assert "Not what it says" in page.content.decode()
        body = client.get(f"/api/v1/events/{world.event.id}").json()["event"]
        assert body["takedown_reason"] == "Not what it says"
        assert body["taken_down_at"] is not None
    tenant = world.callers["creator"].client()
    body = tenant.get(f"/api/v1/community-events/{world.event.id}").json()
    assert body["takedown_reason"] == "Not what it says"


def test_nothing_of_theirs_brings_it_back(world: World) -> None:
    """Changing it, cancelling and un-cancelling it, duplicating it."""
    client = world.callers["owner"].client()
    here = f"/api/v1/events/{world.event.id}"
    json: dict[str, Any] = {"content_type": "application/json"}
    body = {"title": "Other", "is_private": False, "taken_down_at": None}
    assert client.patch(here, body, **json).status_code == 200
    for status in ("cancelled", "scheduled"):
        assert client.patch(here, {"status": status}, **json).status_code == 200
    copied = client.post(f"{here}/duplicate", {}, **json)
    assert (copied.status_code, copied.json()["code"]) == (403, "taken_down")
    assert Client().get(here).status_code == 404
    assert Event.objects.public().filter(pk=world.event.id).count() == 0


def test_it_comes_back_whole(world: World) -> None:
    """As if nothing had been."""
    bring_back(event_id=world.event.id)
    caller = world.callers["guest"]
    assert ask(world, caller.client(), caller, "GET", "api/v1/events/<event_id>") == "200p"
    owner = world.callers["owner"].client()
    assert "taken_down_at" not in owner.get(f"/api/v1/events/{world.event.id}").json()["event"]

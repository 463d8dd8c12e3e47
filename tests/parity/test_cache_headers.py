"""What caches and search engines are told: whatever a credential opened, and all of a private
event, is for its reader only."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from comments.domain.messages import announce
from pages.base import DOOR_COOKIE, GUEST_COOKIE, OWNER_COOKIE, VIEWER_COOKIE
from tests.community_cast import Community, make_community
from tests.conftest import Api
from tests.makers import (
    MadeEvent,
    make_channel,
    make_door,
    make_event,
    make_link,
    make_rsvp,
    make_tier,
)
from tests.tenant_cast import comment_by

pytestmark = pytest.mark.once

NAMES = ("Cache-Control", "X-Robots-Tag", "Vary")
NO_STORE = "private, no-store"
# Of the Capability API, and of those that take keys. Where other sites may read, what they are told
# differs by Origin. Everything differs by language.
LINKS = {"Vary": "Authorization, Accept-Language, origin"}
KEYS = {"Vary": "Authorization, X-API-Key, Accept-Language, origin"}
TENANT = {"Vary": "Authorization, X-API-Key, Accept-Language"}
# What is not compressed: calendars, redirections.
PLAIN = {"Vary": "Cookie, Accept-Language"}
PAGES = {"Vary": "Cookie, Accept-Language, Accept-Encoding"}
KEPT = {"Cache-Control": NO_STORE, "X-Robots-Tag": "noindex"}
# Of the APIs: what everybody may read, and refusals.
PUBLIC = {"Cache-Control": "public, max-age=0, must-revalidate"}
REFUSED = {"Cache-Control": "no-store"}
KEPT_PAGE = {"Cache-Control": NO_STORE, "X-Robots-Tag": "noindex, nofollow"}

CAPABILITY = ("", "/event.ics", "/comments", "/messages", "/tiers", "/tiers/{tier}")
PUBLIC_PAGES = ("", "/event.ics", "/attendees", "/comments")
READERS = ("nobody", "owner", "guest", "door", "root", "bad token")


def told(response: Any, status: int = 200) -> dict[str, str]:
    """What an answer of this status says to caches and search engines."""
    assert response.status_code == status, response.content
    return {name: response[name] for name in NAMES if name in response}


@pytest.fixture
def community(api: Api) -> Community:
    return make_community(api)


def token_of(reader: str, event: MadeEvent, root_token: str) -> str | None:
    return {
        "nobody": None,
        "owner": event.owner_token,
        "guest": make_rsvp(event).token,
        "door": make_door(event),
        "root": root_token,
        "bad token": "garbage",
    }[reader]


# --- The Capability API -------------------------------------------------------------------------


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("path", CAPABILITY)
def test_an_event(api: Api, root_token: str, path: str, reader: str, private: bool) -> None:
    event = make_event(is_private=private)
    at = f"{event.path}{path}".format(tier=make_tier(event).pk)
    kept = KEPT if private or reader != "nobody" else PUBLIC
    assert told(api.get(at, token_of(reader, event, root_token))) == LINKS | kept


def test_lists(api: Api, root_token: str) -> None:
    """Of events and channels; a private channel's slug is its key."""
    public, private = make_channel("Open"), make_channel("Shut", "private")
    for path in ("events", "channels", f"channels/{public.slug}"):
        assert told(api.get(path)) == LINKS | PUBLIC
        assert told(api.get(path, root_token)) == LINKS | KEPT
    assert told(api.get(f"channels/{private.slug}")) == LINKS | KEPT


def test_what_a_guest_holds(api: Api) -> None:
    rsvp = make_rsvp(event := make_event())
    for path in ("", "/ticket.png"):
        assert told(api.get(f"{event.path}/rsvps/self{path}", rsvp.token)) == LINKS | KEPT


def test_answers_to_writes_hold_tokens(api: Api) -> None:
    """Also to those that need no credential."""
    made = api.post("events", {"title": "T", "start_time": "2031-01-01"})
    assert told(made, 201) == LINKS | KEPT
    path = made.json()["event"]["links"]["api"]
    assert told(api.post(f"{path}/rsvps", {"name": "N", "status": "yes"}), 201) == LINKS | KEPT


def test_nothing_of_a_private_event_is_left_out(api: Api) -> None:
    """Every address of the OpenAPI document that answers nobody in particular."""
    event = make_event(is_private=True, channel_name="Shut", channel_visibility="private")
    make_rsvp(event)
    filled = {
        "event_id": event.id,
        "tier_id": make_tier(event).pk,
        "slug": event.stored.channel.slug,
        "content_type": "event",
        "content_id": event.id,
    }
    document = api.client.get("/api/schema/", headers={"Accept": "application/json"}).json()
    opened = set()
    for path, methods in document["paths"].items():
        names = {each["name"] for each in methods.get("get", {}).get("parameters", [])}
        wanted = {name for name in names if f"{{{name}}}" in path}
        if "get" not in methods or not wanted or not wanted <= filled.keys():
            continue
        answer = api.get(path.format(**{name: filled[name] for name in wanted}))
        if answer.status_code == 200:
            opened.add(path)
            assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == (NO_STORE, "noindex"), path
    assert opened == {
        "/api/v1/events/{event_id}",
        "/api/v1/events/{event_id}/event.ics",
        "/api/v1/events/{event_id}/comments",
        "/api/v1/events/{event_id}/messages",
        "/api/v1/events/{event_id}/tiers",
        "/api/v1/events/{event_id}/tiers/{tier_id}",
        "/api/v1/channels/{slug}",
        "/api/v1/community/comments/{content_type}/{content_id}",
    }


# --- The APIs that take keys --------------------------------------------------------------------


@pytest.mark.parametrize("header", ["Authorization", "X-API-Key"])
def test_whatever_a_key_opened(community: Community, header: str) -> None:
    """A secret or a publishable one, in either header."""
    event = community.event()
    paths = [
        ("secret", "/api/v1/community-events"),
        ("secret", f"/api/v1/community-events/{event.id}"),
        ("secret", f"/api/v1/community-events/{event.id}/export/ical"),
        ("secret", f"/api/v1/community-events/{event.id}/attendees"),
        ("secret", f"/api/v1/community/comments/event/{event.id}"),
        ("secret", f"/social/api/v1/events/{event.id}"),
        ("publishable", f"/api/v1/community-events/{event.id}"),
        ("publishable", f"/api/v1/{community.path}/events"),
        ("publishable", f"/api/v1/{community.at(event)}"),
        ("publishable", f"/api/v1/{community.path}/events.ics"),
        ("secret", "/api/v1/community-events/my-feed"),
    ]
    for who, path in paths:
        key = community.keys[who]
        value = f"Bearer {key}" if header == "Authorization" else str(key)
        vary = TENANT if path.startswith("/api/v1/community") else KEYS
        assert told(Client().get(path, headers={header: value})) == vary | KEPT, path


def test_refusals_differ_by_key_too(community: Community) -> None:
    """What answers nobody, and a bad key."""
    path = f"{community.path}/events"
    assert told(community.api.get(path), 401) == KEYS | REFUSED
    assert told(community.api.get(path, "garbage"), 401) == KEYS | KEPT


@pytest.mark.parametrize("private", [False, True])
def test_threads_that_need_no_key(community: Community, private: bool) -> None:
    """On an event, and on an announcement of one."""
    api, cast = community.api, community.cast
    event = cast.event(is_private=private)
    comment_by(cast.creator, "event", str(event.id))
    post = announce(event_id=event.id, content="Hello.").id
    for path in (f"event/{event.id}", f"post/{post}"):
        assert told(api.get(f"community/comments/{path}")) == TENANT | (KEPT if private else PUBLIC)
    assert told(api.get("community/comments/video/123")) == TENANT | PUBLIC


# --- Pages --------------------------------------------------------------------------------------


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_pages_of_an_event(db: None, path: str, private: bool) -> None:
    event = make_event(is_private=private)
    anonymous = told(Client().get(f"/e/{event.id}{path}"))
    # The event's own page holds a form.
    public = {} if path else {"Cache-Control": "private, no-cache"}
    kind = PLAIN if path.endswith(".ics") else PAGES
    assert anonymous == kind | (KEPT_PAGE if private else public)
    keys = {
        OWNER_COOKIE: event.owner_token,
        GUEST_COOKIE: make_rsvp(event).token,
        DOOR_COOKIE: make_door(event),
        VIEWER_COOKIE: make_link(event, "viewer"),  # type: ignore[arg-type]
    }
    for name, token in keys.items():
        client = Client()
        client.cookies[name] = token
        assert told(client.get(f"/e/{event.id}{path}")) == kind | KEPT_PAGE, name


def test_answers_to_forms_hold_keys(db: None) -> None:
    form = {"name": "Robin", "attendance": "going", "guest_count": "0"}
    answer = Client().post(f"/e/{make_event().id}", form)
    assert told(answer, 303) == PAGES | KEPT_PAGE


def test_pages_with_a_form_are_asked_for_again(db: None) -> None:
    """Each showing has a key of its own; where RSVPs are closed, there is no form."""
    assert told(Client().get("/new")) == PAGES | {"Cache-Control": "private, no-cache"}
    assert told(Client().get(f"/e/{make_event(rsvps_closed=True).id}")) == PAGES


def test_public_pages_are_left_alone(db: None) -> None:
    for path in ("/", "/channels", f"/c/{make_channel('Open').slug}"):
        assert told(Client().get(path)) == PAGES


def test_images_are_left_alone(db: None) -> None:
    """They are the same for everybody, for ever."""
    name = default_storage.save("images/garden.png", ContentFile(b"pixels"))
    assert told(Client().get(f"/media/{name}", headers={"Authorization": "Bearer x"})) == {
        "Cache-Control": "public, max-age=31536000, immutable"
    }

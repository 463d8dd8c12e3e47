"""Rooms by their own ids in the Social API: who finds them, alone and in the list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from events.models import Event, LiveRoom
from rsvps.domain.approval import approve
from tests.conftest import Api, Clock
from tests.makers import MadeEvent, make_channel, make_rsvp, make_stream
from tests.social_cast import SIDE_LOADS, Social, make_social, paths, refused
from tests.tenant_cast import limited_key, said

WATCH = "https://stream.example.org/x.m3u8"
READERS = ("creator", "colleague", "organizer", "superuser", "outsider", "publishable", "reads")


@pytest.fixture
def social(api: Api, clock: Clock) -> Social:
    """Who calls, on the first of May 2030 at noon."""
    return make_social(api)


def streamed(social: Social, **values: Any) -> tuple[MadeEvent, str]:
    """An event with a stream, and the stream's id."""
    event = social.event(**values)
    return event, str(make_stream(event).pk)


def listed(social: Social, who: str = "colleague", **query: Any) -> list[str]:
    """The rooms of a page."""
    return [room["roomId"] for room in said(social.get("rooms", who, query), 200)["rooms"]]


def test_a_room_comes_with_its_event(social: Social) -> None:
    """What its event's own address answers, alone and in the list."""
    event = social.rich()
    (room,) = said(social.get(f"events/{event.id}/room"), 200)["rooms"]
    beside = said(social.get(f"events/{event.id}"), 200)
    assert (beside["rooms"], room["referenceId"]) == ([room], beside["events"][0]["postId"])
    assert said(social.get(f"rooms/{room['roomId']}"), 200) == beside
    page = said(social.get("rooms"), 200)
    assert page.pop("paging") == {"next": None, "previous": None}
    assert page == beside
    assert all(page[name] for name in SIDE_LOADS)


@pytest.mark.slow
def test_one_address_denies_what_the_other_denies(social: Social) -> None:
    """A listed room is one that opens by its id, and every row of a page is one; one that opens and
    is not listed belongs to a private event. Whatever is denied is denied like a room that is not
    there."""
    cast = social.cast
    club = {"channel_id": social.channel.pk}
    rooms = {}
    for private in (False, True):
        for guard in ({}, {"hide_location": True}, {"approval_required": True}):
            event, room = streamed(social, is_private=private, **guard)
            rooms[room] = event
            attended, its = streamed(social, is_private=private, **guard, **club)
            rooms[its] = attended
            rsvp = make_rsvp(attended, user=cast.colleague.user)
            if "approval_required" in guard:
                approve(event_id=attended.id, rsvp_id=rsvp.id)
    waiting, room = streamed(social, approval_required=True)
    make_rsvp(waiting, user=cast.colleague.user)
    declined, other = streamed(social, hide_location=True)
    make_rsvp(declined, user=cast.colleague.user, attendance="not_going")
    rooms |= {room: waiting, other: declined}
    social.keys["club"] = limited_key(cast.colleague, social.channel).key
    opened = {}
    for who in (*READERS, "club"):
        page = said(social.get("rooms", who, limit=100), 200)
        events = [event["eventId"] for event in page["events"]]
        assert events == [room["referenceId"] for room in page["rooms"]], who
        found = {room["roomId"] for room in page["rooms"]}
        answers = {room: social.get(f"rooms/{room}", who) for room in rooms}
        opened[who] = {room for room, answer in answers.items() if answer.status_code == 200}
        organizes = who in ("creator", "organizer", "superuser", "reads")
        private = {room for room, event in rooms.items() if event.stored.is_private}
        assert found == (opened[who] if organizes else opened[who] - private), who
        for room, answer in answers.items():
            if room not in opened[who]:
                assert said(answer, 404) == refused("room_not_found"), who
    assert {who: len(each) for who, each in opened.items()} == {
        "creator": 14,
        "colleague": 8,
        "organizer": 14,
        "superuser": 14,
        "outsider": 0,
        "publishable": 4,
        "reads": 14,
        "club": 6,
    }


@pytest.mark.once
def test_nobody_learns_that_a_room_exists(social: Social) -> None:
    """Whatever is asked of it: a hidden room, another tenant's and none at all are one 404."""
    _, hidden = streamed(social, hide_location=True)
    for method, rest in (
        *((method, "") for method in ("GET", "PUT", "DELETE")),
        *(("POST", "/stop"), ("GET", "/recorded"), ("GET", "/token"), ("POST", "/leave")),
        *((method, f"/participants/{uuid4()}") for method in ("PUT", "DELETE")),
    ):
        for who, room in (("colleague", hidden), ("outsider", hidden), ("creator", uuid4())):
            answer = social.send(method, f"rooms/{room}{rest}", {}, who)
            assert said(answer, 404) == refused("room_not_found"), (method, rest, who)
    for method, rest in (("GET", "users"), ("GET", "users/count"), ("POST", "heartbeat")):
        answer = social.send(method, f"presence/rooms/{hidden}/{rest}", {}, "colleague")
        assert said(answer, 404) == refused("room_not_found"), rest


def test_a_rooms_life(social: Social, clock: Clock) -> None:
    """Made by its event's id, changed, stopped, recorded, deleted."""
    event = social.event()
    body = said(social.send("POST", "rooms", {"referenceId": str(event.id)}), 200)
    (room,) = body["rooms"]
    assert (room["status"], room["metadata"]) == ("idle", {"eventId": str(event.id)})
    assert body == said(social.get(f"events/{event.id}"), 200)
    path = f"rooms/{room['roomId']}"

    def now(answer: Any) -> Any:
        (room,) = said(answer, 200)["rooms"]
        return room["status"]

    assert now(social.send("POST", f"{path}/stop")) == "idle"
    live = {"status": "live", "livePlaybackUrl": WATCH}
    assert now(social.send("PUT", path, live, "organizer")) == "live"
    assert said(social.get(f"{path}/recorded"), 404) == refused("recording_not_found")
    clock.advance(hours=1)
    version = event.stored.version
    assert now(social.send("POST", f"{path}/stop", who="organizer")) == "ended"
    assert event.stored.version > version
    stopped = event.stored.live_room.ended_at
    for _ in range(2):
        clock.advance(hours=1)
        assert now(social.send("POST", f"{path}/stop")) == "ended"
    assert event.stored.live_room.ended_at == stopped
    recorded = {"status": "recorded", "recordedPlaybackInfos": [{"url": WATCH}]}
    assert now(social.send("PUT", path, recorded)) == "recorded"
    assert said(social.get(f"{path}/recorded"), 200) == {"url": WATCH}
    assert now(social.send("POST", f"{path}/stop")) == "recorded"
    assert said(social.send("DELETE", path), 200) == {"success": True}
    assert said(social.send("DELETE", path), 404) == refused("room_not_found")
    assert Event.objects.filter(pk=event.id).exists()


def test_made_again(social: Social) -> None:
    """By either name of its event; what it has already stays."""
    event, room = streamed(social)
    sent = {"metadata": {"eventId": str(event.id)}, "liveChatEnabled": True, "title": "Mine"}
    for body in (sent, {"referenceType": "event", "referenceId": str(event.id)}):
        (answered,) = said(social.send("POST", "rooms", body), 200)["rooms"]
        told = (answered["roomId"], answered["liveChatEnabled"], answered["title"])
        assert told == (room, True, event.stored.title)
    assert LiveRoom.objects.count() == 1


def test_a_room_needs_an_event(social: Social, everything_stored: Callable[[], Any]) -> None:
    """One of the caller's own; nothing is written."""
    _, foreign = social.event(), social.cast.outsider
    stored = everything_stored()
    for body in ({}, {"title": "T"}, {"metadata": None}, {"referenceType": "event"}):
        assert paths(social.send("POST", "rooms", body))[0] in ("referenceId", "metadata")
    assert paths(social.send("POST", "rooms", {"metadata": {}})) == ["metadata.eventId"]
    for id in (uuid4(), foreign.id):
        answer = social.send("POST", "rooms", {"referenceId": str(id)})
        assert said(answer, 404) == refused("event_not_found")
    assert everything_stored() == stored


def test_who_may_change_a_room(social: Social, everything_stored: Callable[[], Any]) -> None:
    """Organizers; others are told so where they see the stream."""
    event, room = streamed(social)
    make = {"referenceId": str(event.id)}
    asked = [
        *(("POST", "rooms", make), ("PUT", f"rooms/{room}", {}), ("DELETE", f"rooms/{room}", {})),
        *(("POST", f"rooms/{room}/stop", {}), ("GET", f"rooms/{room}/token", {})),
    ]
    stored = everything_stored()
    for method, path, body in asked:
        answer = social.send(method, path, body, "colleague")
        assert said(answer, 403) == refused("organizers_only", "not_allowed")
    assert everything_stored() == stored


def test_what_rooms_do_not_do(social: Social) -> None:
    """400 with its reason."""
    _, room = streamed(social)
    for method, path, key in (
        ("GET", f"rooms/{room}/token", "no_broadcasting"),
        ("POST", f"rooms/{room}/leave", "no_co_hosts"),
        ("PUT", f"rooms/{room}/participants/{uuid4()}", "no_co_hosts"),
        ("DELETE", f"rooms/{room}/participants/{uuid4()}", "no_co_hosts"),
        ("GET", f"presence/rooms/{room}/users", "no_presence"),
        ("GET", f"presence/rooms/{room}/users/count", "no_presence"),
        ("POST", f"presence/rooms/{room}/heartbeat", "no_presence"),
        ("GET", "presence/settings", "no_presence"),
        ("POST", "invitations", "no_co_hosts"),
        ("GET", "invitations/me", "no_co_hosts"),
        ("POST", "../v3/user-event/room", "no_presence"),
        ("POST", "../v3/channels", "no_chat"),
    ):
        address = f"/social/api/v1/{path}".replace("v1/../", "")
        answer = social.api.send(method, address, {}, social.keys["creator"])
        assert said(answer, 400) == refused(key, "not_supported"), path


def test_filters_and_order(social: Social) -> None:
    """By state, in either order; there are none of co-hosts and none that are deleted."""
    made = []
    for number, status in enumerate(("idle", "live", "ended", "recorded")):
        recordings = [{"url": WATCH}]
        event = social.event()
        room = make_stream(event, status=status, playback_url=WATCH, recordings=recordings)
        room.created_at += timedelta(hours=number)
        room.save()
        made.append(str(room.pk))
    assert listed(social) == made[::-1]
    assert listed(social, sortBy="firstCreated") == made
    assert listed(social, sortBy="firstCreated", type="directStreaming", isDeleted="false") == made
    states = {"statuses[]": ["live", "ended"], "options[type]": "pagination"}
    assert listed(social, **states) == made[2:0:-1]
    assert listed(social, statuses="idle") == made[:1]
    for none in ({"type": "coHosts"}, {"isDeleted": "true"}, {"statuses[]": ["terminated"]}):
        assert listed(social, **none) == []
    for name, bad in (("statuses[]", "x"), ("type", "x"), ("sortBy", "x"), ("isDeleted", "x")):
        (field,) = paths(social.get("rooms", query={name: bad}))
        assert field.startswith(name)


def test_pages_of_rooms(social: Social) -> None:
    """By tokens that keep their size, and open no other list."""
    channel = make_channel("Other", tenant=social.cast.tenant)
    made = {streamed(social, channel_id=channel.pk)[1] for _ in range(5)}
    page = said(social.get("rooms", limit=2), 200)
    token = page["paging"]["next"]
    seen = [*page["rooms"]]
    while page["paging"]["next"]:
        page = said(social.get("rooms", query={"options[token]": page["paging"]["next"]}), 200)
        assert len(page["rooms"]) <= 2
        seen += page["rooms"]
    assert ({room["roomId"] for room in seen}, len(seen)) == (made, 5)
    assert paths(social.get("rooms", query={"token": token, "statuses": "idle"})) == ["token"]
    assert paths(social.get("events", query={"token": token})) == ["token"]
    assert paths(social.get("rooms", "creator", {"token": token})) == ["token"]

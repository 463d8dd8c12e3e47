"""An event's stream in the Social API: read, set, changed, taken away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from events import limits
from tests.conftest import Api, Clock
from tests.makers import MadeEvent, make_stream
from tests.social_cast import Social, make_social, paths, refused
from tests.tenant_cast import said
from tests.wording import in_words

pytestmark = pytest.mark.once

WATCH = "https://stream.example.org/x.m3u8?token=t"
RECORDING = {"url": "https://stream.example.org/1", "thumbnailUrl": None}


@pytest.fixture
def social(api: Api, clock: Clock) -> Social:
    """Who calls, on the first of May 2030 at noon."""
    return make_social(api)


@pytest.fixture
def event(social: Social) -> MadeEvent:
    """An event without a stream."""
    return social.event()


def put(social: Social, event: MadeEvent, body: Any, who: str = "creator") -> dict[str, Any]:
    """The stream as a change leaves it."""
    (room,) = said(social.send("PUT", f"events/{event.id}/room", body, who), 200)["rooms"]
    return dict(room)


def test_a_streams_life(social: Social, event: MadeEvent, clock: Clock) -> None:
    """Idle, live, ended, recorded; each answer is what everybody reads then, by itself and beside
    the event."""
    path = f"events/{event.id}"
    room = put(social, event, {"liveThumbnailUrl": "https://i.example.org/t.png"})
    assert (room["status"], room["livePlaybackUrl"], room["liveAt"]) == ("idle", None, None)
    states = [
        {"status": "live", "livePlaybackUrl": WATCH, "liveChatEnabled": True},
        {"status": "ended"},
        {"status": "recorded", "recordedPlaybackInfos": [RECORDING]},
    ]
    for sent in states:
        clock.advance(hours=1)
        room = put(social, event, sent, "organizer")
        assert {name: room[name] for name in sent} == sent
        for who in ("creator", "colleague", "publishable"):
            assert said(social.get(f"{path}/room", who), 200) == {"rooms": [room]}
            body = said(social.get(path, who), 200)
            assert (body["rooms"], body["events"][0]["livestreamId"]) == ([room], room["roomId"])
    assert (room["liveAt"], room["endedAt"], room["recordedAt"]) == (
        "2030-05-01T13:00:00Z",
        "2030-05-01T14:00:00Z",
        "2030-05-01T15:00:00Z",
    )
    assert (room["durationSeconds"], room["liveThumbnailUrl"]) == (
        3600,
        "https://i.example.org/t.png",
    )


def test_writing_back_what_was_read(social: Social, event: MadeEvent) -> None:
    """A room is accepted as it was sent."""
    make_stream(event, status="live", playback_url=WATCH, recordings=[{"url": WATCH}])
    (room,) = said(social.get(f"events/{event.id}/room"), 200)["rooms"]
    answered = put(social, event, room)
    assert answered | {"moderation": None} == room | {
        "updatedAt": answered["updatedAt"],
        "moderation": None,
    }


def test_null_clears(social: Social, event: MadeEvent) -> None:
    """An address; the recordings by an empty list."""
    make_stream(event, playback_url=WATCH, thumbnail_url=WATCH, recordings=[{"url": WATCH}])
    sent = {"livePlaybackUrl": None, "liveThumbnailUrl": None, "recordedPlaybackInfos": []}
    room = put(social, event, sent)
    assert {name: room[name] for name in sent} == sent


BAD: list[tuple[dict[str, Any], str]] = [
    ({"recordedPlaybackInfos": [RECORDING] * (limits.RECORDINGS + 1)}, "recordedPlaybackInfos"),
    ({"recordedPlaybackInfos": [{}]}, "recordedPlaybackInfos.0.url"),
    ({"recordedPlaybackInfos": [RECORDING, {"url": "x"}]}, "recordedPlaybackInfos.1.url"),
    (
        {"recordedPlaybackInfos": [RECORDING | {"thumbnailUrl": "x"}]},
        "recordedPlaybackInfos.0.thumbnailUrl",
    ),
    ({"status": "live"}, "livePlaybackUrl"),
    ({"status": "recorded"}, "recordedPlaybackInfos"),
]


@pytest.mark.parametrize(("body", "field"), BAD, ids=[str(n) for n in range(len(BAD))])
def test_bad_values(
    social: Social,
    event: MadeEvent,
    body: dict[str, Any],
    field: str,
    everything_stored: Callable[[], Any],
) -> None:
    """400 names the field as it was sent; nothing is written."""
    stored = everything_stored()
    assert paths(social.send("PUT", f"events/{event.id}/room", body)) == [field]
    assert everything_stored() == stored


def test_taken_away(social: Social, event: MadeEvent) -> None:
    """And away it is; a second time changes nothing."""
    make_stream(event)
    path = f"events/{event.id}/room"
    for _ in range(2):
        assert said(social.send("DELETE", path), 200) == {"success": True}
        assert said(social.get(path), 404) == refused("room_not_found")
    assert social.only(event)["livestreamId"] is None


def test_no_stream_and_no_event(social: Social, event: MadeEvent) -> None:
    """404 says which is missing; a stream one may not know of is missing."""
    missing = social.get(f"events/{event.id}/room")
    hidden = social.event(hide_location=True)
    make_stream(hidden)
    assert social.get(f"events/{hidden.id}/room").content == missing.content
    assert said(missing, 404)["detail"] == in_words("room_not_found")
    for method in ("GET", "PUT", "DELETE"):
        answer = social.send(method, f"events/{uuid4()}/room")
        assert said(answer, 404) == refused("event_not_found")

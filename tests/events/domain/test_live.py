"""An event's stream: what it may hold, in which states, and when it came into them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from comments.domain.erasing import delete_event
from config.errors import Invalid, NotFound
from events import limits
from events.domain.live import remove_stream, set_stream
from events.enums import Standing
from events.facts import StreamFacts, event_facts, streams_of
from events.models import LiveRoom
from tests.conftest import Clock
from tests.makers import MadeEvent, make_event, make_stream

pytestmark = pytest.mark.django_db
WATCH = "https://stream.example.org/x.m3u8?token=t"
RECORDING = {"url": "https://stream.example.org/1", "thumbnail_url": "https://i.example.org/1.png"}


@pytest.fixture
def event(clock: Clock) -> MadeEvent:
    """An event without a stream."""
    return make_event()


def facts(event: MadeEvent, clock: Clock) -> StreamFacts:
    """The stream as everybody may read it."""
    return streams_of([event_facts(event.row, Standing.PUBLIC, clock.now)])[event.id]


def refused(event: MadeEvent, **values: Any) -> dict[str, list[str]]:
    """What is said against the values."""
    with pytest.raises(Invalid) as problem:
        set_stream(event_id=event.id, values=values)
    return problem.value.keys


# --- Set and changed --------------------------------------------------------------------------


def test_a_fresh_stream(event: MadeEvent, clock: Clock) -> None:
    """Idle, with nothing to watch and the chat off, unless said otherwise."""
    stream = make_stream(event)
    assert (stream.status, stream.playback_url, stream.thumbnail_url) == ("idle", "", "")
    assert (stream.recordings, stream.chat_enabled) == ([], False)
    assert (stream.live_at, stream.ended_at, stream.recorded_at) == (None, None, None)
    told = facts(event, clock)
    assert (told.watch_url, told.seconds, told.thumbnail_url) == (None, 0, None)


def test_only_what_is_sent_changes(event: MadeEvent, clock: Clock) -> None:
    """Null clears an address and the recordings; an event has one stream."""
    first = make_stream(event, playback_url=WATCH, recordings=[RECORDING], chat_enabled=True)
    second = make_stream(event, thumbnail_url="https://i.example.org/t.png")
    assert second.pk == first.pk
    assert (second.playback_url, second.chat_enabled) == (WATCH, True)
    cleared = make_stream(event, playback_url=None, thumbnail_url=None, recordings=None)
    assert (cleared.playback_url, cleared.thumbnail_url, cleared.recordings) == ("", "", [])
    assert LiveRoom.objects.count() == 1


def test_states_are_reached_once(event: MadeEvent, clock: Clock) -> None:
    """The first time counts; the length is from live to ended."""
    started = clock.now
    make_stream(event, status="live", playback_url=WATCH)
    assert (facts(event, clock).watch_url, facts(event, clock).seconds) == (WATCH, 0)
    ended = clock.advance(minutes=90)
    make_stream(event, status="ended")
    assert (facts(event, clock).watch_url, facts(event, clock).seconds) == (None, 5400)
    recorded = clock.advance(hours=1)
    make_stream(event, status="recorded", recordings=[RECORDING])
    assert facts(event, clock).watch_url == RECORDING["url"]
    clock.advance(days=1)
    make_stream(event, status="live")
    stream = make_stream(event, status="ended")
    assert (stream.live_at, stream.ended_at, stream.recorded_at) == (started, ended, recorded)
    assert stream.updated_at == clock.now


def test_a_change_shows(event: MadeEvent, clock: Clock) -> None:
    """The event's version and time grow with whatever its stream says."""
    for change in (
        lambda: make_stream(event),
        lambda: make_stream(event, chat_enabled=True),
        lambda: remove_stream(event_id=event.id),
    ):
        version, now = event.stored.version, clock.advance(minutes=1)
        change()
        assert (event.stored.version, event.stored.updated_at) == (version + 1, now)


# --- Refused ----------------------------------------------------------------------------------

BAD: list[tuple[dict[str, Any], str]] = [
    *[({"status": bad}, "status") for bad in ("", "over", "LIVE", None, 5, True)],
    *[({"chat_enabled": bad}, "chat_enabled") for bad in ("yes", 1, None)],
    *[
        ({name: bad}, name)
        for name in ("playback_url", "thumbnail_url")
        for bad in (
            "x",
            "javascript:alert(1)",
            "data:text/html,x",
            "//x.example",
            "https://",
            5,
            [],
            "https://x.example/\0",
            "https://x.example/" + "x" * limits.URL,
        )
    ],
    *[({"recordings": bad}, "recordings") for bad in ("x", {}, [5], [[]], ["https://x.example"])],
    ({"recordings": [{}]}, "recordings.0.url"),
    ({"recordings": [{"url": ""}]}, "recordings.0.url"),
    ({"recordings": [RECORDING, {"url": "ftp://x.example"}]}, "recordings.1.url"),
    ({"recordings": [RECORDING | {"thumbnail_url": "x"}]}, "recordings.0.thumbnail_url"),
    ({"recordings": [RECORDING] * (limits.RECORDINGS + 1)}, "recordings"),
]


@pytest.mark.once
@pytest.mark.parametrize(("values", "field"), BAD, ids=[str(n) for n in range(len(BAD))])
def test_bad_values(
    event: MadeEvent, values: dict[str, Any], field: str, everything_stored: Callable[[], Any]
) -> None:
    """Named by field, on a fresh stream and on one that is there; nothing is written."""
    stored = everything_stored()
    assert list(refused(event, **values)) == [field]
    assert everything_stored() == stored
    make_stream(event, status="live", playback_url=WATCH)
    stored = everything_stored()
    assert list(refused(event, **values)) == [field]
    assert everything_stored() == stored


@pytest.mark.once
def test_every_bad_value_is_told_at_once(event: MadeEvent) -> None:
    """All fields in one refusal."""
    assert refused(event, status="over", playback_url="x", chat_enabled=1).keys() == {
        "status",
        "playback_url",
        "chat_enabled",
    }


def test_as_many_recordings_as_fit(event: MadeEvent) -> None:
    """The limit itself passes; a missing thumbnail is an empty one."""
    bare = {"url": "https://x.example/1"}
    stream = make_stream(event, recordings=[bare] * limits.RECORDINGS)
    assert stream.recordings == [bare | {"thumbnail_url": ""}] * limits.RECORDINGS


def test_a_live_stream_can_be_watched(event: MadeEvent) -> None:
    """Going live needs an address, in the same change or before; it cannot be taken away then."""
    said = {"playback_url": ["playback_needed"]}
    assert refused(event, status="live") == said
    make_stream(event, playback_url=WATCH)
    make_stream(event, status="live")
    assert refused(event, playback_url=None) == said
    assert refused(event, playback_url="") == said
    assert make_stream(event, status="ended", playback_url=None).playback_url == ""


def test_a_recorded_stream_has_a_recording(event: MadeEvent) -> None:
    """Likewise."""
    said = {"recordings": ["recording_needed"]}
    assert refused(event, status="recorded") == said
    make_stream(event, status="recorded", recordings=[RECORDING])
    assert refused(event, recordings=[]) == said
    assert make_stream(event, status="ended", recordings=[]).recordings == []


# --- Gone -------------------------------------------------------------------------------------


def test_taken_away(event: MadeEvent) -> None:
    """Once; without a stream nothing happens, the version included."""
    make_stream(event)
    remove_stream(event_id=event.id)
    version = event.stored.version
    remove_stream(event_id=event.id)
    assert (LiveRoom.objects.count(), event.stored.version) == (0, version)


def test_it_goes_with_its_event(event: MadeEvent) -> None:
    """And another event's stays."""
    make_stream(event)
    kept = make_stream(make_event())
    delete_event(event_id=event.id)
    assert list(LiveRoom.objects.all()) == [kept]


def test_no_event(db: None) -> None:
    """NotFound."""
    for act in (
        lambda: set_stream(event_id=uuid4(), values={}),
        lambda: remove_stream(event_id=uuid4()),
    ):
        with pytest.raises(NotFound):
            act()


# --- Who may know of it -----------------------------------------------------------------------


@pytest.mark.parametrize("guard", ["approval_required", "hide_location"])
def test_a_guarded_events_stream(
    clock: Clock, guard: str, queries_of: Callable[[Callable[[], Any]], int]
) -> None:
    """It leads to the event like its online address: for attendees and above; others cost no
    query."""
    event = make_event(**{guard: True})
    make_stream(event, status="live", playback_url=WATCH)
    known = {}
    for standing in Standing:
        told = event_facts(event.row, standing, clock.now)
        known[standing] = bool(streams_of([told]))
        assert told.has_stream is known[standing]
        assert queries_of(lambda told=told: streams_of([told])) == int(known[standing])
    assert known == {standing: standing >= Standing.ATTENDEE for standing in Standing}

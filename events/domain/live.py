"""An event's stream: set, changed and removed by its organizers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone

from config.errors import Invalid
from events.domain.locking import locked_event, touch
from events.enums import StreamStatus
from events.fields import STREAM
from events.models import LiveRoom
from outbox.domain.emitting import tell
from outbox.enums import Kind

# When the stream came into a state for the first time.
_REACHED_AT = {
    StreamStatus.LIVE: "live_at",
    StreamStatus.ENDED: "ended_at",
    StreamStatus.RECORDED: "recorded_at",
}


def set_stream(*, event_id: UUID, values: Mapping[str, Any], if_version: int | None = None) -> None:
    """Gives the event a stream, or changes what ``values`` holds of it: status, playback_url,
    thumbnail_url, recordings (a list of {"url", "thumbnail_url"}) and chat_enabled.

    A stream that is live has a playback URL, one that is recorded has recordings. ``if_version`` is
    as in locked_event(). Raises Invalid, NotFound.
    """
    cleaned = clean_stream(values)
    now = timezone.now()
    with locked_event(event_id, if_version) as event:
        room = LiveRoom.objects.filter(event_id=event_id).first() or LiveRoom(event_id=event_id)
        for field, value in cleaned.items():
            setattr(room, field, value)
        ensure_watchable(room.status, room.playback_url, room.recordings)
        reached = _REACHED_AT.get(StreamStatus(room.status))
        if reached and getattr(room, reached) is None:
            setattr(room, reached, now)
        room.updated_at = now
        room.save()
        touch(event_id)
        tell(event, Kind.EVENT_UPDATED, parts=["stream"])


def stop_stream(*, event_id: UUID) -> None:
    """Ends the stream if it is live; in any other state it stays as it is. Raises NotFound without
    the event."""
    with locked_event(event_id):
        if LiveRoom.objects.filter(event_id=event_id, status=StreamStatus.LIVE).exists():
            set_stream(event_id=event_id, values={"status": StreamStatus.ENDED})


def remove_stream(*, event_id: UUID, if_version: int | None = None) -> None:
    """Takes the stream away; without one nothing changes. ``if_version`` is as in locked_event().
    Raises NotFound without the event."""
    with locked_event(event_id, if_version) as event:
        if LiveRoom.objects.filter(event_id=event_id).delete()[0]:
            touch(event_id)
            tell(event, Kind.EVENT_UPDATED, parts=["stream"])


def ensure_watchable(status: str, playback_url: str, recordings: Collection[Any]) -> None:
    """Passes a stream that can be watched where it says so. Raises Invalid."""
    if status == StreamStatus.LIVE and not playback_url:
        raise Invalid({"playback_url": "playback_needed"})
    if status == StreamStatus.RECORDED and not recordings:
        raise Invalid({"recordings": "recording_needed"})


def recordings_at(
    addresses: Iterable[str], known: Iterable[Mapping[str, str]]
) -> list[Mapping[str, str]]:
    """Recordings by their addresses, for set_stream(). One that is ``known`` keeps its
    thumbnail."""
    by_url = {each["url"]: each for each in known}
    return [by_url.get(url, {"url": url}) for url in addresses]


def clean_stream(values: Mapping[str, Any]) -> dict[str, Any]:
    """Model values for the stream's fields among ``values``; other keys are left out. Null clears.
    Raises Invalid with every field that is wrong."""
    cleaned, errors = STREAM.clean(values)
    if errors:
        raise Invalid(errors)
    return cleaned

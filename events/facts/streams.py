"""Streams, for people who may know of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from config.prepared import read_rows
from events.enums import StreamStatus
from events.facts.event import EventFacts
from events.models import LiveRoom


class StreamFacts(NamedTuple):
    """An event's stream for people who may know of it. An address is None where there is none."""

    id: UUID
    event_id: UUID
    status: str
    playback_url: str | None
    thumbnail_url: str | None
    recordings: list[dict[str, str]]
    chat_enabled: bool
    created_at: datetime
    updated_at: datetime
    live_at: datetime | None
    ended_at: datetime | None
    recorded_at: datetime | None

    @property
    def watch_url(self) -> str | None:
        """Where to look now: the stream while it is live, else the first recording; None when
        there is nothing to see."""
        if self.status == StreamStatus.LIVE:
            return self.playback_url
        return self.recordings[0]["url"] if self.recordings else None

    @property
    def seconds(self) -> int:
        """How long it ran; 0 before it ended."""
        if self.live_at is None or self.ended_at is None:
            return 0
        return max(int((self.ended_at - self.live_at).total_seconds()), 0)


def streams_of(events: Collection[EventFacts]) -> dict[UUID, StreamFacts]:
    """The streams of a list of events, by event, of those the viewer may know. At most one
    query."""
    known = [event.id for event in events if event.has_stream]
    if not known:
        return {}
    rooms = LiveRoom.objects.filter(event__in=known).order_by("created_at", "id")
    streams = read_rows(rooms.values_list(*StreamFacts._fields), _stream)
    return {stream.event_id: stream for stream in streams}


def event_of_stream(stream_id: UUID) -> UUID | None:
    """The event whose stream this is, which nobody has yet been shown to know. One query."""
    rooms = LiveRoom.objects.filter(pk=stream_id)
    return rooms.values_list("event_id", flat=True).first()


def _stream(columns: Iterable[Any]) -> StreamFacts:
    return StreamFacts._make(None if value == "" else value for value in columns)

"""Streams, for who may know of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.enums import StreamStatus
from events.facts.event import EventFacts
from events.rows import (
    LiveRoomRow,
    live_room_rows,
)


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """An event's stream for who may know it. ``watch_url`` is where to look now: the stream while
    it is live, the first recording after; None when there is nothing to see."""

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
        """The stream while it is live, else the first recording."""
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
    return {row.event_id: _stream(row) for row in live_room_rows(known)}


def _stream(row: LiveRoomRow) -> StreamFacts:
    return StreamFacts(
        id=row.id,
        event_id=row.event_id,
        status=row.status,
        playback_url=row.playback_url or None,
        thumbnail_url=row.thumbnail_url or None,
        recordings=row.recordings,
        chat_enabled=row.chat_enabled,
        created_at=row.created_at,
        updated_at=row.updated_at,
        live_at=row.live_at,
        ended_at=row.ended_at,
        recorded_at=row.recorded_at,
    )

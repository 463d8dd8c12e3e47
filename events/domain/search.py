"""What search finds events by: kept with the event, in the transaction of whatever changes it.

Only what everybody may read is kept, so no search can give away a hidden place or a private
channel. Which events can be found at all is up to the list that is searched:
EventQuerySet.matching() only narrows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from config.prepared import ID, PreparedRead
from config.text import words_of
from events.domain.visibility import sees_channel, sees_place
from events.enums import Standing
from events.models import Event, SearchText
from events.positions import is_near, position_of

_AT_A_TIME = 500
# What is kept of an event that is found, and of one that is not.
_KEPT, _NOTHING = ("words", "position"), (None, None, None)


class Words(NamedTuple):
    """What an event is found by, what guards it, and what it sorts by. ``text`` and ``position``
    are what SearchText keeps."""

    id: UUID
    title: str
    description: str
    location: str
    tags: Sequence[str]
    host_name: str
    cohost_names: Sequence[str]
    channel__name: str | None
    channel__visibility: str | None
    approval_required: bool
    hide_location: bool
    show_online_url: bool
    start_time: datetime

    @property
    def position(self) -> int:
        """Where it stands among what is found, if that is free."""
        return position_of(self.start_time, self.id)

    @property
    def text(self) -> str:
        """Its words as they are stored, in order."""
        said = [self.title, self.description, *self.tags, self.host_name, *self.cohost_names]
        if sees_place(self, Standing.PUBLIC):
            said.append(self.location)
        if sees_channel(self.channel__visibility, Standing.PUBLIC):
            said.append(self.channel__name or "")
        return " ".join(sorted(words_of("\n".join(said))))


# A change of these changes what an event is found by: its fields, and what it is told to have.
SEARCHED = frozenset(Words._fields) - {"id"}
SEARCHED |= {"channel", "channel_id", "channel_name", "channel_visibility"}


def index_events(event_ids: Sequence[UUID]) -> None:
    """Writes down what these events are found by, in three queries for each 500. Hold them."""
    for start in range(0, len(event_ids), _AT_A_TIME):
        rows = _rows(event_ids[start : start + _AT_A_TIME])
        positions = _free_positions(rows)
        SearchText.objects.bulk_create(
            [
                SearchText(event_id=row.id, words=row.text, position=positions[row.id])
                for row in rows
            ],
            update_conflicts=True,
            unique_fields=["event"],
            update_fields=["words", "position"],
        )


def unindexed(event_ids: Sequence[UUID]) -> list[UUID]:
    """Those of these events that are not found by what they should be, or not where they should
    be. Two queries."""
    stored = SearchText.objects.filter(event__in=event_ids)
    return _wrong(_rows(event_ids), stored.values_list("event", *_KEPT))


def unindexed_between(first: UUID, last: UUID) -> list[UUID]:
    """The same of all events whose ids lie between the two, both included. Two queries, built
    once."""
    return _wrong(
        _EVENTS_BETWEEN.all(first=first, last=last), _TEXTS_BETWEEN.all(first=first, last=last)
    )


def _wrong(rows: Iterable[Words], stored: Iterable[Any]) -> list[UUID]:
    known = {each[0]: each for each in stored}
    wrong = []
    for row in rows:
        _, words, position = known.get(row.id, _NOTHING)
        if not (_are(words, row.text) and is_near(position, row.position)):
            wrong.append(row.id)
    return wrong


def _are(stored: str | None, text: str) -> bool:
    """Whether these are the words of the text. PostgreSQL keeps them in an order of its own."""
    return stored == text or (stored is not None and sorted(stored.split()) == text.split())


def _free_positions(rows: Sequence[Words]) -> dict[UUID, int]:
    """A position for each event that no other has. One query, or a few in the rare case that two
    events want the same."""
    positions: dict[int, UUID] = {}
    waiting = {row.id: row.position for row in rows}
    while waiting:
        others = SearchText.objects.filter(position__in=waiting.values()).exclude(
            event__in=[row.id for row in rows]
        )
        taken = {*positions, *others.values_list("position", flat=True)}
        again = {}
        for event_id, position in waiting.items():
            if position in taken:
                again[event_id] = position + 1
            else:
                positions[position] = event_id
                taken.add(position)
        waiting = again
    return {event_id: position for position, event_id in positions.items()}


def _rows(event_ids: Sequence[UUID]) -> list[Words]:
    if len(event_ids) == 1:  # whatever changes a single event comes here
        return _EVENTS_BETWEEN.all(first=event_ids[0], last=event_ids[0])
    events = Event.objects.filter(pk__in=event_ids).order_by("id")
    return list(map(Words._make, events.values_list(*Words._fields)))


_BETWEEN = {"first": ID, "last": ID}
_EVENTS_BETWEEN: PreparedRead[Words] = PreparedRead(
    lambda first, last: (
        Event.objects.filter(pk__gte=first, pk__lte=last).order_by().values_list(*Words._fields)
    ),
    keys=_BETWEEN,
    make=Words._make,
)
_TEXTS_BETWEEN: PreparedRead[tuple[Any, ...]] = PreparedRead(
    lambda first, last: SearchText.objects.filter(event__gte=first, event__lte=last).values_list(
        "event", *_KEPT
    ),
    keys=_BETWEEN,
    make=tuple,
)

"""What search finds events by: kept with the event, in the transaction of whatever changes it.

Only what everybody may read is kept, so no search can give away a hidden place or a private
channel. Who may find the event itself is for the list that is searched: EventQuerySet.matching()
narrows it, no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from config.text import words_of
from events.domain.visibility import sees_channel, sees_place
from events.enums import Standing
from events.models import Event, SearchText

_AT_A_TIME = 500


class Words(NamedTuple):
    """What an event is found by, and what guards it. ``text`` is what SearchText keeps."""

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
    """Writes down what these events are found by, in two queries for each 500. Hold them."""
    for start in range(0, len(event_ids), _AT_A_TIME):
        texts = _texts(event_ids[start : start + _AT_A_TIME])
        SearchText.objects.bulk_create(
            [SearchText(event_id=event_id, words=text) for event_id, text in texts],
            update_conflicts=True,
            unique_fields=["event"],
            update_fields=["words"],
        )


def unindexed(event_ids: Sequence[UUID]) -> list[UUID]:
    """Those of these events that are not found by what they should be. Two queries."""
    stored = SearchText.objects.filter(event__in=event_ids).values_list("event", "words")
    # PostgreSQL has an order of its own.
    known = {event_id: " ".join(sorted(words.split())) for event_id, words in stored}
    return [event_id for event_id, text in _texts(event_ids) if known.get(event_id) != text]


def _texts(event_ids: Sequence[UUID]) -> Iterator[tuple[UUID, str]]:
    events = Event.objects.filter(pk__in=event_ids).order_by("id")
    rows = map(Words._make, events.values_list(*Words._fields))
    return ((row.id, row.text) for row in rows)

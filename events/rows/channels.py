"""What the calendar and the page of a public channel show, and whether they still do."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings

from config.prepared import ID, MOMENT, PreparedRead, read_rows
from events import limits
from events.models import Event
from events.querysets import Borders, Parts, borders
from events.rows.event import COLUMNS, EventRow
from events.rows.lists import id_and_version, in_order, unordered

Version = tuple[UUID, int]
_COLUMNS = ("id", "began", "version")


def calendar_versions(channel_id: UUID, now: datetime) -> list[Version]:
    """The ids and versions of what the calendar of a channel holds for everybody, in its order:
    EventQuerySet.for_calendar() says which. Two queries along an index, built once."""
    before = now - timedelta(days=limits.CALENDAR_PAST_DAYS)
    found: list[Version] = []
    for latest_first, moment in ((False, now), (True, before)):
        between = borders(moment)._asdict()
        given = {"channel": channel_id, "moment": moment, **between}
        if latest_first:
            given["now"] = now
        lacking = limits.CALENDAR_EVENTS - len(found)
        found += _versions(latest_first, settings.OPEN_EVENTS).part(0, lacking, **given)
    return found


def rows_of_versions(versions: list[Version]) -> list[EventRow]:
    """The rows of the same events, in the same order. One query."""
    ids = [event_id for event_id, _ in versions]
    events = Event.objects.filter(pk__in=ids).order_by()
    rows = {row.id: row for row in read_rows(events.values_list(*COLUMNS), EventRow._make)}
    # Another request may have deleted one since.
    return [rows[each] for each in ids if each in rows]


def past_versions(channel_id: UUID, now: datetime, most: int) -> list[Version]:
    """The ids and versions of what nobody can go to any more in a channel, the latest first. One
    query."""
    return _past(_COLUMNS, settings.OPEN_EVENTS, most).part(0, most, channel=channel_id, now=now)


def count_past(channel_id: UUID, now: datetime, most: int) -> int:
    """How many of them there are, ``most`` at the most. One query."""
    return _past((), settings.OPEN_EVENTS, most).count(most, channel=channel_id, now=now)


@cache
def _past(columns: tuple[str, ...], open_events: str, most: int) -> PreparedRead[Version]:
    def build(channel: UUID, now: datetime) -> Any:
        parts = Event.objects.public().in_channel(channel).past_parts(now)
        return in_order(parts, columns, most) if columns else unordered(parts, most)

    keys = {"channel": ID, "now": MOMENT}
    return PreparedRead(build, keys=keys, times={"channel": 2, "now": 3}, make=id_and_version)


@cache
def _versions(latest_first: bool, open_events: str) -> PreparedRead[Version]:
    """What is not over at a moment; ``latest_first``, what is over by now. The setting is part of
    the query."""

    def build(
        channel: UUID, moment: datetime, day_ago: datetime, month_ago: datetime, **over: datetime
    ) -> Any:
        between = Borders(day_ago, month_ago)
        merged = Event.objects.public().calendar_parts(moment, between, channel=channel)
        if over:
            merged = tuple(part.over(**over) for part in merged)
        parts = Parts(merged, latest_first=latest_first)
        return in_order(parts, _COLUMNS, limits.CALENDAR_EVENTS)

    keys = {"channel": ID, **dict.fromkeys(("moment", *Borders._fields), MOMENT)}
    times = {"channel": 3, "moment": 3, **dict.fromkeys(Borders._fields, 2)}
    if latest_first:
        keys["now"], times["now"] = MOMENT, 3
    return PreparedRead(build, keys=keys, times=times, make=id_and_version)

"""Public lists are read along an index, however many events there are.

``LISTED_EVENTS=1000000`` in the environment makes so many, and has the planner of PostgreSQL choose
as it does then. Of the few that are made otherwise it is asked whether there is such a way.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels.models import Channel
from events.models import Event, SearchText
from events.positions import position_of
from operations.demo.loading import in_one_go
from operations.demo.rows import Row, row
from operations.inserting import insert

FEW, MOST_ROWS, AT_A_TIME = 2_000, 30_000, 20_000
NUMBER = int(os.environ.get("LISTED_EVENTS", FEW))
# Very many are committed: PostgreSQL reads an index alone only after it has vacuumed.
pytestmark = [
    pytest.mark.django_db(transaction=NUMBER > FEW),
    *([pytest.mark.slow] if NUMBER > FEW else []),
]

API = "/api/v1/events"
LONG = ("event_lasting_days", "event_lasting_months")
# The indexes by which each list may find its events, beside the ids of a page.
LISTS = {
    "/": {"event_public", *LONG},
    "/?when=today": {"event_public", *LONG},
    "/?when=weekend": {"event_public", *LONG},
    "/?from={later:%Y-%m-%d}": {"event_public", *LONG},
    "/?free=1": {"event_public", *LONG},
    "/?format=in_person": {"event_public", "event_public_by_format", *LONG},
    "/?format=online&free=1": {"event_public", "event_public_by_format", *LONG},
    "/?channel=room-1": {"event_public", "event_public_by_channel", *LONG},
    "/?tag=rare": {"event_public", *LONG},
    "/?q=rare": {"event_public", *LONG},
    "/channels": {"event_public_by_channel", *LONG},
    "/c/room-1": {"event_public_by_channel", "event_called_off", *LONG},
    "/c/room-1.ics": {"event_public_by_channel", *LONG},
    "/embed/c/room-1": {"event_public_by_channel", *LONG},
    # Counted along any that holds all public events.
    API: {"event_public", "event_public_by_channel"},
    f"{API}?page=40": {"event_public", "event_public_by_channel"},
    f"{API}?cursor=": {"event_public"},
    f"{API}?start_after={{later:%Y-%m-%dT00:00:00Z}}": {"event_public"},
    f"{API}?format=virtual": {"event_public_by_format"},
    f"{API}?channel=room-1": {"event_public_by_channel"},
    f"{API}?q=rare": set(),
    f"{API}?upcoming=true": {"event_public", *LONG},
    f"{API}?upcoming=true&format=virtual": {"event_public_by_format", *LONG},
    f"{API}?upcoming=true&channel=room-1": {"event_public_by_channel", *LONG},
    f"{API}?upcoming=true&q=rare": set(),
    f"{API}?upcoming=true&start_after={{later:%Y-%m-%dT00:00:00Z}}": {"event_public"},
    "/api/v1/channels/room-1": {"event_public_by_channel"},
}
# What sorts no more than a page, or the few that last long.
_FEW = {*LONG, "sqlite_autoindex_events_event_1", "events_event_pkey"}


class Step(NamedTuple):
    """How a query comes by events: the index, None for a look at all of them; whether what it finds
    is sorted."""

    index: str | None
    is_sorted: bool


def fill(number: int, now: datetime) -> None:
    """So many events from a year ago to a year from now, one in thirty for days or months, with the
    words that they are found by."""
    chance = Random(number)
    rooms = [
        Channel(name=f"Room {each}", slug=f"room-{each}")
        for each in range(max(number // 1_000, 20))
    ]
    Channel.objects.bulk_create(rooms)
    in_channels = [room.pk for room in rooms]
    with in_one_go([Event, SearchText]) if number > FEW else nullcontext():
        for begin in range(0, number, AT_A_TIME):
            events = [
                made_up(chance, each, now, in_channels, rare=each % (number // 20) == 0)
                for each in range(begin, min(begin + AT_A_TIME, number))
            ]
            insert(Event, events)
            insert(SearchText, map(text_of, events))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE events_event, events_searchtext, channels_channel")


def made_up(
    chance: Random, number: int, now: datetime, in_channels: list[UUID], *, rare: bool
) -> Row:
    """A row of an event, every other one in a channel."""
    start = now + timedelta(minutes=chance.randrange(-365 * 24 * 60, 365 * 24 * 60))
    hours = chance.choice((None, 1, 2, 4)) if number % 30 else 24 * chance.choice((2, 9, 99))
    return row(
        Event,
        id=UUID(int=chance.getrandbits(128), version=4),
        title=f"Event {number}",
        slug=f"event-{number}",
        start_time=start,
        end_time=hours and start + timedelta(hours=hours),
        format=chance.choice(("in_person", "virtual", "hybrid")),
        channel_id=chance.choice(in_channels) if number % 2 else None,
        is_private=number % 9 == 0,
        cancelled_at=now if number % 25 == 0 else None,
        tags=["rare"] if rare else ["music"],
    )


def text_of(event: Row) -> Row:
    """A row of what search finds it by."""
    return row(
        SearchText,
        event_id=event.id,
        words=" ".join(sorted([*event.title.lower().split(), *event.tags])),
        position=position_of(event.start_time, event.id),
    )


@pytest.fixture
def many() -> Iterator[datetime]:
    """So many events as were asked for; the moment when they were made."""
    now = timezone.now()
    fill(NUMBER, now)
    yield now
    if NUMBER > FEW:
        # What ends such a test deletes them one by one, with their words.
        with in_one_go([Event, SearchText]), connection.cursor() as cursor:
            for model in (SearchText, Event):
                cursor.execute(f"DELETE FROM {model._meta.db_table}")


def test_no_list_looks_at_all_events_or_sorts_them(client: Client, many: datetime) -> None:
    """Each query of each list, on either database."""
    later = many + timedelta(days=200)
    wrong = []
    for address, indexes in LISTS.items():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address.format(later=later)).status_code == 200, address
        steps = [step for query in captured.captured_queries for step in steps_of(query["sql"])]
        assert steps, address
        wrong += [(address, step) for step in steps if not is_narrow(step, indexes)]
    assert wrong == []


def test_a_look_at_all_events_and_a_sort_of_them_are_noticed() -> None:
    """The negative control: in no such order, and by what no index has."""
    fill(FEW, timezone.now())
    public = Event.objects.public()
    for query in (public.order_by("title"), Event.objects.filter(sequence=9).order_by()):
        with CaptureQueriesContext(connection) as captured:
            list(query.values_list("id")[:10])
        steps = [*steps_of(captured.captured_queries[0]["sql"])]
        assert not all(is_narrow(step, {"event_public"}) for step in steps)


def is_narrow(step: Step, indexes: set[str]) -> bool:
    """Whether a list that goes by these indexes may take this step."""
    if step.index is None or (step.is_sorted and step.index not in _FEW):
        return False
    # PostgreSQL chooses among several by what it has counted.
    return step.index in indexes | _FEW or connection.vendor == "postgresql"


def steps_of(sql: str) -> Iterator[Step]:
    """How the database comes by events in this query, if it is about any."""
    if '"events_event"' not in sql or not sql.startswith("SELECT"):
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            yield from _of_sqlite(cursor.fetchall())
            return
        if NUMBER == FEW:
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        (plan,) = cursor.fetchone()
        (told,) = json.loads(plan) if isinstance(plan, str) else plan
        yield from _of_postgresql(told["Plan"], is_sorted=False)


def _of_sqlite(lines: list[tuple[int, int, int, str]]) -> Iterator[Step]:
    """What is sorted stands beside its sort, below the same line."""
    sorting = {parent for _, parent, _, line in lines if line.startswith("USE TEMP B-TREE")}
    for _, parent, _, line in lines:
        found = re.match(r"(?:SEARCH|SCAN) (events_event|U0)\b(?:.* INDEX (\w+))?", line)
        # Within a query, other tables have the same short name.
        if found and (found[1] != "U0" or (found[2] or "").startswith("event_")):
            yield Step(found[2], parent in sorting)


def _of_postgresql(node: dict[str, Any], *, is_sorted: bool) -> Iterator[Step]:
    """Also counts what was looked at."""
    is_sorted = is_sorted or node["Node Type"] == "Sort"
    if node.get("Relation Name") == "events_event":
        rows = node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
        whole = node["Node Type"] == "Seq Scan" or rows > MOST_ROWS
        yield Step(None if whole else _index_of(node), is_sorted)
    for each in node.get("Plans", ()):
        yield from _of_postgresql(each, is_sorted=is_sorted)


def _index_of(node: dict[str, Any]) -> str:
    """The index that rows are read along; of a bitmap, the one it is made from."""
    (source,) = node.get("Plans", [node])[:1]
    return str(node.get("Index Name") or source.get("Index Name", "several"))

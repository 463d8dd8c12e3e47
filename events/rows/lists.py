"""Lists of events by start: what is coming, in parts, and what everybody may browse. See
docs/decisions/015-lists.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q

from config.fulltext import to_count
from config.keyset import beyond
from config.prepared import ID, MOMENT, TEXT, Make, PreparedRead, read_rows
from events.models import Event
from events.positions import Span
from events.querysets import Borders, Parts, borders, id_of_public
from events.rows.event import COLUMNS, EventRow, columns_of

Row = TypeVar("Row")


def coming_rows(parts: Parts, start: int, stop: int) -> list[EventRow]:
    """Rows of a list by start, given its parts. Two queries where these are merged: the first finds
    the ids along an index. Up to four where something comes after them."""
    ids = _places(parts, _PLACE, _id, start, stop)
    rows = _rows_of(COLUMNS, EventRow._make, ids)
    return rows[::-1] if parts.latest_first else rows


class TaggedRow(NamedTuple):
    """What an event belongs to."""

    id: UUID
    channel_slug: str | None
    channel_name: str | None
    channel_visibility: str | None
    tags: list[str]


def tagged_rows(parts: Parts, start: int, stop: int) -> list[TaggedRow]:
    """What the same events belong to. As many queries."""
    ids = _places(parts, _PLACE, _id, start, stop)
    return _rows_of(columns_of(TaggedRow), TaggedRow._make, ids)


def count_coming(parts: Parts, most: int) -> int:
    """How many events the parts have, ``most`` at the most. One query, or two."""
    number = int(unordered(parts, most)[:most].count()) if parts.merged else 0
    if parts.then is None or number == most:
        return number
    return number + int(to_count(parts.then).values_list("id")[: most - number].count())


_PLACE, _VERSION = ("id", "began"), ("id", "version")


def _places(
    parts: Parts, columns: Sequence[str], make: Make[Row], start: int, stop: int
) -> list[Row]:
    merged, then, _ = parts
    found = read_rows(in_order(parts, columns, stop)[start:stop], make) if merged else []
    lacking = stop - start - len(found)
    if then is None or not lacking:
        return found
    passed = start - count_coming(parts._replace(then=None), start) if start and not found else 0
    return found + read_rows(then.values_list(*columns)[passed : passed + lacking], make)


def in_order(parts: Parts, columns: Sequence[str], most: int | None = None) -> Any:
    """The merged parts as one list, of which ``most`` events are read at the most."""
    merged: Sequence[Any] = parts.merged
    if connection.features.supports_slicing_ordering_in_compound:
        # PostgreSQL merges several parts in order only if each is asked for in that order, and
        # reads a part along an index only if it knows that few rows of it are wanted.
        merged = [part.order_by(*parts.order) for part in merged]
        if len(merged) > 1:
            merged = [part[:most] for part in merged]
    else:
        # SQLite does so by itself, and accepts no order there.
        merged = [part.order_by() for part in merged]
    return _together([part.values_list(*columns) for part in merged]).order_by(*parts.order)


def unordered(parts: Parts, most: int | None = None) -> Any:
    """The parts to be counted, of which ``most`` events are read at the most."""
    merged: Sequence[Any] = [part.values_list("id") for part in parts.merged]
    if most and connection.features.supports_slicing_ordering_in_compound:
        # As for a page: without an order, PostgreSQL may read all there is of a part before it
        # stops at so many.
        merged = [part.order_by(*parts.order) for part in merged]
        return _together([part[:most] for part in merged] if len(merged) > 1 else merged)
    return _together([part.order_by() for part in merged])


def _together(parts: Sequence[Any]) -> Any:
    first, *others = parts
    return first.union(*others, all=True) if others else first


def _rows_of(columns: tuple[str, ...], make: Make[Row], ids: Sequence[UUID]) -> list[Row]:
    """Columns of the events with these ids by (start, id). One query, built once for each number
    of ids."""
    if not ids:
        return []
    return _by_ids(columns, make, len(ids)).all(**{f"id{at}": id for at, id in enumerate(ids)})


# Enough for every length of a page and each set of columns.
@lru_cache(maxsize=200)
def _by_ids(columns: tuple[str, ...], make: Make[Any], number: int) -> PreparedRead[Any]:
    return PreparedRead(
        lambda **ids: (
            Event.objects.filter(pk__in=list(ids.values()))
            .order_by("start_time", "id")
            .values_list(*columns)
        ),
        keys={f"id{at}": ID for at in range(number)},
        make=make,
    )


def id_and_version(columns: Iterable[Any]) -> tuple[UUID, int]:
    id, _, version = columns
    return id, version


def _id(columns: Iterable[Any]) -> UUID:
    id, _ = columns
    return id  # type: ignore[no-any-return]


# The keys of the public listing, how often each stands in it, and how often where it has borders.
_LISTING_KEYS: dict[str, tuple[Any, int, int]] = {
    "start_after": (MOMENT, 1, 2),
    "start_before": (MOMENT, 1, 3),
    "format": (TEXT, 1, 3),
    "channel": (TEXT, 1, 3),
    "upcoming_at": (MOMENT, 1, 3),
    "after_start": (MOMENT, 2, 4),
    "after_id": (ID, 1, 2),
    **dict.fromkeys(Borders._fields, (MOMENT, 0, 2)),
}


def _listing_parts(**filters: Any) -> Parts:
    """Public events: the one definition of what is read and counted below. With borders among the
    filters, what is going on is in parts of its own."""
    events = Event.objects.public().starting_between(latest=filters.get("start_before"))
    among = {"format": filters["format"]} if "format" in filters else {}
    if "channel" in filters:
        among["channel"] = id_of_public(filters["channel"])
    now: Any = filters.get("upcoming_at")
    since = filters.get("start_after")
    narrowed = events.filter(**among)
    bounded: tuple[Any, ...] = ()
    if "q" in filters:
        span = Span(since or filters.get("after_start"), filters.get("start_before"))
        free = events.found(filters["q"], span, now, **among)
    elif "day_ago" in filters:
        between = Borders(filters["day_ago"], filters["month_ago"])
        # All events of this part start after the bounds below already.
        bounded = (narrowed.upcoming_from(between.day_ago, now),)
        free = Parts(events.going_on(now, between, **among))
    else:
        all_of_it = narrowed if now is None else narrowed.upcoming(now)
        free = Parts((all_of_it.with_beginning(),))
    bounds = []
    if since is not None:
        bounds.append(Q(began__gte=since))
    if "after_start" in filters:
        bounds.append(beyond("began", filters["after_start"], filters["after_id"]))
    merged = tuple(part.filter(*bounds) for part in free.merged)
    return Parts(bounded + merged, None if free.then is None else free.then.filter(*bounds))


def _with_one_bound(filters: dict[str, Any]) -> dict[str, Any]:
    """The same filters with a single earliest start, so that an index is searched from there: given
    two such conditions, SQLite may use either."""
    least, position = filters.get("start_after"), filters.get("after_start")
    if least is not None and position is not None:
        needless = ("after_start", "after_id") if position < least else ("start_after",)
        filters = {name: value for name, value in filters.items() if name not in needless}
    if "upcoming_at" in filters:
        between = borders(filters["upcoming_at"])
        least = filters.get("after_start", filters.get("start_after"))
        if least is None or least < between.day_ago:
            return filters | between._asdict()
    return filters


def public_listing_rows(start: int, stop: int, **filters: Any) -> list[EventRow]:
    """Public events by start: the rows from ``start`` up to ``stop``. One query, built once for
    each set of filters; where parts are merged or words are searched, two.

    Filters, all optional: ``start_after``, ``start_before`` (included), ``format``, ``channel``
    (slug of a public one), ``q``, ``upcoming_at`` (a moment: events that one can still go to then),
    and the position ``after_start`` with ``after_id`` that they follow.
    """
    return _read_listing(COLUMNS, EventRow._make, start, stop, filters)


def public_listing_versions(start: int, stop: int, **filters: Any) -> list[tuple[UUID, int]]:
    """The ids and versions of the same rows."""
    return _read_listing(_VERSION, tuple, start, stop, filters)


def count_public_listing(most: int, **filters: Any) -> int:
    """How many events such a list has, ``most`` at the most. One query, built once for each set of
    filters, or each time for a search."""
    given = _with_one_bound(filters)
    if "q" in filters:
        return count_coming(_listing_parts(**given), most)
    return _listing((), tuple, frozenset(given), settings.OPEN_EVENTS, most).count(most, **given)


def _read_listing(
    columns: tuple[str, ...], make: Make[Row], start: int, stop: int, filters: dict[str, Any]
) -> list[Row]:
    given = _with_one_bound(filters)
    if "q" in filters:
        return _rows_of(columns, make, _places(_listing_parts(**given), _PLACE, _id, start, stop))
    # The setting is part of the query.
    names = (frozenset(given), settings.OPEN_EVENTS)
    if "day_ago" not in given:
        return _listing(columns, make, *names).part(start, stop, **given)
    if columns == _VERSION and start == 0:
        placed = _listing((*_PLACE, "version"), id_and_version, *names, stop)
        return placed.part(start, stop, **given)
    return _rows_of(columns, make, _listing(_PLACE, _id, *names).part(start, stop, **given))


# Enough for each set of filters that is asked for, and each length of a page of versions.
@lru_cache(maxsize=200)
def _listing(
    columns: tuple[str, ...],
    make: Make[Any],
    names: frozenset[str],
    open_events: str,
    most: int | None = None,
) -> PreparedRead[Any]:
    """The listing in order, of which ``most`` events are read at the most; without columns, to be
    counted."""
    with_borders = "day_ago" in names

    def build(**values: Any) -> Any:
        parts = _listing_parts(**values)
        return in_order(parts, columns, most) if columns else unordered(parts, most)

    return PreparedRead(
        build,
        keys={name: _LISTING_KEYS[name][0] for name in names},
        make=make,
        times={name: _LISTING_KEYS[name][1 + with_borders] for name in names},
    )

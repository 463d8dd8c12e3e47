"""Pages of a list by position, forwards and backwards, stable while rows come and go."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from django.core import signing
from django.db.models import Q, QuerySet

from config.errors import Invalid

Row = TypeVar("Row")
Query = TypeVar("Query", bound=QuerySet[Any, Any])

_SALT = "convene.cursor"


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[Row]):
    """One page with the tokens of its neighbours; None where there is none."""

    rows: list[Row]
    next: str | None
    previous: str | None


# How long a page is when neither the caller nor a token says.
PAGE = 20


class Position(NamedTuple):
    """A row of a list by what orders it, and how long the page was that it bounds; ``back`` when
    the rows before it are meant."""

    moment: datetime
    id: UUID
    size: int
    back: bool


@dataclass(frozen=True, slots=True)
class Order:
    """A list's order: by a time, ties broken by id. ``name`` tells lists apart, so that a token of
    one opens no other: it holds everything the list was filtered by."""

    field: str
    descending: bool
    name: str

    def token(self, row: Any, *, size: int, back: bool) -> str:
        """The token of the page of ``size`` behind ``row``, or, ``back``, of the one before it."""
        return encode_cursor(getattr(row, self.field), row.id, size, of=self._of(back))

    def position(self, token: str, *, field: str) -> Position:
        """Where a token leads. Raises Invalid naming ``field``."""
        try:
            return Position(*decode_cursor(token, of=self._of(False), field=field), back=False)
        except Invalid:
            return Position(*decode_cursor(token, of=self._of(True), field=field), back=True)

    def part(self, queryset: Query, position: Position | None) -> Query:
        """``queryset`` in this order from its start or behind a position; in the reverse one
        before it."""
        reverse = self.descending != (position is not None and position.back)
        if position is not None:
            queryset = queryset.filter(
                beyond(self.field, position.moment, position.id, descending=reverse)
            )
        sign = "-" if reverse else ""
        return queryset.order_by(f"{sign}{self.field}", f"{sign}id")

    def _of(self, back: bool) -> str:
        return f"{self.name} {'<' if back else '>'}"


def name_of_list(name: str, **asked: Any) -> str:
    """A name for an Order that only lists asked for in the same way share: by the same caller where
    that matters, with the same filters."""
    told = json.dumps([name, {key: str(value) for key, value in asked.items()}], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def beyond(field: str, moment: datetime, id: UUID, *, descending: bool = False) -> Q:
    """The rows that follow a position in (``field``, id) order, in a form that both databases use
    an index for."""
    way = "lt" if descending else "gt"
    later = Q(**{f"{field}__{way}": moment}) | Q(**{f"id__{way}": id})
    return Q(**{f"{field}__{way}e": moment}) & later


def read_keyset(
    queryset: QuerySet[Any, Any],
    rows_of: Callable[[Any], list[Row]],
    order: Order,
    *,
    size: int | None,
    token: str | None,
    field: str = "token",
) -> KeysetPage[Row]:
    """The first page, or the one a token stands for. One query. Without a ``size``, a page is as
    long as the one that its token came with, and the first page holds PAGE rows. Raises Invalid
    naming ``field`` for a token that was not made for this list."""
    return build_keyset(
        lambda position, most: rows_of(order.part(queryset, position)[:most]),
        order,
        size=size,
        token=token,
        field=field,
    )


def build_keyset(
    read: Callable[[Position | None, int], list[Row]],
    order: Order,
    *,
    size: int | None,
    token: str | None,
    field: str,
) -> KeysetPage[Row]:
    """The same from ``read``, which gives so many rows from a position on (None: the start). Where
    no page's ``previous`` is handed out every position leads forwards."""
    position = order.position(token, field=field) if token else None
    if size is None:
        size = position.size if position else PAGE
    found = read(position, size + 1)
    more, rows = len(found) > size, found[:size]
    back = position is not None and position.back
    if back:
        rows.reverse()
    if not rows:
        return KeysetPage([], None, None)
    # From where a token leads, the way it came from is always open.
    follows, precedes = (True, more) if back else (more, position is not None)
    return KeysetPage(
        rows,
        order.token(rows[-1], size=size, back=False) if follows else None,
        order.token(rows[0], size=size, back=True) if precedes else None,
    )


def encode_cursor(moment: datetime, id: UUID, size: int, *, of: str) -> str:
    """The cursor behind the row (moment, id) of the list called ``of``, read in pages of
    ``size``: always the same for the same row, so that an unchanged page is."""
    place: Any = [of, moment.isoformat(), id.hex, size]
    return signing.Signer(salt=_SALT).sign_object(place)


def decode_cursor(text: str, *, of: str, field: str = "cursor") -> tuple[datetime, UUID, int]:
    """The position that a cursor of the list ``of`` stands for, and the size of its pages. Raises
    Invalid naming ``field``."""
    try:
        made_for, moment, id, size = signing.Signer(salt=_SALT).unsign_object(text)
    except (signing.BadSignature, ValueError):
        made_for = None
    if made_for != of:
        raise Invalid({field: "bad_cursor"})
    return datetime.fromisoformat(moment), UUID(id), size

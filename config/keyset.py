"""Pages of a list by position, forwards and backwards, stable while rows come and go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core import signing
from django.db.models import Q, QuerySet

from config.errors import Invalid

Row = TypeVar("Row")

_SALT = "convene.cursor"


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[Row]):
    """One page with the tokens of its neighbours; None where there is none."""

    rows: list[Row]
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class Order:
    """A list's order: by a time, ties broken by id. ``name`` tells lists apart, so that a token of
    one opens no other: it holds everything the list was filtered by."""

    field: str
    descending: bool
    name: str

    def token(self, row: Any, *, back: bool) -> str:
        """The token of the page behind ``row``, or, ``back``, of the one before it."""
        return encode_cursor(getattr(row, self.field), row.id, of=self._of(back))

    def position(self, token: str, *, field: str) -> tuple[bool, datetime, UUID]:
        """(back, moment, id) of a token. Raises Invalid naming ``field``."""
        try:
            return False, *decode_cursor(token, of=self._of(False), field=field)
        except Invalid:
            return True, *decode_cursor(token, of=self._of(True), field=field)

    def arranged(self, queryset: QuerySet[Any, Any], *, back: bool) -> QuerySet[Any, Any]:
        """``queryset`` in this order, or in the reverse one."""
        sign = "-" if self.descending != back else ""
        return queryset.order_by(f"{sign}{self.field}", f"{sign}id")

    def beyond(
        self, queryset: QuerySet[Any, Any], moment: datetime, id: UUID, *, back: bool
    ) -> QuerySet[Any, Any]:
        """The rows behind a position, or before it, in a form that both databases use an index
        for."""
        way = "lt" if self.descending != back else "gt"
        return queryset.filter(**{f"{self.field}__{way}e": moment}).filter(
            Q(**{f"{self.field}__{way}": moment}) | Q(**{f"id__{way}": id})
        )

    def _of(self, back: bool) -> str:
        return f"{self.name} {'<' if back else '>'}"


def read_keyset(
    queryset: QuerySet[Any, Any],
    rows_of: Callable[[Any], list[Row]],
    order: Order,
    *,
    size: int,
    token: str | None,
    field: str = "token",
) -> KeysetPage[Row]:
    """The first page, or the one a token stands for. One query. Raises Invalid naming ``field``
    for a token that was not made for this list."""
    back = False
    if token:
        back, moment, id = order.position(token, field=field)
        queryset = order.beyond(queryset, moment, id, back=back)
    found = rows_of(order.arranged(queryset, back=back)[: size + 1])
    more, rows = len(found) > size, found[:size]
    if back:
        rows.reverse()
    if not rows:
        return KeysetPage([], None, None)
    # From where a token leads, the way it came from is always open.
    follows, precedes = (True, more) if back else (more, token is not None and token != "")
    return KeysetPage(
        rows,
        order.token(rows[-1], back=False) if follows else None,
        order.token(rows[0], back=True) if precedes else None,
    )


def encode_cursor(moment: datetime, id: UUID, *, of: str) -> str:
    """The cursor behind the row (moment, id) of the list called ``of``."""
    return signing.dumps([of, moment.isoformat(), id.hex], salt=_SALT)


def decode_cursor(text: str, *, of: str, field: str = "cursor") -> tuple[datetime, UUID]:
    """The position a cursor of the list ``of`` stands for. Raises Invalid naming ``field``."""
    try:
        made_for, moment, id = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError):
        made_for = None
    if made_for != of:
        raise Invalid({field: "bad_cursor"})
    return datetime.fromisoformat(moment), UUID(id)

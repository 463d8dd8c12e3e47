"""Narrow reads whose SQL the ORM writes once per process and the cursor runs ever after.

Building a query costs Django more than running it. A PreparedRead keeps the compiled SELECT and
the column converters, so a hot read costs one ``execute``; the query itself stays ORM code and
follows the models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.db import connection, models

Row = TypeVar("Row")
_KEY: models.UUIDField[Any, Any] = models.UUIDField()


class PreparedRead(Generic[Row]):
    """A values_list() query keyed by UUIDs.

    ``build`` takes one UUID per name in ``keys`` and returns the queryset; it runs once per
    database vendor, with markers in place of the ids. ``make`` turns a tuple of columns into a row.
    """

    def __init__(
        self,
        build: Callable[..., models.QuerySet[Any, Any]],
        *,
        keys: tuple[str, ...],
        make: Callable[[Iterable[Any]], Row],
    ) -> None:
        self._build = build
        self._keys = keys
        self._make = make
        self._compiled: dict[str, tuple[str, list[Any], Any, Any]] = {}

    def all(self, **ids: UUID) -> list[Row]:
        """Every row, in the query's order. One query."""
        sql, slots, compiler, converters = self._compiled.get(connection.vendor) or self._compile()
        params = [
            _KEY.get_db_prep_value(ids[slot.name], connection) if type(slot) is _Slot else slot
            for slot in slots
        ]
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            rows: Iterable[Any] = cursor.fetchall()
        if converters:
            rows = compiler.apply_converters(rows, converters)
        make = self._make
        return [make(row) for row in rows]

    def one(self, **ids: UUID) -> Row | None:
        """The first row, or None. One query."""
        rows = self.all(**ids)
        return rows[0] if rows else None

    def _compile(self) -> tuple[str, list[Any], Any, Any]:
        markers = {name: uuid4() for name in self._keys}
        query = self._build(**markers).query
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        names = {_KEY.get_db_prep_value(id, connection): name for name, id in markers.items()}
        slots = [_Slot(names[p]) if _hashable(p) and p in names else p for p in params]
        columns = [entry[0] for entry in compiler.select[: compiler.col_count]]
        compiled = (sql, slots, compiler, compiler.get_converters(columns))
        self._compiled[connection.vendor] = compiled
        return compiled


class _Slot:
    """Where an id goes among the parameters."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


def _hashable(value: Any) -> bool:
    return isinstance(value, str | UUID)

"""Narrow reads whose SQL the ORM writes once per process and the cursor runs ever after.

Building a query costs Django more than running it, and its per-value converters more than the
database. A PreparedRead keeps the compiled SELECT and lean converters, so a hot read costs one
``execute``; the query itself stays ORM code and follows the models.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID, uuid4

from django.core.exceptions import EmptyResultSet
from django.db import connection, models

Row = TypeVar("Row")
Make = Callable[[Iterable[Any]], Row]
Query = models.QuerySet[Any, Any]
Converter = Callable[[Any], Any]
# What a key of a prepared read may be.
ID: models.UUIDField[Any, Any] = models.UUIDField()
MOMENT: models.DateTimeField[Any, Any] = models.DateTimeField()
TEXT: models.CharField[Any, Any] = models.CharField()


class _Compiled(NamedTuple):
    sql: str
    parameters: Sequence[Any]
    converters: list[tuple[int, Converter]]


class _Slot(NamedTuple):
    """Where the value of a key goes among the parameters."""

    name: str


class LostKey(TypeError):
    """A key of a prepared read did not find its place in the compiled query."""


class PreparedRead(Generic[Row]):
    """A values_list() query with values left open.

    ``keys`` names them with their fields (ID, MOMENT, TEXT). ``build`` takes one value for each and
    returns the queryset; it runs once per database vendor, with markers in place of the values.
    ``make`` turns a tuple of columns into a row. A key that stands in the query more than once
    says how often in ``times``. Preparing raises LostKey when a key's value does not reach the
    SQL: the query would find the same rows whatever it is given.
    """

    def __init__(
        self,
        build: Callable[..., Query],
        *,
        keys: Mapping[str, models.Field[Any, Any]],
        make: Make[Row],
        times: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self._build = build
        self._keys = keys
        self._make = make
        self._times = times
        self._compiled: dict[str, _Compiled] = {}

    def all(self, **values: Any) -> list[Row]:
        """Every row, in the query's order. One query."""
        compiled = self._compiled.get(connection.vendor) or self._prepare()
        return _run(compiled._replace(parameters=self._fill(compiled, values)), self._make)

    def part(self, start: int, stop: int, **values: Any) -> list[Row]:
        """The rows from ``start`` up to ``stop``; the built queryset itself is not sliced."""
        compiled = self._compiled.get(connection.vendor) or self._prepare()
        part = _Compiled(
            f"{compiled.sql} LIMIT %s OFFSET %s",
            [*self._fill(compiled, values), stop - start, start],
            compiled.converters,
        )
        return _run(part, self._make)

    def count(self, most: int, **values: Any) -> int:
        """How many rows there are, ``most`` at the most. One query."""
        compiled = self._compiled.get(connection.vendor) or self._prepare()
        sql = f"SELECT COUNT(*) FROM ({compiled.sql} LIMIT %s) AS counted"  # noqa: S608 - the ORM's
        with connection.cursor() as cursor:
            cursor.execute(sql, [*self._fill(compiled, values), most])
            return int(cursor.fetchone()[0])

    def one(self, **values: Any) -> Row | None:
        """The first row, or None. One query."""
        rows = self.all(**values)
        return rows[0] if rows else None

    def _fill(self, compiled: _Compiled, values: Mapping[str, Any]) -> list[Any]:
        return [
            self._keys[slot.name].get_db_prep_value(values[slot.name], connection)
            if type(slot) is _Slot
            else slot
            for slot in compiled.parameters
        ]

    def _prepare(self) -> _Compiled:
        markers = {
            name: _marker(field, number) for number, (name, field) in enumerate(self._keys.items())
        }
        names = {
            self._keys[name].get_db_prep_value(marker, connection): name
            for name, marker in markers.items()
        }
        compiled = _compile(self._build(**markers))
        slots = [
            _Slot(names[value])
            if isinstance(value, str | UUID | datetime) and value in names
            else value
            for value in compiled.parameters
        ]
        placed = Counter(slot.name for slot in slots if type(slot) is _Slot)
        if lost := {name for name in self._keys if placed[name] < self._times.get(name, 1)}:
            raise LostKey(f"Values of {sorted(lost)} would not reach the SQL: {compiled.sql}")
        self._compiled[connection.vendor] = compiled._replace(parameters=slots)
        return self._compiled[connection.vendor]


def _marker(field: models.Field[Any, Any], number: int) -> Any:
    """A value of the field's type that no query holds by itself."""
    if isinstance(field, models.UUIDField):
        return uuid4()
    if isinstance(field, models.DateTimeField):
        return datetime(1900, 1, 1, microsecond=number + 1, tzinfo=UTC)
    return uuid4().hex


def read_rows(query: Query, make: Make[Row]) -> list[Row]:
    """The rows of a values_list() query that is built anew each time. At most one query."""
    try:
        compiled = _compile(query)
    except EmptyResultSet:  # the ORM knows that nothing can match
        return []
    return _run(compiled, make)


def _compile(query: Query) -> _Compiled:
    compiler = query.query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    columns = [entry[0] for entry in (compiler.select or [])[: compiler.col_count]]
    converters = compiler.get_converters(columns)
    return _Compiled(
        sql,
        parameters,
        [(index, _lean(convert, column)) for index, (convert, column) in converters.items()],
    )


def _run(compiled: _Compiled, make: Make[Row]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(compiled.sql, compiled.parameters)
        rows = cursor.fetchall()
    if not compiled.converters:
        return [make(row) for row in rows]
    made = []
    for row in rows:
        values = list(row)
        for index, convert in compiled.converters:
            values[index] = convert(values[index])
        made.append(make(values))
    return made


def _lean(converters: Sequence[Any], column: Any) -> Converter:
    """One call for what Django does in several, exactly as it would come out."""
    if connection.vendor == "sqlite" and len(converters) == 1:
        if isinstance(column.output_field, models.DateTimeField):
            return _utc
        if isinstance(column.output_field, models.UUIDField):
            return _uuid

    def convert(value: Any) -> Any:
        for each in converters:
            value = each(value, column, connection)
        return value

    return convert


def _utc(value: datetime | None) -> datetime | None:
    return value and value.replace(tzinfo=UTC)


def _uuid(value: str | None) -> UUID | None:
    return UUID(value) if value is not None else None

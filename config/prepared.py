"""Reads and inserts whose SQL the ORM writes once per process, and a cursor runs from then on.

Building a query costs Django more than running it, and its per-value converters more than the
database. A PreparedRead keeps the compiled SELECT and lean converters, a PreparedInsert the
compiled INSERT, so that a frequent one costs one ``execute``; the query itself stays ORM code and
follows the models.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID, uuid4

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.base import ModelState
from django.db.models.expressions import Col
from django.db.models.fields import NOT_PROVIDED
from django.db.models.sql import InsertQuery

from config.reading import execute, reading, writing

Row = TypeVar("Row")
Instance = TypeVar("Instance", bound=models.Model)
Make = Callable[[Iterable[Any]], Row]
Query = models.QuerySet[Any, Any]
Converter = Callable[[Any], Any]
# What a key of a prepared read may be.
ID: models.UUIDField[Any, Any] = models.UUIDField()
MOMENT: models.DateTimeField[Any, Any] = models.DateTimeField()
TEXT: models.CharField[Any, Any] = models.CharField()


class _Compiled(NamedTuple):
    sql: str
    parameters: Mapping[str, Any]
    converters: list[tuple[int, Converter]]


class _Slot(NamedTuple):
    """Where the value of a key goes among the parameters, and what prepares it."""

    name: str
    prepare: Converter


class LostKey(TypeError):
    """A key of a prepared read did not find its place in the compiled query."""


class PreparedRead(Generic[Row]):
    """A values_list() query with values left open.

    ``keys`` names them with their fields (ID, MOMENT, TEXT). ``build`` takes one value for each and
    returns the queryset; it runs once per process, with markers in place of the values.
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
        self._compiled: _Compiled | None = None

    def all(self, **values: Any) -> list[Row]:
        """Every row, in the query's order. One query."""
        compiled = self._compiled or self._prepare()
        values = self._fill(compiled, values)
        return _run(compiled.sql, values, compiled.converters, self._make)

    def part(self, start: int, stop: int, **values: Any) -> list[Row]:
        """The rows from ``start`` up to ``stop``; the built queryset itself is not sliced."""
        compiled = self._compiled or self._prepare()
        values = self._fill(compiled, values)
        # With this number in the text PostgreSQL keeps its plan; with a parameter for it, it plans
        # anew each time.
        part = f"{compiled.sql} LIMIT {stop - start:d}"
        if start:
            part, values = f"{part} OFFSET %(offset)s", values | {"offset": start}
        return _run(part, values, compiled.converters, self._make)

    def count(self, most: int, **values: Any) -> int:
        """How many rows there are, ``most`` at the most. One query."""
        compiled = self._compiled or self._prepare()
        sql = f"SELECT COUNT(*) FROM ({compiled.sql} LIMIT {most:d}) AS counted"  # noqa: S608
        ((number,),) = execute(reading(), sql, self._fill(compiled, values))
        return int(number)

    def one(self, **values: Any) -> Row | None:
        """The first row, or None. One query."""
        rows = self.all(**values)
        return rows[0] if rows else None

    def _fill(self, compiled: _Compiled, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: slot.prepare(values[slot.name]) if type(slot) is _Slot else slot
            for name, slot in compiled.parameters.items()
        }

    def _prepare(self) -> _Compiled:
        markers = {
            name: _marker(field, number) for number, (name, field) in enumerate(self._keys.items())
        }
        names = {
            self._keys[name].get_db_prep_value(marker, connection): name
            for name, marker in markers.items()
        }
        compiled = _compile(self._build(**markers))
        slots = {
            place: _Slot(names[value], _prepared_by(self._keys[names[value]]))
            if isinstance(value, str | UUID | datetime) and value in names
            else value
            for place, value in compiled.parameters.items()
        }
        placed = Counter(slot.name for slot in slots.values() if type(slot) is _Slot)
        if lost := {name for name in self._keys if placed[name] < self._times.get(name, 1)}:
            raise LostKey(f"Values of {sorted(lost)} would not reach the SQL: {compiled.sql}")
        self._compiled = compiled._replace(parameters=slots)
        return self._compiled


def whole(
    model: type[Instance],
    build: Callable[..., models.QuerySet[Instance, Instance]],
    *,
    keys: Mapping[str, models.Field[Any, Any]],
) -> PreparedRead[Instance]:
    """A PreparedRead of whole instances, for code that changes what it reads."""
    names = [field.attname for field in model._meta.concrete_fields]
    return PreparedRead(
        lambda **values: build(**values).order_by().values_list(*names),
        keys=keys,
        make=lambda columns: model.from_db(DEFAULT_DB_ALIAS, names, list(columns)),
    )


class PreparedInsert(Generic[Instance]):
    """An INSERT of one row of a model, as ``save(force_insert=True)`` writes it.

    It sends no signals, and does not read back what the database sets by itself, such as an
    auto-incremented primary key.
    """

    def __init__(self, model: type[Instance]) -> None:
        self._model = model
        self._compiled: tuple[str, list[_Column]] | None = None

    def new(self, **values: Any) -> Instance:
        """``model(**values)``, with ``values`` by the attributes of columns. Django's own way asks
        descriptors and signals about every field, which takes longer than the INSERT."""
        made = self._model.__new__(self._model)
        made._state = ModelState()
        constant, made_anew = self._defaults
        made.__dict__.update(constant)
        made.__dict__.update({name: make() for name, make in made_anew if name not in values})
        made.__dict__.update(values)
        return made

    @cached_property
    def _defaults(self) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
        """The defaults that are the same for every row, and what makes the others; by attribute."""
        constant, made_anew = {}, []
        for field in self._model._meta.concrete_fields:
            if field.has_default() and callable(field.default):
                made_anew.append((field.attname, field.default))
            else:
                constant[field.attname] = field.get_default()
        return constant, made_anew

    def run(self, instance: Instance) -> None:
        """Inserts the instance's row. One statement."""
        sql, columns = self._compiled or self._prepare(instance)
        held = instance.__dict__
        values = {
            place: prepare(held[attribute]) if prepare else held[attribute]
            for place, attribute, prepare in columns
        }
        execute(writing(), sql, values)
        instance._state.adding = False
        instance._state.db = DEFAULT_DB_ALIAS

    def _prepare(self, instance: Instance) -> tuple[str, list[_Column]]:
        fields = [
            field
            for field in self._model._meta.concrete_fields
            if not isinstance(field, models.AutoField)
        ]
        query = InsertQuery(self._model)
        query.insert_values(fields, [instance])
        ((sql, values),) = query.get_compiler(connection=connection).as_sql()
        # Fields with a default of the database's are SQL already.
        given = [field for field in fields if field.db_default is NOT_PROVIDED]
        if len(values) != len(given):
            raise LostKey(f"Not every value would reach the SQL: {sql}")
        columns = [
            _Column(_name(number), field.attname, _to_database(field))
            for number, field in enumerate(given)
        ]
        self._compiled = (_named(sql, len(given)), columns)
        return self._compiled


def _prepared_by(field: models.Field[Any, Any]) -> Converter:
    """What prepares a value that is looked for, as the ORM would."""
    if connection.vendor == "sqlite" and isinstance(field, models.UUIDField):
        return _hex(field)
    if connection.vendor == "postgresql" and isinstance(field, _KNOWN_TO_POSTGRESQL):
        return lambda value: value
    return lambda value: field.get_db_prep_value(value, connection)


class _Column(NamedTuple):
    """Which parameter holds which attribute of an instance, and what prepares it."""

    place: str
    attribute: str
    prepare: Converter | None


def _to_database(field: models.Field[Any, Any]) -> Converter | None:
    """What prepares a value of the field for the database, as the ORM would; None where nothing is
    to be done."""
    kind = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(kind, _STORED_AS_THEY_ARE):
        return None
    if connection.vendor == "postgresql" and isinstance(kind, _KNOWN_TO_POSTGRESQL):
        return None
    if connection.vendor == "sqlite":
        if isinstance(kind, models.UUIDField):
            return _hex(kind)
        if isinstance(kind, models.DateTimeField):
            return _naive(kind)
        if isinstance(kind, models.JSONField):
            return lambda value: None if value is None else json.dumps(value, cls=kind.encoder)
    return lambda value: field.get_db_prep_save(value, connection)


# What is stored as Python holds it; the driver for PostgreSQL knows more types.
_STORED_AS_THEY_ARE = (
    models.BooleanField,
    models.CharField,
    models.IntegerField,
    models.TextField,
)
_KNOWN_TO_POSTGRESQL = (models.DateTimeField, models.UUIDField)


def _hex(field: models.Field[Any, Any]) -> Converter:
    def prepare(value: Any) -> Any:
        if type(value) is UUID:
            return value.hex
        return None if value is None else field.get_db_prep_value(value, connection)

    return prepare


def _naive(field: models.Field[Any, Any]) -> Converter:
    def prepare(value: Any) -> Any:
        if type(value) is datetime and value.tzinfo is not None:
            return str(value.astimezone(UTC).replace(tzinfo=None))
        return None if value is None else field.get_db_prep_value(value, connection)

    return prepare


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
    return _run(compiled.sql, compiled.parameters, compiled.converters, make)


def _compile(query: Query) -> _Compiled:
    compiler = query.query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    columns = [entry[0] for entry in (compiler.select or [])[: compiler.col_count]]
    converters = compiler.get_converters(columns)
    return _Compiled(
        _named(sql, len(parameters)),
        {_name(number): value for number, value in enumerate(parameters)},
        [(index, _lean(convert, column)) for index, (convert, column) in converters.items()],
    )


def _named(sql: str, number: int) -> str:
    """The SQL with its parameters named: on SQLite, Django searches each statement for ``%s`` with
    a regular expression every time it runs, which takes longer than finding a row by its key."""
    names = tuple(f"%({_name(each)})s" for each in range(number))
    return sql.replace("%%", "%%%%") % names


def _name(number: int) -> str:
    return f"p{number}"


def _run(
    sql: str,
    parameters: Mapping[str, Any],
    converters: Sequence[tuple[int, Converter]],
    make: Make[Row],
) -> list[Row]:
    rows = execute(reading(), sql, parameters)
    if not converters:
        return [make(row) for row in rows]
    made = []
    for row in rows:
        values = list(row)
        for index, convert in converters:
            values[index] = convert(values[index])
        made.append(make(values))
    return made


def _lean(converters: Sequence[Any], column: Any) -> Converter:
    """One call for what Django does in several, with the same result."""
    if connection.vendor == "sqlite" and len(converters) == 1:
        # SQLite's driver makes a datetime of a column, and leaves what is computed as text.
        if isinstance(column.output_field, models.DateTimeField) and isinstance(column, Col):
            return _utc
        if isinstance(column.output_field, models.UUIDField):
            return _uuid
        if isinstance(column.output_field, models.BooleanField):
            return _boolean

    def convert(value: Any) -> Any:
        for each in converters:
            value = each(value, column, connection)
        return value

    return convert


def _utc(value: datetime | None) -> datetime | None:
    return value and value.replace(tzinfo=UTC)


def _boolean(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def _uuid(value: str | None) -> UUID | None:
    return UUID(value) if value is not None else None

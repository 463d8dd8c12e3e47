"""Rows of made-up data, and how they reach the tables: hundreds of thousands a minute.

A model instance costs ten times what its row costs, and the ORM's insert as much again. So a row is
a plain object with the model's columns, and goes in by prepared statements on SQLite and by COPY on
PostgreSQL.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.db import connection, models

Row = SimpleNamespace
_Convert = Callable[[Any], Any]


class _Shape(NamedTuple):
    """A model's columns, and the values of those that are not given."""

    columns: list[str]
    constants: dict[str, Any]
    makers: dict[str, Callable[[], Any]]


def row(model: type[models.Model], **values: Any) -> Row:
    """A row of ``model`` with these columns and its defaults in the others. Raises TypeError for a
    name that is no column."""
    shape = _shape(model)
    for name, make in shape.makers.items():
        if name not in values:
            values[name] = make()
    whole = {**shape.constants, **values}
    if len(whole) > len(shape.columns):
        raise TypeError(f"{model.__name__} lacks {sorted(whole.keys() - set(shape.columns))}.")
    return Row(**whole)


def insert(model: type[models.Model], rows: Iterable[Row]) -> None:
    """Stores rows as row() makes them. Nothing but the database's constraints checks the values."""
    columns = ", ".join(f'"{field.column}"' for field in _stored(model))
    table = f'"{model._meta.db_table}"'
    tuples = _tuples(model, rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for values in tuples:
                    copy.write_row(values)
        else:
            places = ", ".join(["%s"] * len(_shape(model).columns))
            sql = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608 - our own names
            cursor.executemany(sql, list(tuples))


@cache
def _shape(model: type[models.Model]) -> _Shape:
    fields = _stored(model)
    constants, makers = {}, {}
    for field in fields:
        made_anew = field.has_default() and callable(field.default)
        constants[field.attname] = None if made_anew else field.get_default()
        if made_anew:
            makers[field.attname] = field.default
    return _Shape([field.attname for field in fields], constants, makers)


def _stored(model: type[models.Model]) -> list[Any]:
    """The fields that are written: not those that the database makes."""
    made = (models.GeneratedField, models.AutoField, models.BigAutoField)
    return [field for field in model._meta.concrete_fields if not isinstance(field, made)]


def _tuples(model: type[models.Model], rows: Iterable[Row]) -> Iterator[list[Any]]:
    read = attrgetter(*_shape(model).columns)
    converters = _converters(model, connection.vendor)
    for each in rows:
        values = list(read(each))
        for position, convert in converters:
            if (value := values[position]) is not None:
                values[position] = convert(value)
        yield values


@cache
def _converters(model: type[models.Model], vendor: str) -> list[tuple[int, _Convert]]:
    """What turns a value into what the database stores, by the position of its column."""
    moment = str if vendor == "postgresql" else _naive
    by_kind: dict[str, _Convert] = {
        "UUIDField": attrgetter("hex"),
        "DateTimeField": moment,
        "DateField": str,
        "TimeField": str,
        "JSONField": _json,
    }
    kinds = [
        (field.target_field if field.is_relation else field).get_internal_type()
        for field in _stored(model)
    ]
    return [(position, by_kind[kind]) for position, kind in enumerate(kinds) if kind in by_kind]


def _json(value: Any) -> str:
    return json.dumps(value) if value else "{}" if value == {} else "[]"


def _naive(moment: datetime) -> str:
    """In UTC without an offset, as Django writes it on SQLite."""
    return str(moment.astimezone(UTC).replace(tzinfo=None))

"""Rows on the shortest way into their tables: hundreds of thousands a minute.

The ORM's insert costs ten times what its row costs. So rows go in by prepared statements on SQLite
and by COPY on PostgreSQL.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import connection, models

_Convert = Callable[[Any], Any]


def insert(model: type[models.Model], rows: Iterable[object]) -> None:
    """Stores rows that have the model's columns as attributes, as models do. Nothing but the
    database's constraints checks the values."""
    columns = ", ".join(f'"{field.column}"' for field in stored_columns(model))
    table = f'"{model._meta.db_table}"'
    tuples = _tuples(model, rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for values in tuples:
                    copy.write_row(values)
        else:
            places = ", ".join(["%s"] * len(stored_columns(model)))
            sql = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608 - our own names
            cursor.executemany(sql, list(tuples))


@cache
def stored_columns(model: type[models.Model]) -> list[Any]:
    """The fields that are written: not those that the database makes."""
    made = (models.GeneratedField, models.AutoField, models.BigAutoField)
    return [field for field in model._meta.concrete_fields if not isinstance(field, made)]


def _tuples(model: type[models.Model], rows: Iterable[object]) -> Iterator[list[Any]]:
    read = attrgetter(*(field.attname for field in stored_columns(model)))
    converters = _converters(model, connection.vendor)
    last = converted = None
    for each in rows:
        values = list(read(each))
        for position, convert in converters:
            if (value := values[position]) is None:
                continue
            # A moment often comes again at once: created, updated.
            if value is not last:
                last, converted = value, convert(value)
            values[position] = converted
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
        for field in stored_columns(model)
    ]
    return [(position, by_kind[kind]) for position, kind in enumerate(kinds) if kind in by_kind]


def _json(value: Any) -> str:
    return json.dumps(value) if value else "{}" if value == {} else "[]"


def _naive(moment: datetime) -> str:
    """In UTC without an offset, as Django writes it on SQLite."""
    if moment.tzinfo is UTC:
        return str(moment)[: -len("+00:00")]
    return str(moment.astimezone(UTC).replace(tzinfo=None))

"""Tables that are filled in one go: their indexes, also for words, are made once, when all rows are
there.

Written row by row, an index of millions of random ids changes its pages over and over; built in one
go from sorted ids, it takes seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connection, models, transaction

from config.fulltext import has_words, rebuild

Models = Collection[type[models.Model]]
# SQLite's settings meanwhile: 256 MiB of pages, for indexes that belong to a table's definition and
# are written row by row all the same; sorting on disk; no look-up of what each row points at.
_SQLITE = {"cache_size": -256 * 1024, "temp_store": 1, "foreign_keys": 0}
_POSTGRESQL = "SET LOCAL maintenance_work_mem = '256MB'"


class _Aside(NamedTuple):
    """How to take something away from a table, and how to bring it back."""

    drop: str
    make: str


@contextmanager
def in_one_go(tables: Models) -> Iterator[None]:
    """Makes one transaction of what is written inside, and gives the tables their indexes back at
    its end. What rows point at is checked then, too. Meanwhile nobody else can write on SQLite, or
    read or write these tables on PostgreSQL. Not to be called within a transaction."""
    on_postgresql = connection.vendor == "postgresql"
    with _set_up(), transaction.atomic(durable=True):
        if on_postgresql:
            _run(_POSTGRESQL)
        aside = _in_postgresql(tables) if on_postgresql else _in_sqlite(tables)
        _run(*(each.drop for each in aside))
        yield
        connection.check_constraints()
        _run(*(each.make for each in aside))
        if not on_postgresql:
            for model in filter(has_words, tables):
                rebuild(model)
    if on_postgresql:
        # For the planner, which would otherwise hear of the rows some minutes later.
        _run(f"VACUUM (ANALYZE) {', '.join(model._meta.db_table for model in tables)}")
    else:
        _run("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _set_up() -> Iterator[None]:
    """Sets SQLite up for it, and puts its settings back."""
    if connection.vendor != "sqlite":
        yield
        return
    usual = [f"PRAGMA {name} = {_ask(f'PRAGMA {name}')[0][0]}" for name in _SQLITE]
    _run(*(f"PRAGMA {name} = {value}" for name, value in _SQLITE.items()))
    try:
        yield
    finally:
        _run(*usual)


def _in_sqlite(tables: Models) -> list[_Aside]:
    """Indexes, and the triggers that keep those for words."""
    names = ", ".join(f"'{model._meta.db_table}'" for model in tables)
    found = _ask(
        "SELECT type, name, sql FROM sqlite_master"  # noqa: S608 - our own names
        f" WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name IN ({names})"
    )
    return [_Aside(f'DROP {kind} "{name}"', sql) for kind, name, sql in found]


def _in_postgresql(tables: Models) -> list[_Aside]:
    """Indexes, foreign keys and unique constraints; primary keys stay."""
    names = ", ".join(f"'{model._meta.db_table}'::regclass" for model in tables)
    constraints = _ask(
        "SELECT conrelid::regclass, quote_ident(conname), pg_get_constraintdef(oid)"  # noqa: S608
        f" FROM pg_constraint WHERE contype IN ('f', 'u') AND conrelid IN ({names})"
    )
    indexes = _ask(
        "SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index"  # noqa: S608
        f" WHERE indrelid IN ({names}) AND NOT EXISTS (SELECT 1 FROM pg_constraint"
        " WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))"
    )
    return [
        *(
            _Aside(
                f"ALTER TABLE {table} DROP CONSTRAINT {name}",
                f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}",
            )
            for table, name, definition in constraints
        ),
        *(_Aside(f"DROP INDEX {name}", definition) for name, definition in indexes),
    ]


def _ask(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows: list[Any] = cursor.fetchall()
    return rows


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

"""Which database a read asks: the one that takes the writes, or a standby for as long as a request
says so (config/standby.py). Writes, and whatever is read in their transaction, never ask a standby.
How a statement whose text is known is run there, and whether anything was stored since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.utils import timezone

STANDBY = "standby"

_chosen: ContextVar[str] = ContextVar("database", default=DEFAULT_DB_ALIAS)
_kept_cursors: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
# Every commit of a transaction that wrote changes the snapshot. Its numbers are one server's: one
# that takes over, or comes back without what it had not written yet, counts some of them again.
_SNAPSHOT = "SELECT concat(pg_current_snapshot(), ' ', pg_postmaster_start_time())"
# Tells of commits by other connections.
_VERSION = "PRAGMA data_version"


def has_standby() -> bool:
    """Whether DATABASE_REPLICA_URL names one."""
    return bool(settings.DATABASE_ROUTERS)


def reading_alias() -> str:
    """The name of the database that a read of this moment asks."""
    chosen = _chosen.get()
    if chosen is not DEFAULT_DB_ALIAS and connection.in_atomic_block:
        return DEFAULT_DB_ALIAS
    return chosen


def reading() -> Any:
    """The connection to that database."""
    return connections[reading_alias()]


def writing() -> Any:
    """The connection to the database that takes the writes."""
    return connections[DEFAULT_DB_ALIAS]


@contextmanager
def standby_reads() -> Iterator[None]:
    """Within the block, reads of this thread ask the standby."""
    token = _chosen.set(STANDBY)
    try:
        yield
    finally:
        _chosen.reset(token)


def execute(database: Any, sql: str, parameters: Mapping[str, Any]) -> Sequence[Any]:
    """Runs a statement: its rows, none for one that has none. Raises as Django's cursors do.

    On PostgreSQL by a cursor of the driver that is kept: Django makes one for each statement, which
    takes as long as finding a row by its key. Whoever listens to statements gets Django's.
    """
    if database.vendor != "postgresql" or database.queries_logged or database.execute_wrappers:
        with database.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else ()
    database.validate_thread_sharing()
    database.close_if_health_check_failed()
    database.ensure_connection()
    database.validate_no_broken_transaction()
    with database.wrap_database_errors:
        cursor = _kept_cursors.get(database)
        if cursor is None or cursor.connection is not database.connection:
            cursor = _kept_cursors[database] = database.create_cursor()
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.pgresult.nfields else ()


def current_snapshot() -> object:
    """Two that are equal were taken in the same second, and nothing was stored between them: reads
    after the one find what reads after the other find, also by a clock of whole seconds. None where
    that cannot be told: in a transaction, and on a standby. One statement, which reads no table."""
    database = reading()
    if database.alias != DEFAULT_DB_ALIAS or database.in_atomic_block:
        return None
    second = int(timezone.now().timestamp())
    if database.vendor == "sqlite":
        ((version,),) = execute(database, _VERSION, {})
        driver = database.connection
        return second, driver, driver.total_changes, version
    ((snapshot,),) = execute(database, _SNAPSHOT, {})
    return second, snapshot


class Router:
    """The same for the ORM (settings.DATABASE_ROUTERS)."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """Where rows are read."""
        return reading_alias()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """Where rows are written, and read to be changed."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """Both databases hold the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """A standby follows by itself."""
        return db == DEFAULT_DB_ALIAS

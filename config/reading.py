"""Which database a read asks: the one that takes the writes, or a standby for as long as a request
says so (config/standby.py). Writes, and whatever is read in their transaction, never ask a standby.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections

STANDBY = "standby"

_chosen: ContextVar[str] = ContextVar("database", default=DEFAULT_DB_ALIAS)


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


@contextmanager
def standby_reads() -> Iterator[None]:
    """Within the block, reads of this thread ask the standby."""
    token = _chosen.set(STANDBY)
    try:
        yield
    finally:
        _chosen.reset(token)


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

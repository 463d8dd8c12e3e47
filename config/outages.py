"""Whether it is the storage that is away, or our code that is wrong: the first is a 503 and passes,
the second stays what it is."""

from __future__ import annotations

import errno
import logging
import select
import sqlite3
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, OperationalError, connection

from config.errors import Unavailable

_log = logging.getLogger("convene.outages")
_ERRNOS = {errno.ENOSPC: "full", errno.EDQUOT: "full", errno.EROFS: "readonly"}
# SQLite's primary result codes. What is damaged (CORRUPT) or badly asked (ERROR) does not pass.
_SQLITE = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_PROTOCOL: "locked",
    sqlite3.SQLITE_READONLY: "readonly",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_IOERR: "away",
    sqlite3.SQLITE_CANTOPEN: "away",
}
# SQLSTATEs of PostgreSQL, then their classes: connection, resources, operator, system.
_STATES = {
    "25006": "readonly",
    "40P01": "locked",
    "53100": "full",
    "55P03": "locked",
    "57014": "slow",
}
_CLASSES = {"08": "away", "53": "away", "57": "away", "58": "away"}


def outage_word(problem: BaseException | None) -> str | None:
    """What is wrong with the storage, in one word: away, locked, full, readonly or slow. None when
    the storage is not to blame."""
    if isinstance(problem, OSError):
        return _ERRNOS.get(problem.errno or 0)
    if not isinstance(problem, Error):
        return None
    told = problem.__cause__
    if isinstance(told, sqlite3.Error):
        # An extended code has the primary one in its lowest byte. Python's own errors have none.
        return _SQLITE.get(getattr(told, "sqlite_errorcode", 0) & 0xFF)
    state: str | None = getattr(told, "sqlstate", "")
    if state is None:  # no server said it: it cannot be reached, or hung up
        return "away" if isinstance(problem, OperationalError) else None
    return _STATES.get(state) or _CLASSES.get(state[:2])


def outage_of(problem: BaseException | None) -> Unavailable | None:
    """The refusal that an outage is told as, after a line in the log; None for anything else."""
    word = outage_word(problem)
    if word is None:
        return None
    _log.warning("The storage is %s: %s", word, str(problem).partition("\n")[0])
    return Unavailable()


def trust_silence(**signal: Any) -> None:
    """Receiver of request_started in processes that answer requests on PostgreSQL: takes a
    connection to be alive if its socket is silent. A server that stops or restarts hangs up, which
    makes the socket readable; only then does Django ask whether the connection still works, which
    costs a round trip."""
    held = connection.connection
    if held is not None and not held.closed:
        socket = select.poll()
        socket.register(held.fileno(), select.POLLIN)
        connection.health_check_done = not socket.poll(0)  # type: ignore[attr-defined]


def limit_waiting(connection: Any, **signal: Any) -> None:
    """Receiver of connection_created in processes that answer requests: on PostgreSQL, no statement
    and no lock is waited for longer than settings.REQUEST_SETTINGS say. Commands may take their
    time. A connection that a pooler lends by the transaction is nobody's to set."""
    pooled = settings.POOLED_BY_TRANSACTION and connection.alias == DEFAULT_DB_ALIAS
    if connection.vendor == "postgresql" and not pooled:
        with connection.cursor() as cursor:
            for name, value in settings.REQUEST_SETTINGS.items():
                cursor.execute("SELECT set_config(%s, %s, false)", [name, value])

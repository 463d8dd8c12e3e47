"""What is an outage, and what is a fault of ours."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.conf import settings as configured
from django.db import (
    DatabaseError,
    Error,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    connection,
)

from config.errors import Unavailable
from config.outages import limit_waiting, outage_of, outage_word


def wrapped(kind: type[Error], told: Exception) -> Error:
    """As Django raises what a driver told."""
    problem = kind(str(told))
    problem.__cause__ = told
    return problem


def by_postgresql(state: str) -> Exception:
    """A driver's error of this SQLSTATE."""
    return psycopg.errors.lookup(state)("told")


def by_sqlite(act: Callable[[sqlite3.Connection], Any]) -> Exception:
    """What SQLite raises when ``act`` is done to a database."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, text TEXT)")
        with pytest.raises(sqlite3.Error) as raised:
            act(connection)
    finally:
        connection.close()
    return raised.value


def fill(connection: sqlite3.Connection) -> None:
    """Writes beyond the last page it may have."""
    connection.execute("PRAGMA max_page_count = 3")
    connection.execute("INSERT INTO kept (text) VALUES (zeroblob(100000))")


def write_protected(connection: sqlite3.Connection) -> None:
    """Writes where only reading is allowed."""
    connection.execute("PRAGMA query_only = ON")
    connection.execute("INSERT INTO kept (text) VALUES ('')")


def test_what_sqlite_says() -> None:
    """A disk that is full, a file that cannot be opened or written; not a table that is missing."""
    for act, word in (
        (fill, "full"),
        (write_protected, "readonly"),
        (lambda _: sqlite3.connect("/nowhere/at/all"), "away"),
        (lambda connection: connection.execute("SELECT * FROM nothing"), None),
    ):
        assert outage_word(wrapped(OperationalError, by_sqlite(act))) == word


def test_a_lock_that_somebody_keeps(tmp_path: Any) -> None:
    """SQLite's own words for it, from a second connection."""
    path = tmp_path / "one.sqlite3"
    with sqlite3.connect(path, isolation_level=None) as first:
        first.execute("BEGIN EXCLUSIVE")
        second = sqlite3.connect(path, timeout=0)
        with pytest.raises(sqlite3.OperationalError) as raised:
            second.execute("BEGIN IMMEDIATE")
        second.close()
    first.close()
    assert outage_word(wrapped(OperationalError, raised.value)) == "locked"


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("08006", "away"),
        ("53100", "full"),
        ("53300", "away"),
        ("55P03", "locked"),
        ("57014", "slow"),
        ("57P01", "away"),
        ("57P03", "away"),
        ("25006", "readonly"),
        ("40P01", "locked"),
    ],
)
def test_what_postgresql_says(state: str, word: str | None) -> None:
    """By SQLSTATE, whatever its language. Of two that wait for each other, one has to ask again."""
    assert outage_word(wrapped(OperationalError, by_postgresql(state))) == word


def test_a_server_that_says_nothing() -> None:
    """It cannot be reached, or hung up. A cursor used after its end is ours."""
    away = psycopg.OperationalError("connection refused")
    assert outage_word(wrapped(OperationalError, away)) == "away"
    closed = psycopg.InterfaceError("the cursor is closed")
    assert outage_word(wrapped(DatabaseError, closed)) is None


def test_what_stays_a_fault() -> None:
    """A broken constraint, wrong SQL, an exception of anybody else's."""
    twice = by_sqlite(
        lambda connection: connection.execute("INSERT INTO kept (id) VALUES (1), (1)")
    )
    for problem in (
        wrapped(IntegrityError, twice),
        wrapped(IntegrityError, by_postgresql("23505")),
        wrapped(ProgrammingError, by_postgresql("42P01")),
        OperationalError("raised by nobody's driver"),
        ValueError("locked"),
        OSError(errno.ENOENT, "No such file"),
        None,
    ):
        assert outage_of(problem) is None


@pytest.mark.parametrize(
    ("number", "word"),
    [(errno.ENOSPC, "full"), (errno.EDQUOT, "full"), (errno.EROFS, "readonly")],
)
def test_a_disk(number: int, word: str) -> None:
    """An image that finds no room is an outage like a row that finds none."""
    assert outage_word(OSError(number, "said by the system")) == word
    assert isinstance(outage_of(OSError(number, "said by the system")), Unavailable)


@pytest.mark.django_db
@pytest.mark.skipif(configured.ON_SQLITE, reason="SQLite has no pooler")
@pytest.mark.parametrize(("pooled", "waits"), [(False, "20s"), (True, "0")])
def test_what_a_request_waits_for(pooled: bool, waits: str, settings: Any) -> None:
    """Is set on a connection of one's own, and on none that a pooler lends by the transaction."""
    settings.POOLED_BY_TRANSACTION = pooled
    with connection.cursor() as cursor:  # another test may have set it
        cursor.execute("SET statement_timeout = 0")
        limit_waiting(connection)
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == (waits,)
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET lock_timeout = 0")

"""Reading an OpenRSVP database: its tables, by its documented schema (version 0.16)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from config.errors import Invalid, NotFound, flaw

Row = sqlite3.Row
# The columns that are read of each table.
_TABLES = {
    "channels": ("id", "name", "slug", "visibility", "created_at", "last_used_at"),
    "events": (
        *("id", "admin_token", "channel_id", "is_private", "admin_approval_required"),
        *("max_attendees", "title", "description", "start_time", "end_time", "location"),
        *("created_at", "last_modified", "rsvps_closed", "rsvp_close_at"),
    ),
    "rsvps": (
        *("id", "event_id", "rsvp_token", "name", "pronouns", "attendance_status", "status"),
        *("guest_count", "is_private", "created_at", "last_modified"),
    ),
    "messages": (
        *("id", "event_id", "rsvp_id", "message_type", "visibility", "content", "created_at"),
    ),
    "meta": ("key", "value"),
}
# Some messages name only the RSVP that they are about.
_WITH_EVENT = "LEFT JOIN (SELECT id AS known, event_id AS of_event FROM rsvps) ON known = rsvp_id"
_EVENT_OF_MESSAGE = "coalesce(event_id, of_event)"
_LOST_RSVPS = "SELECT count(*) FROM rsvps WHERE event_id NOT IN (SELECT id FROM events)"
_LOST_MESSAGES = (
    f"SELECT count(*) FROM messages {_WITH_EVENT}"  # noqa: S608 - our own words
    f" WHERE coalesce({_EVENT_OF_MESSAGE}, '') NOT IN (SELECT id FROM events)"
)
_ROOT_TOKEN = "root_admin_token"  # noqa: S105 - where it stands, not what it is


class Found(NamedTuple):
    """An event with all that hangs on it."""

    event: Row
    rsvps: list[Row]
    messages: list[Row]


class Source:
    """An open database. All reads are of one moment, also while OpenRSVP still runs."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def channels(self) -> Iterator[Row]:
        """All channels."""
        return self._rows("channels", "ORDER BY id")

    def count_events(self) -> int:
        """How many events there are."""
        return self._count("SELECT count(*) FROM events")

    def batches(self, size: int) -> Iterator[list[Found]]:
        """All events with what belongs to them, so many events at a time."""
        last = ""
        while events := list(self._rows("events", "WHERE id > ? ORDER BY id LIMIT ?", last, size)):
            first, last = events[0]["id"], events[-1]["id"]
            between = (first, last)
            rsvps = self._by_event("rsvps", "WHERE event_id BETWEEN ? AND ?", *between)
            messages = self._by_event(
                "messages",
                f"{_WITH_EVENT} WHERE {_EVENT_OF_MESSAGE} BETWEEN ? AND ?",
                *between,
                event=_EVENT_OF_MESSAGE,
            )
            yield [
                Found(each, rsvps.get(each["id"], []), messages.get(each["id"], []))
                for each in events
            ]

    def lost(self) -> dict[str, int]:
        """How many RSVPs and messages belong to no event that is there."""
        return {"RSVPs": self._count(_LOST_RSVPS), "messages": self._count(_LOST_MESSAGES)}

    def root_token(self) -> str | None:
        """The token that opened everything there."""
        rows = self._rows("meta", "WHERE key = ?", _ROOT_TOKEN)
        return next((row["value"] for row in rows), None)

    def _by_event(
        self, table: str, condition: str, *values: str, event: str = "event_id"
    ) -> dict[str, list[Row]]:
        rows = self._rows(table, f"{condition} ORDER BY {event}, {table}.created_at, id", *values)
        by_event = groupby(rows, lambda row: row["event_id"] or row["of_event"])
        return {event_id: list(group) for event_id, group in by_event}

    def _rows(self, table: str, condition: str, *values: object) -> Iterator[Row]:
        extra = ", of_event" if "of_event" in condition else ""
        columns = ", ".join(_TABLES[table]) + extra
        # Names of tables and columns are ours.
        return self._connection.execute(
            f"SELECT {columns} FROM {table} {condition}",  # noqa: S608
            values,
        )

    def _count(self, sql: str) -> int:
        (number,) = self._connection.execute(sql).fetchone()
        return int(number)


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """The database in this file, opened to be read. Raises NotFound without a file, and Invalid
    (``file``) for one that is no such database or is damaged."""
    if not path.is_file():
        raise NotFound("no_such_file", path=path)
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)
        with closing(connection):
            connection.row_factory = sqlite3.Row
            connection.execute("BEGIN")
            _ensure_known(connection)
            yield Source(connection)
    except sqlite3.DatabaseError as problem:
        raise Invalid({"file": flaw("not_openrsvp", problem=problem)}) from None


def _ensure_known(connection: sqlite3.Connection) -> None:
    for table, columns in _TABLES.items():
        known = {row["name"] for row in connection.execute(f"PRAGMA table_info({table})")}
        if missing := [f"{table}.{column}" for column in columns if column not in known]:
            raise Invalid(
                {"file": flaw("not_openrsvp", problem=f"there is no {', '.join(missing)}")}
            )

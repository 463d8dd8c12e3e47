"""An OpenRSVP database, made by its documented schema (tests build what they need)."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

MOMENT = "2026-05-20 18:00:00.123456"
_TABLES = {
    "channels": {
        "name": "Choir",
        "slug": "choir",
        "visibility": "public",
        "score": 1.5,
        "created_at": MOMENT,
        "last_used_at": MOMENT,
    },
    "events": {
        "admin_token": None,
        "channel_id": None,
        "is_private": 0,
        "admin_approval_required": 0,
        "max_attendees": None,
        "title": "Garden party",
        "description": None,
        "start_time": "2031-05-20 18:00:00.000000",
        "end_time": None,
        "location": None,
        "score": 0.0,
        "created_at": MOMENT,
        "last_modified": MOMENT,
        "last_accessed": MOMENT,
        "rsvps_closed": 0,
        "rsvp_close_at": None,
    },
    "rsvps": {
        "event_id": None,
        "rsvp_token": None,
        "name": "Ana",
        "pronouns": None,
        "attendance_status": "yes",
        "status": "approved",
        "guest_count": 0,
        "is_private": 0,
        "created_at": MOMENT,
        "last_modified": MOMENT,
    },
    "messages": {
        "event_id": None,
        "rsvp_id": None,
        "author_id": None,
        "message_type": "event_update",
        "visibility": "public",
        "content": "Doors at eight",
        "created_at": MOMENT,
    },
}


class OpenRsvp:
    """A database file under construction; each method adds a row and returns it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._do(
            *(
                f"CREATE TABLE {table} (id VARCHAR PRIMARY KEY, {', '.join(columns)})"
                for table, columns in _TABLES.items()
            ),
            "CREATE TABLE meta (key VARCHAR PRIMARY KEY, value VARCHAR, updated_at DATETIME)",
            "CREATE TABLE alembic_version (version_num VARCHAR)",
        )

    def channel(self, **values: Any) -> dict[str, Any]:
        """A channel."""
        return self._add("channels", values)

    def event(self, **values: Any) -> dict[str, Any]:
        """An event with its organizer's token."""
        return self._add("events", {"admin_token": secrets.token_urlsafe(32)} | values)

    def rsvp(self, event: dict[str, Any], **values: Any) -> dict[str, Any]:
        """An answer with its guest's token."""
        values = {"event_id": event["id"], "rsvp_token": secrets.token_urlsafe(32)} | values
        return self._add("rsvps", values)

    def message(self, event: dict[str, Any] | None, **values: Any) -> dict[str, Any]:
        """A message."""
        return self._add("messages", {"event_id": event and event["id"]} | values)

    def root(self) -> str:
        """Sets the root token."""
        token = secrets.token_urlsafe(32)
        self._do("INSERT INTO meta VALUES (?, ?, ?)", values=("root_admin_token", token, MOMENT))
        return token

    def run(self, sql: str) -> None:
        """Changes the file by hand."""
        self._do(sql)

    def _add(self, table: str, values: dict[str, Any]) -> dict[str, Any]:
        row = {"id": str(uuid4())} | _TABLES[table] | values
        places = ", ".join("?" * len(row))
        columns = ", ".join(row)
        sql = f"INSERT INTO {table} ({columns}) VALUES ({places})"
        self._do(sql, values=tuple(row.values()))
        return row

    def _do(self, *statements: str, values: tuple[Any, ...] = ()) -> None:
        with closing(sqlite3.connect(self.file)) as database, database:
            for sql in statements:
                database.execute(sql, values)

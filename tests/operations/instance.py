"""An instance on SQLite with next to nothing in it, to be backed up and restored."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from operations.backups import Instance

NOW = datetime(2030, 5, 1, 12, tzinfo=UTC)
MIGRATION = ("events", "0001_initial")


def make_instance(folder: Path, *titles: str, migration: tuple[str, str] = MIGRATION) -> Instance:
    """An instance with events of these titles, an image and a key."""
    instance = Instance(folder, folder / "convene.sqlite3", folder / "media")
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(instance.database)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE django_migrations (app TEXT, name TEXT)")
        database.execute("CREATE TABLE events_event (title TEXT, version INTEGER DEFAULT 1)")
        database.execute("CREATE TABLE accounts_user (email TEXT)")
        database.execute("INSERT INTO django_migrations VALUES (?, ?)", migration)
        database.executemany(
            "INSERT INTO events_event (title) VALUES (?)", [(each,) for each in titles]
        )
        database.commit()
    (folder / "media" / "images").mkdir(parents=True)
    (folder / "media" / "images" / f"{folder.name}.jpg").write_bytes(f"of {folder.name}".encode())
    (folder / "secret_key").write_text(f"key of {folder.name}")
    return instance


def titles(instance: Instance) -> list[str]:
    """The events of an instance."""
    with closing(sqlite3.connect(instance.database)) as database:
        return [title for (title,) in database.execute("SELECT title FROM events_event")]


def files(instance: Instance) -> dict[str, bytes]:
    """The images of an instance."""
    assert instance.media is not None
    return {
        path.relative_to(instance.media).as_posix(): path.read_bytes()
        for path in instance.media.rglob("*")
        if path.is_file()
    }

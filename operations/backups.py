"""Backups of an instance on SQLite: one archive with the database, the images and, when asked, the
secret key. Backing up and restoring work while the instance is running.

The archive is a ZIP file: ``manifest.json``, ``database.sqlite3``, ``media/…`` and ``secret_key``.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from config.errors import Conflict, Invalid, NotFound, flaw
from config.files import draft_beside, write_private
from events.models import Event

FORMAT = 1
_MANIFEST, _DATABASE, _KEY, _MEDIA = "manifest.json", "database.sqlite3", "secret_key", "media/"
_BUSY_SECONDS = 30
# More than an event changes between a backup and its return.
_LOST_CHANGES = 100_000
_NOTE = "last_backup.json"
_BROKEN = (zipfile.BadZipFile, zlib.error, IsADirectoryError, EOFError, KeyError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Instance:
    """Where an instance keeps what a backup holds. ``media`` is None when the images are kept
    elsewhere."""

    data: Path
    database: Path
    media: Path | None

    @property
    def key(self) -> Path:
        """The file of its secret key; there is none when the environment names the key."""
        return self.data / "secret_key"


class Backup(NamedTuple):
    """A finished archive: where, how large in bytes, how many images, and whether the key is in
    it."""

    file: Path
    bytes: int
    images: int
    with_key: bool


class Restored(NamedTuple):
    """What a restore brought back; ``made_at`` is when the archive was made, in UTC."""

    made_at: datetime
    images: int
    with_key: bool


class LastBackup(NamedTuple):
    """The latest backup this instance made, in UTC."""

    at: datetime
    file: str


def this_instance() -> Instance:
    """The instance of the settings. Raises Conflict on PostgreSQL, with the commands to use."""
    database = connection.settings_dict
    if connection.vendor != "sqlite":
        server = "".join(
            f" --{option}={database[key]}"
            for option, key in (("host", "HOST"), ("port", "PORT"), ("username", "USER"))
            if database[key]
        )
        name = database["NAME"]
        raise Conflict("not_sqlite", server=server, name=name, media=settings.MEDIA_ROOT)
    media = Path(settings.MEDIA_ROOT) if isinstance(default_storage, FileSystemStorage) else None
    return Instance(Path(settings.DATA_DIR), Path(str(database["NAME"])), media)


def back_up(
    instance: Instance,
    target: Path,
    *,
    now: datetime,
    with_key: bool = False,
    replace: bool = False,
) -> Backup:
    """Writes the archive to ``target``, readable by its owner only, and notes the time.

    The database is copied as it stands at one moment (SQLite's online backup) and checked; writers
    go on meanwhile. Nothing is at ``target`` until the archive is complete. Raises NotFound without
    a database or key, Conflict when ``target`` is taken: ``replace`` allows an older backup.
    """
    if not instance.database.exists():
        raise NotFound("no_database", path=instance.database)
    if with_key and not instance.key.exists():
        raise NotFound("no_key_file")
    _ensure_free(target, replace=replace)
    with draft_beside(target) as draft:
        with draft.open("wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            # Images before and after: whatever the database names at its moment is in there.
            images = _pack_media(archive, instance.media)
            with draft_beside(target) as copy:
                _copy_database(instance.database, copy)
                archive.write(copy, _DATABASE)
            images += _pack_media(archive, instance.media)
            if with_key:
                archive.write(instance.key, _KEY)
            manifest = {"format": FORMAT, "made_at": now.isoformat(), "images": images}
            archive.writestr(_MANIFEST, json.dumps(manifest))
            archive.close()
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    write_private(
        instance.data / _NOTE, json.dumps({"at": now.isoformat(), "file": str(target)}).encode()
    )
    return Backup(target, target.stat().st_size, images, with_key)


def last_backup(data: Path) -> LastBackup | None:
    """The latest backup, or None if none was made (or its note cannot be read)."""
    try:
        note = json.loads((data / _NOTE).read_bytes())
        return LastBackup(datetime.fromisoformat(note["at"]), str(note["file"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def occupied(instance: Instance) -> str | None:
    """Why restoring here would lose something, in words; None for an instance without content."""
    if not instance.database.exists():
        return None
    try:
        if _in_use(instance.database):
            return "This instance is running"
        with closing(sqlite3.connect(instance.database)) as database:
            if not _has_rows(database):
                return None
    except sqlite3.Error:
        return "The database file is not a database"
    return "This instance holds data"


def restore(source: Path, instance: Instance) -> Restored:
    """Puts the archive's content in the place of the instance's.

    Everything in the archive is checked first. Images come first, then the database in one
    transaction, then images that the archive does not have go: whenever it is interrupted, the
    database is whole, the old one or the new one, and so are its images. Raises NotFound,
    Invalid (no backup of ours, broken, or made by a newer version).
    """
    with _opened(source) as archive, tempfile.TemporaryDirectory(dir=_made(instance.data)) as work:
        manifest = _manifest(archive)
        fresh = Path(work) / _DATABASE
        archive.extract(_DATABASE, work)
        _ensure_sound(fresh)
        _ensure_not_newer(fresh)
        _renew_versions(fresh)
        names = _media_names(archive)
        before = set(_media_files(instance.media))
        _unpack_media(archive, names, instance.media)
        _replace_database(fresh, instance.database)
        if instance.media is not None:
            for name in before - set(names):
                (instance.media / name).unlink(missing_ok=True)
        with_key = _KEY in archive.namelist()
        if with_key:
            write_private(instance.key, archive.read(_KEY))
    return Restored(datetime.fromisoformat(manifest["made_at"]), len(names), with_key)


# --- The database -------------------------------------------------------------------------------


def _copy_database(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(source, timeout=_BUSY_SECONDS)) as database,
        closing(sqlite3.connect(target)) as copy,
    ):
        # All pages in one step: one moment, and writers (who use a WAL) never start it over.
        database.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    _ensure_sound(target)


def _replace_database(fresh: Path, target: Path) -> None:
    """Overwrites the database in one transaction of SQLite's own: anyone who has it open sees the
    old content or the new. A file that is not a database is moved aside."""
    try:
        with closing(sqlite3.connect(target)) as old:
            old.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError:
        for end in ("", "-wal", "-shm"):
            broken = target.with_name(target.name + end)
            if broken.exists():
                broken.replace(target.with_name(f"{target.name}.broken{end}"))
    with (
        closing(sqlite3.connect(fresh)) as source,
        closing(sqlite3.connect(target, timeout=_BUSY_SECONDS)) as database,
    ):
        database.execute("PRAGMA journal_mode=WAL")
        source.backup(database)


def _ensure_sound(database: Path) -> None:
    try:
        with closing(sqlite3.connect(database)) as checked:
            (said,) = checked.execute("PRAGMA integrity_check(1)").fetchone()
            ours = _applied(checked)
    except sqlite3.Error as problem:
        said, ours = str(problem), {("", "")}
    if said != "ok":
        raise Invalid({"database": flaw("database_damaged", problem=said)})
    if not ours:
        raise Invalid({"database": "foreign_database"})


def _renew_versions(database: Path) -> None:
    """Lifts the versions of events above all that were given since the backup: neither a client's
    entity tag nor an answer that a running server keeps is to stand for another state."""
    with closing(sqlite3.connect(database)) as renewed, renewed:
        table = Event._meta.db_table
        renewed.execute(f"UPDATE {table} SET version = version + {_LOST_CHANGES}")  # noqa: S608


def _ensure_not_newer(database: Path) -> None:
    """Refuses a database with migrations that this code does not know."""
    known = set(MigrationLoader(None).disk_migrations or ())
    apps = {app for app, _ in known}
    with closing(sqlite3.connect(database)) as checked:
        unknown = {each for each in _applied(checked) if each[0] in apps} - known
    if unknown:
        raise Invalid({"database": "newer_backup"})


def _applied(database: sqlite3.Connection) -> set[tuple[str, str]]:
    try:
        return set(database.execute("SELECT app, name FROM django_migrations"))
    except sqlite3.OperationalError:  # no such table
        return set()


def _in_use(path: Path) -> bool:
    """Whether another connection has the database open: leaving WAL needs it for oneself."""
    with closing(sqlite3.connect(path, timeout=0)) as database:
        (mode,) = database.execute("PRAGMA journal_mode").fetchone()
        try:
            database.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError:
            return True
        database.execute(f"PRAGMA journal_mode={mode}")
    return False


def _has_rows(database: sqlite3.Connection) -> bool:
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    return any(
        database.execute(f"SELECT EXISTS (SELECT 1 FROM {table})").fetchone()[0]  # noqa: S608 - names of our own
        for table in ("events_event", "accounts_user")
        if table in tables
    )


# --- Files --------------------------------------------------------------------------------------


def _ensure_free(target: Path, *, replace: bool) -> None:
    if not target.parent.is_dir():
        raise NotFound("no_such_folder", path=target.parent)
    if not target.exists():
        return
    if not replace:
        raise Conflict("backup_exists", path=target)
    with _opened(target) as archive:
        _manifest(archive)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _media_files(media: Path | None) -> Iterator[str]:
    if media is None or not media.is_dir():
        return
    for path in sorted(media.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path.relative_to(media).as_posix()


def _pack_media(archive: zipfile.ZipFile, media: Path | None) -> int:
    """Adds the images that are not in there yet; how many. Stored images never change."""
    packed, present = 0, set(archive.namelist())
    for name in _media_files(media):
        if media is None or f"{_MEDIA}{name}" in present:
            continue
        try:
            # Already compressed: deflating them again only takes time.
            archive.write(media / name, f"{_MEDIA}{name}", compress_type=zipfile.ZIP_STORED)
        except FileNotFoundError:  # discarded since it was listed
            continue
        packed += 1
    return packed


def _unpack_media(archive: zipfile.ZipFile, names: list[str], media: Path | None) -> None:
    if media is None:
        if names:
            raise Invalid({"media": "images_elsewhere"})
        return
    for name in names:
        path = media / name
        _made(path.parent)
        with draft_beside(path) as draft:
            draft.write_bytes(archive.read(f"{_MEDIA}{name}"))
            draft.replace(path)


# --- The archive --------------------------------------------------------------------------------


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    """Raises NotFound, and Invalid for what cannot be read as an archive."""
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except FileNotFoundError:
        raise NotFound("no_such_file", path=source) from None
    except _BROKEN:
        raise Invalid({"file": "not_a_backup"}) from None


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        manifest = json.loads(archive.read(_MANIFEST))
        version = int(manifest["format"])
        datetime.fromisoformat(manifest["made_at"])
        archive.getinfo(_DATABASE)
    except (ValueError, TypeError, KeyError):
        raise Invalid({"file": "not_a_backup"}) from None
    if version > FORMAT:
        raise Invalid({"file": "newer_backup"})
    return dict(manifest)


def _media_names(archive: zipfile.ZipFile) -> list[str]:
    names = [name for name in archive.namelist() if name.startswith(_MEDIA)]
    for name in names:
        parts = name.split("/")
        if name.endswith("/") or "\\" in name or {"", ".", ".."} & set(parts):
            raise Invalid({"media": flaw("not_an_image_file", name=name)})
    bad = archive.testzip()
    if bad is not None:
        raise Invalid({"file": flaw("backup_damaged", name=bad)})
    return [name.removeprefix(_MEDIA) for name in names]

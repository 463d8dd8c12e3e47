"""Backups of an instance on SQLite: whole, private, checked, and back again."""

from __future__ import annotations

import json
import sqlite3
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from config.errors import Conflict, Invalid, NotFound
from operations import backups
from operations.backups import Instance, back_up, last_backup, occupied, restore
from tests.operations.instance import NOW, files, make_instance, titles
from tests.root import keys


@pytest.fixture
def old(tmp_path: Path) -> Instance:
    """The instance that is backed up."""
    return make_instance(tmp_path / "old", "Dinner", "Dance")


@pytest.fixture
def archive(old: Instance, tmp_path: Path) -> Path:
    """A backup of it, with the key."""
    return back_up(old, tmp_path / "backup.zip", now=NOW, with_key=True).file


# --- Backing up ---------------------------------------------------------------------------------


def test_there_and_back(old: Instance, archive: Path, tmp_path: Path) -> None:
    """Rows, images and key are as they were; the archive is for its owner only."""
    fresh = Instance(tmp_path / "new", tmp_path / "new" / "db.sqlite3", tmp_path / "new" / "media")
    assert occupied(fresh) is None
    done = restore(archive, fresh)
    assert done == (NOW, 1, True)
    assert titles(fresh) == ["Dinner", "Dance"]
    assert files(fresh) == files(old) == {"images/old.jpg": b"of old"}
    assert fresh.key.read_text() == "key of old"
    assert {path.stat().st_mode & 0o777 for path in (archive, fresh.key)} == {0o600}
    assert sorted(path.name for path in archive.parent.iterdir()) == ["backup.zip", "new", "old"]


def test_the_key_stays_at_home(old: Instance, tmp_path: Path) -> None:
    """Unless it is asked for; restoring leaves the other instance's own."""
    made = back_up(old, tmp_path / "backup.zip", now=NOW)
    assert (made.with_key, made.images) == (False, 1)
    assert b"key of old" not in b"".join(
        zipfile.ZipFile(made.file).read(name) for name in zipfile.ZipFile(made.file).namelist()
    )
    other = make_instance(tmp_path / "other")
    assert restore(made.file, other).with_key is False
    assert other.key.read_text() == "key of other"
    old.key.unlink()
    with pytest.raises(NotFound, match="no_key_file"):
        back_up(old, tmp_path / "second.zip", now=NOW, with_key=True)
    assert not (tmp_path / "second.zip").exists()


def test_the_time_is_noted(old: Instance, archive: Path) -> None:
    """For whoever asks how old the last backup is; a note that is broken is none."""
    assert last_backup(old.data) == (NOW, str(archive))
    note = old.data / "last_backup.json"
    for broken in ("", "[]", "{}", '{"at": "soon", "file": ""}'):
        note.write_text(broken)
        assert last_backup(old.data) is None
    note.unlink()
    assert last_backup(old.data) is None


def test_what_is_there_is_not_overwritten(old: Instance, archive: Path, tmp_path: Path) -> None:
    """--replace takes the place of a backup, and of nothing else."""
    with pytest.raises(Conflict, match="backup_exists"):
        back_up(old, archive, now=NOW)
    assert back_up(old, archive, now=NOW, replace=True).file == archive
    before = old.database.read_bytes()
    with pytest.raises(Invalid):
        back_up(old, old.database, now=NOW, replace=True)
    assert old.database.read_bytes() == before
    with pytest.raises(NotFound, match="no_such_folder"):
        back_up(old, tmp_path / "nowhere" / "backup.zip", now=NOW)
    with pytest.raises(NotFound, match="no_database"):
        back_up(Instance(tmp_path, tmp_path / "none", None), tmp_path / "b.zip", now=NOW)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.zip", "old"]


def test_an_image_that_comes_or_goes_meanwhile(
    old: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the database names at its moment is in the archive: kept before or just after."""
    assert old.media is not None
    media, copy = old.media, backups._copy_database

    def meanwhile(source: Path, target: Path) -> None:
        (media / "images" / "new.jpg").write_bytes(b"new")
        copy(source, target)
        (media / "images" / "old.jpg").unlink()

    monkeypatch.setattr(backups, "_copy_database", meanwhile)
    made = back_up(old, tmp_path / "backup.zip", now=NOW)
    names = set(zipfile.ZipFile(made.file).namelist())
    assert {"media/images/old.jpg", "media/images/new.jpg"} <= names
    assert made.images == 2


def test_a_damaged_database_is_no_backup(old: Instance, tmp_path: Path) -> None:
    """It is refused and said, instead of being found out a year later."""
    with closing(sqlite3.connect(old.database)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
    content = bytearray(old.database.read_bytes())
    content[4096 : 4096 * 2] = b"\xff" * 4096
    old.database.write_bytes(content)
    with pytest.raises(Invalid) as problem:
        back_up(old, tmp_path / "backup.zip", now=NOW)
    assert problem.value.keys == {"database": ["database_damaged"]}
    assert [path.name for path in tmp_path.iterdir()] == ["old"]


# --- Restoring ----------------------------------------------------------------------------------


def test_over_another_instance(archive: Path, tmp_path: Path) -> None:
    """Its rows and images go; those of the archive take their place."""
    other = make_instance(tmp_path / "other", "Theirs")
    assert occupied(other) == "This instance holds data"
    restore(archive, other)
    assert titles(other) == ["Dinner", "Dance"]
    assert files(other) == {"images/old.jpg": b"of old"}


def test_while_it_is_in_use(archive: Path, tmp_path: Path) -> None:
    """Another process's connection is noticed, and afterwards sees the restored rows."""
    other = make_instance(tmp_path / "other", "Theirs")
    with closing(sqlite3.connect(other.database)) as running:
        running.execute("SELECT * FROM events_event").fetchall()
        assert occupied(other) == "This instance is running"
        restore(archive, other)
        assert running.execute("SELECT title FROM events_event").fetchall() == [
            ("Dinner",),
            ("Dance",),
        ]
        running.execute("INSERT INTO events_event (title) VALUES ('Later')")
        running.commit()
    assert titles(other) == ["Dinner", "Dance", "Later"]
    assert occupied(make_instance(tmp_path / "bare")) is None


def test_over_a_database_that_cannot_be_read(archive: Path, tmp_path: Path) -> None:
    """It is moved aside: it may be the only trace of what was lost."""
    other = make_instance(tmp_path / "other")
    other.database.write_bytes(b"not a database" * 1000)
    assert occupied(other) == "The database file is not a database"
    restore(archive, other)
    assert titles(other) == ["Dinner", "Dance"]
    assert (other.data / "convene.sqlite3.broken").read_bytes().startswith(b"not a database")


@pytest.mark.parametrize("moment", ["_unpack_media", "_replace_database"])
def test_an_interruption_loses_nothing(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Until the database is replaced, its rows and their images are the old ones."""
    other = make_instance(tmp_path / "other", "Theirs")

    def fail(*args: Any) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(backups, moment, fail)
    with pytest.raises(OSError, match="No space left"):
        restore(archive, other)
    assert titles(other) == ["Theirs"]
    assert files(other)["images/other.jpg"] == b"of other"
    assert other.key.read_text() == "key of other"
    left = {path.name for path in other.data.iterdir()}
    assert {name for name in left if name.startswith(("tmp", "."))} == set()


def rewritten(archive: Path, change: Callable[[dict[str, bytes]], Any]) -> Path:
    """The archive with other files in it."""
    with zipfile.ZipFile(archive) as source:
        content = {name: source.read(name) for name in source.namelist()}
    change(content)
    target = archive.with_name("changed.zip")
    with zipfile.ZipFile(target, "w") as changed:
        for name, data in content.items():
            changed.writestr(name, data)
    return target


def _manifest(**values: Any) -> Callable[[dict[str, bytes]], Any]:
    manifest = {"format": 1, "made_at": NOW.isoformat(), **values}
    return lambda content: content.update({"manifest.json": json.dumps(manifest).encode()})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda content: content.pop("manifest.json"), "not_a_backup"),
        (lambda content: content.pop("database.sqlite3"), "not_a_backup"),
        (_manifest(format=2), "newer_backup"),
        (_manifest(format="x"), "not_a_backup"),
        (_manifest(made_at="soon"), "not_a_backup"),
        (
            lambda content: content.update({"database.sqlite3": b"x" * 5000}),
            "database_damaged",
        ),
        (
            lambda content: content.update({"database.sqlite3": b""}),
            "foreign_database",
        ),
        (
            lambda content: content.update({"media/../../evil.jpg": b"x"}),
            "not_an_image_file",
        ),
        (
            lambda content: content.update({"media//etc/evil.jpg": b"x"}),
            "not_an_image_file",
        ),
    ],
)
def test_archives_that_are_refused(
    archive: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], Any], expected: str
) -> None:
    """Nothing of the instance is touched, nothing is written elsewhere."""
    other = make_instance(tmp_path / "other", "Theirs")
    with pytest.raises(Invalid) as problem:
        restore(rewritten(archive, change), other)
    assert list(problem.value.keys.values()) == [[expected]]
    assert (titles(other), files(other)) == (["Theirs"], {"images/other.jpg": b"of other"})
    assert not list(tmp_path.rglob("evil.jpg"))


def test_files_that_are_no_archive(archive: Path, tmp_path: Path) -> None:
    """None, a text, a folder, half an archive, one with a flipped bit."""
    other = make_instance(tmp_path / "other", "Theirs")
    half, flipped, text = (tmp_path / name for name in ("half", "flipped", "text"))
    whole = bytearray(archive.read_bytes())
    half.write_bytes(whole[: len(whole) // 2])
    whole[whole.index(b"of old")] ^= 1
    flipped.write_bytes(whole)
    text.write_text("hello")
    reasons = ("file: not_a_backup", "file: backup_damaged", "no_such_file")
    for broken in (half, flipped, text, tmp_path, tmp_path / "none"):
        with pytest.raises((Invalid, NotFound)) as problem:
            restore(broken, other)
        assert keys(problem.value) in reasons
    assert titles(other) == ["Theirs"]


def test_a_database_from_the_future(tmp_path: Path) -> None:
    """A migration this code does not know means that it could not read the rows."""
    newer = make_instance(tmp_path / "newer", migration=("events", "9999_flying_cars"))
    made = back_up(newer, tmp_path / "backup.zip", now=NOW)
    with pytest.raises(Invalid) as problem:
        restore(made.file, make_instance(tmp_path / "other"))
    assert problem.value.keys == {"database": ["newer_backup"]}


def test_images_that_are_kept_elsewhere(archive: Path, old: Instance, tmp_path: Path) -> None:
    """Without a media folder there are none in the archive, and none can be put back."""
    elsewhere = Instance(old.data, old.database, None)
    made = back_up(elsewhere, tmp_path / "bare.zip", now=NOW)
    assert made.images == 0
    with pytest.raises(Invalid):
        restore(archive, elsewhere)
    assert restore(made.file, elsewhere).images == 0


def test_writers_go_on_meanwhile(old: Instance, tmp_path: Path) -> None:
    """Backups under write load are whole, and hold every row committed before they began."""
    stop, written = threading.Event(), []

    def write() -> None:
        with closing(sqlite3.connect(old.database, timeout=30)) as database:
            number = 0
            while not stop.is_set():
                number += 1
                database.execute("INSERT INTO events_event (title) VALUES (?)", (f"Row {number}",))
                database.commit()
                written.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            before = len(written)
            made = back_up(old, tmp_path / f"{number}.zip", now=NOW)
            fresh = Instance(tmp_path, tmp_path / f"{number}.sqlite3", None)
            with zipfile.ZipFile(made.file) as archive:
                fresh.database.write_bytes(archive.read("database.sqlite3"))
            rows = titles(fresh)[2:]
            assert rows == [f"Row {each}" for each in range(1, len(rows) + 1)]
            assert len(rows) >= before
    finally:
        stop.set()
        writer.join()
    assert len(written) > 0

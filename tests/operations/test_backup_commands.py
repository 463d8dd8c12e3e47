"""backup and restore, as a shell runs them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management.base import CommandError

from operations import backups
from operations.backups import Instance
from operations.management.commands import backup as backup_command
from operations.management.commands import restore as restore_command
from tests.operations.instance import make_instance, titles
from tests.root import answer, refusal, run, run_json


@pytest.fixture
def old(tmp_path: Path) -> Instance:
    """An instance with two events."""
    return make_instance(tmp_path / "old", "Dinner", "Dance")


@pytest.fixture
def here(old: Instance, monkeypatch: pytest.MonkeyPatch) -> Instance:
    """The commands work on this instance."""
    for command in (backup_command, restore_command):
        monkeypatch.setattr(command, "this_instance", lambda: old)
    return old


def test_the_commands(here: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder gets a file named by the time; restoring asks before it replaces anything."""
    folder = tmp_path / "backups"
    folder.mkdir()
    made = run_json("backup", folder)
    (file,) = folder.iterdir()
    assert made == {
        "file": str(file),
        "bytes": file.stat().st_size,
        "images": 1,
        "with_key": False,
    }
    text = run("backup", tmp_path / "b.zip", "--with-key")
    assert text == f"{tmp_path / 'b.zip'}  0.0 MB, 1 images, with the secret key"
    assert refusal("backup", tmp_path / "b.zip") == "backup_exists"
    with closing(sqlite3.connect(here.database)) as database:
        database.execute("DELETE FROM events_event WHERE title = 'Dance'")
        database.commit()
    answer(monkeypatch, "")
    assert refusal("restore", file) == "Nothing was done."
    assert titles(here) == ["Dinner"]
    restored = run_json("restore", file, "--yes")
    assert (restored["images"], restored["with_key"]) == (1, False)
    assert titles(here) == ["Dinner", "Dance"]
    assert "its secret key" in run("restore", tmp_path / "b.zip", "--yes")
    assert refusal("restore", tmp_path / "none.zip", "--yes") == "no_such_file"


def test_on_postgresql(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """The commands to use instead, ready to paste, without the password."""
    server = {
        "HOST": "db.example.org",
        "PORT": 5433,
        "USER": "convene",
        "PASSWORD": "hush hush",
        "NAME": "events",
    }
    there = SimpleNamespace(vendor="postgresql", settings_dict=server)
    monkeypatch.setattr(backups, "connection", there)
    options = "--host=db.example.org --port=5433 --username=convene"
    for command in (["backup", "b.zip"], ["restore", "b.zip"]):
        with pytest.raises(CommandError) as problem:
            run(*command)
        assert str(problem.value) == (
            "This is for SQLite. On PostgreSQL use "
            f"`pg_dump {options} --format=custom --file=convene.dump events`, restore that into an "
            f"empty database by `pg_restore {options} --no-owner --dbname=events convene.dump`, "
            f"and copy {settings.MEDIA_ROOT} and the secret key."
        )

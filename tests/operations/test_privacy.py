"""What the commands write belongs to one user of the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

OTHERS = 0o077


def manage(data: Path, *command: str) -> None:
    """A command on an instance of its own, by a user whose files everybody may read."""
    left_out = ("DATABASE_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE")
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env={**environment, "DATA_DIR": str(data), "STATIC_ROOT": str(data / "static")},
        umask=0o022,
        check=True,
        capture_output=True,
    )


def open_to_others(folder: Path) -> set[str]:
    """What somebody else could read, the folder itself included."""
    return {
        path.relative_to(folder.parent).as_posix()
        for path in (folder, *folder.rglob("*"))
        if path.stat().st_mode & OTHERS
    }


@pytest.mark.slow
def test_everything_made_is_private(tmp_path: Path) -> None:
    """Database, key and backup."""
    data = tmp_path / "data"
    manage(data, "migrate", "--verbosity", "0")
    manage(data, "demo_data", "--events", "2", "--rsvps", "3")
    manage(data, "backup", str(data / "backups"))
    assert {"convene.sqlite3", "secret_key", "backups"} <= {path.name for path in data.iterdir()}
    assert open_to_others(data) == set()


@pytest.mark.slow
def test_static_files_stay_readable(tmp_path: Path) -> None:
    """The image of deploy/ collects them as one user and serves them as another."""
    manage(tmp_path / "data", "collectstatic", "--no-input", "--verbosity", "0")
    static = tmp_path / "data" / "static"
    paths = [static, *static.rglob("*")]
    assert len(paths) > 50
    assert [path for path in paths if not path.stat().st_mode & 0o004] == []


def test_uploads_are_private(tmp_path: Path) -> None:
    """Django would make them readable to everybody."""
    told = STORED.get("OPTIONS", {})
    storage = storages.create_storage({**STORED, "OPTIONS": {**told, "location": tmp_path}})
    storage.save("images/a.png", ContentFile(b"x"))
    assert open_to_others(tmp_path / "images") == set()


# As it is shipped: the tests' own storage is in memory.
STORED = settings.STORAGES["default"]

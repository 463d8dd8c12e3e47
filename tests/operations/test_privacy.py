"""What the commands write belongs to one user of the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from operations.assets import collect_changed
from operations.doctor import surroundings
from tests.server.prepared import data_folder

# Its instances are on SQLite, whatever the suite is on.
pytestmark = pytest.mark.once
OTHERS = 0o077
# As it is shipped: the tests' own storage is in memory.
STORED = settings.STORAGES["default"]


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
    """Database, key, images and backup; what is in the tables does not matter."""
    new, data = tmp_path / "new", tmp_path / "data"
    manage(new, "migrate", "contenttypes", "--verbosity", "0")
    data.mkdir()
    data_folder(data, on_sqlite=True)
    manage(data, "demo_data", "--events", "2", "--rsvps", "3")
    manage(data, "backup", str(data / "backups"))
    assert {"convene.sqlite3", "secret_key"} <= {path.name for path in new.iterdir()}
    assert open_to_others(new) == set()
    assert {"convene.sqlite3", "secret_key", "backups"} <= {path.name for path in data.iterdir()}
    shutil.rmtree(data / "static")
    assert open_to_others(data) == set()


@pytest.mark.slow
def test_static_files_stay_readable(tmp_path: Path) -> None:
    """The image of deploy/ collects them as one user and serves them as another. Our own say it for
    all."""
    others = [f"--ignore={app}" for app in ("admin", "drf_spectacular_sidecar", "rest_framework")]
    manage(tmp_path / "data", "collectstatic", "--no-input", "--verbosity", "0", *others)
    static = tmp_path / "data" / "static"
    paths = [static, *static.rglob("*")]
    assert len(paths) > 50
    assert [path for path in paths if not path.stat().st_mode & 0o004] == []


@pytest.mark.slow
def test_static_files_that_serve_collects_stay_readable(settings: Any, tmp_path: Path) -> None:
    """And what is written afterwards is as private as before. Our own files say it for all."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    before = os.umask(OTHERS)
    try:
        assert collect_changed()
        assert os.umask(OTHERS) == OTHERS
    finally:
        os.umask(before)
    left = [path for path in settings.STATIC_ROOT.rglob("*") if path.name != ".collected"]
    assert len(left) > 50
    assert [path for path in left if not path.stat().st_mode & 0o004] == []


def test_uploads_are_private(tmp_path: Path) -> None:
    """Django would make them readable to everybody."""
    told = STORED.get("OPTIONS", {})
    storage = storages.create_storage({**STORED, "OPTIONS": {**told, "location": tmp_path}})
    storage.save("images/a.png", ContentFile(b"x"))
    assert open_to_others(tmp_path / "images") == set()


# --- What doctor says of it: tests/operations/test_doctor.py has the data folder -----------------


def test_static_files_are_no_secret(settings: Any, tmp_path: Path) -> None:
    """A proxy may hand them out itself."""
    settings.DATA_DIR, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    settings.STATIC_ROOT.mkdir(mode=0o755)
    tmp_path.chmod(0o755)
    assert surroundings.check_privacy().status == "ok"
    (tmp_path / "other").mkdir(mode=0o755)
    assert surroundings.check_privacy().status == "error"


def test_a_database_elsewhere_that_everybody_can_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Named with the command for it alone: what else is in that folder is not ours."""
    place = tmp_path / "some where"
    place.mkdir(mode=0o755)
    database = place / "events.db"
    database.touch(mode=0o600)
    elsewhere = SimpleNamespace(vendor="sqlite", settings_dict={"NAME": str(database)})
    monkeypatch.setattr(surroundings, "connection", elsewhere)
    assert surroundings.check_privacy().status == "ok"
    database.chmod(0o644)
    said = f"Other users of this machine can read {database}. Run chmod go= '{database}'."
    assert surroundings.check_privacy() == ("error", said)
    place.chmod(0o700)
    assert surroundings.check_privacy().status == "ok"

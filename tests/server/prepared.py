"""What every first start, and every process of the suite, would do again: migrated databases and
collected static files.

Made once per run of the suite by whoever needs it first, in the run's own data folder, then copied.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent.parent
_MIGRATE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
"""
_COLLECT = """
import django; django.setup()
from operations.assets import collect_changed
collect_changed()
"""
_PRIVATE = 0o077


def data_folder(folder: Path, *, on_sqlite: bool) -> None:
    """Makes ``folder``, a data folder as it is after a first start, but for its secret key: static
    files and, for an instance on SQLite, the database."""
    static = _once("static", _prepared_static)
    shutil.copytree(static, folder / "static", copy_function=os.link)
    folder.chmod(0o700)
    if on_sqlite:
        shutil.copy2(database_file(), folder)


def database_file() -> Path:
    """A migrated SQLite database, to copy."""
    return _once("sqlite", _prepared_file)


def template_database() -> str:
    """The name of a migrated database on the suite's PostgreSQL server, to make others of."""
    return _once("postgres", _prepared_database).name


def remove() -> None:
    """Takes away whatever was prepared, at the end of the run."""
    for made in _shared().glob("postgres/convene_*"):
        with maintenance() as connection:
            connection.execute(f'DROP DATABASE "{made.name}" WITH (FORCE)')
    shutil.rmtree(_shared(), ignore_errors=True)


@contextlib.contextmanager
def maintenance() -> Iterator[psycopg.Connection]:
    """A connection beside the suite's own database, outside of transactions."""
    url = database_url("postgres").replace("postgres:", "postgresql:", 1)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def database_url(name: str) -> str:
    """The address of a database of that name on the suite's server."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def _shared() -> Path:
    return Path(settings.DATA_DIR) / "prepared"


def _once(name: str, make: Callable[[Path], Path]) -> Path:
    """What ``make`` made in the folder of that name, in whichever process of the run."""
    folder = _shared() / name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        mark = folder / "made"
        if not mark.exists():
            mark.write_text(str(make(folder)))
        return Path(mark.read_text())


def _prepared_static(folder: Path) -> Path:
    data = folder / "data"
    data.mkdir(mode=0o700)
    _run(_COLLECT, DATA_DIR=str(data))
    return data / "static"


def _prepared_file(folder: Path) -> Path:
    data = folder / "data"
    data.mkdir(mode=0o700)
    _run(_MIGRATE, DATA_DIR=str(data))
    return data / "convene.sqlite3"


def _prepared_database(folder: Path) -> Path:
    made = folder / f"convene_template_{os.getpid()}"
    with maintenance() as connection:
        connection.execute(f'CREATE DATABASE "{made.name}"')
    made.touch()
    _run(_MIGRATE, DATABASE_URL=database_url(made.name))
    return made


def _run(program: str, **instance: str) -> None:
    kept = {name: said for name, said in os.environ.items() if name != "DATABASE_URL"}
    subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=kept | {"DJANGO_SETTINGS_MODULE": "config.settings"} | instance,
        check=True,
        umask=_PRIVATE,
    )

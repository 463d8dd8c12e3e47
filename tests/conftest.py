"""What every test shares: quiet surroundings, an API client, a clock that stands still."""

from __future__ import annotations

import contextlib
import gc
import json
import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.cache import caches
from django.core.signals import setting_changed
from django.db import connection, transaction
from django.dispatch import receiver
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from xdist.scheduler import Scheduling

from accounts.domain.root import root_token as current_root_token
from config.kept import KEPT
from tests.server import prepared
from tests.together import Together

# The same examples on every run: a suite that fails must fail again.
hypothesis_settings.register_profile(
    "convene",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.load_profile("convene")

_NOTHING = object()
LONG = ("browser", "server", "slow")
_ALL_ONCE = re.compile(r"^pytestmark = (?:\[[^\]]*)?pytest\.mark\.once\b", re.MULTILINE)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """On PostgreSQL (tests/run.py), a file of which no test is wanted is not imported."""
    if not collection_path.name.startswith("test_"):
        return None
    chosen = str(config.getoption("markexpr"))
    if chosen == "alone":
        return "pytest.mark.alone" not in collection_path.read_text() or None
    return ("not once" in chosen and bool(_ALL_ONCE.search(collection_path.read_text()))) or None


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """What asks for no database, in this process or another, needs to run on one alone."""
    asks = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    if not asks and not any(item.get_closest_marker(name) for name in ("django_db", "server")):
        item.add_marker("once")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no process is left with it in the end."""
    items.sort(key=lambda item: not any(item.get_closest_marker(name) for name in LONG))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling | None:
    """A run in several processes keeps together what shares a server."""
    return Together(config, log) if config.getvalue("dist") == "load" else None


def pytest_collection_finish() -> None:
    """What is there by now stays: the garbage collector need not look at it again and again."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The run's first process takes away what all of them shared."""
    if not hasattr(config, "workerinput"):
        prepared.remove()


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """Each process begins on a copy of one migrated database; this is whether its file is there."""
    named = connection.settings_dict["TEST"]
    if on_sqlite := connection.vendor == "sqlite":
        shutil.copy2(prepared.database_file(), named["NAME"])
    else:
        named["TEMPLATE"] = prepared.template_database()
    return on_sqlite


@receiver(setting_changed)
def _forget(**_: Any) -> None:
    KEPT.clear()


def forget_everything() -> None:
    """Empties what is kept and all caches."""
    KEPT.clear()
    for each in caches.all(initialized_only=True):
        each.clear()


@pytest.fixture(autouse=True)
def _surroundings(settings: Any) -> None:
    """No throttle, nothing in caches, static files under their plain names."""
    settings.THROTTLE = False
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    forget_everything()


class Api:
    """Speaks JSON to the Capability API. ``events`` stands for ``/api/v1/events``; a path that
    starts with a slash, or a link out of an answer, is taken as it is."""

    def __init__(self) -> None:
        self.client = Client()

    def get(self, path: str, token: str | None = None, **query: Any) -> Any:
        """GET with the query string in ``query``."""
        return self.client.get(_full(path), query, headers=_headers(token))

    def post(self, path: str, body: Any = _NOTHING, token: str | None = None, **more: Any) -> Any:
        """POST ``body`` as JSON; without one, an empty body."""
        return self.send("POST", path, body, token, **more)

    def patch(self, path: str, body: Any = _NOTHING, token: str | None = None) -> Any:
        """PATCH ``body`` as JSON."""
        return self.send("PATCH", path, body, token)

    def delete(self, path: str, token: str | None = None) -> Any:
        """DELETE."""
        return self.client.delete(_full(path), headers=_headers(token))

    def send(
        self,
        method: str,
        path: str,
        body: Any = _NOTHING,
        token: str | None = None,
        *,
        content_type: str = "application/json",
    ) -> Any:
        """Any method; ``body`` as JSON, or byte for byte when it is bytes."""
        raw = body if isinstance(body, bytes) else b"" if body is _NOTHING else _encode(body)
        return self.client.generic(
            method, _full(path), raw, content_type=content_type, headers=_headers(token)
        )


def _full(path: str) -> str:
    if path.startswith("http"):
        parts = urlsplit(path)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return path if path.startswith("/") else f"/api/v1/{path}"


def _headers(token: str | None) -> dict[str, str]:
    return {} if token is None else {"Authorization": f"Bearer {token}"}


def _encode(body: Any) -> bytes:
    return json.dumps(body, default=lambda value: value.isoformat()).encode()


@pytest.fixture
def api(db: None) -> Api:
    """A client of the Capability API."""
    return Api()


class Clock:
    """The time that everything reads, until it is set or moved on."""

    def __init__(self, traveller: time_machine.Coordinates) -> None:
        self._traveller = traveller

    @property
    def now(self) -> datetime:
        """What it says."""
        return timezone.now()

    def set(self, *when: int) -> datetime:
        """Sets the clock to a moment in UTC: year, month, day and so on."""
        self._traveller.move_to(datetime(*when, tzinfo=UTC))  # type: ignore[misc,arg-type]
        return self.now

    def advance(self, **step: float) -> datetime:
        """Moves the clock on by timedelta(**step)."""
        self._traveller.shift(timedelta(**step))
        return self.now


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Stops the time at 2030-05-01 12:00 UTC, a Wednesday."""
    with time_machine.travel(datetime(2030, 5, 1, 12, tzinfo=UTC), tick=False) as traveller:
        yield Clock(traveller)


@pytest.fixture
def queries_of(db: None) -> Callable[[Callable[[], Any]], int]:
    """How many SQL queries a call makes where no answer is kept."""

    def count(call: Callable[[], Any]) -> int:
        KEPT.clear()
        with CaptureQueriesContext(connection) as captured:
            call()
        return len(captured)

    return count


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """Takes back at its end whatever the block wrote: the next one finds everything as it was."""
    forget_everything()  # versions come back with other contents
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    KEPT.clear()


def elsewhere(act: Callable[[], Any]) -> Any:
    """What ``act`` returns in a thread of its own, which has its own connection to the database."""

    def run() -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


@pytest.fixture
def everything_stored(db: None) -> Callable[[], dict[str, list[str]]]:
    """Reads every row of every table, to hold two moments equal or to search for a text."""

    def read() -> dict[str, list[str]]:
        stored: dict[str, list[str]] = {}
        quoted = connection.ops.quote_name
        with connection.cursor() as cursor:
            tables = [
                table
                for table in sorted(connection.introspection.table_names(cursor))
                # how FTS5 keeps the table: deleted words, too, until it merges
                if not table.startswith("events_searchtext_index_")
            ]
            # Most are empty: one query says which.
            filled = ", ".join(f"EXISTS(SELECT 1 FROM {quoted(table)})" for table in tables)
            cursor.execute(f"SELECT {filled}")
            for table, is_filled in zip(tables, cursor.fetchone(), strict=True):
                if is_filled:
                    cursor.execute(f"SELECT * FROM {quoted(table)}")
                stored[table] = sorted(str(row) for row in cursor.fetchall()) if is_filled else []
        return stored

    return read


@pytest.fixture
def root_token(db: None) -> str:
    """The token that stands in for any owner's."""
    return current_root_token()


def headers_of(response: Any) -> dict[str, str]:
    """The headers of an answer, but for its request's own id."""
    return {name: said for name, said in response.items() if name != "X-Request-ID"}

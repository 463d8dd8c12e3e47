"""The shipped server while its database is locked, full or away, and after."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from tests.server.prepared import database_url, template_database
from tests.server.process import Answer, Server, running_server, serving
from tests.server.smtp import smtp_server
from tests.throwaway_postgres import find_binaries, own_cluster

pytestmark = pytest.mark.server
EVENT = {"title": "Evening", "start_time": "2100-01-01T20:00:00Z"}
on_sqlite = pytest.mark.skipif(not settings.ON_SQLITE, reason="SQLite's own troubles")
on_postgresql = pytest.mark.skipif(settings.ON_SQLITE, reason="PostgreSQL's own troubles")
PATIENCE = 5.0


def make(server: Server) -> Answer:
    """A write, answered within five seconds."""
    began = time.monotonic()
    answer = server.ask("POST", "/api/v1/events", EVENT)
    assert time.monotonic() - began < PATIENCE
    return answer


def told(answer: Answer) -> tuple[int, str | None, Any]:
    """Status, when to come back, code."""
    return answer.status, answer.headers["Retry-After"], answer.json()["code"]


REFUSED = (503, "5", "unavailable")


def ready(server: Server) -> tuple[int, Any]:
    """What /readyz says: status and reason; /healthz and static files are well all the while."""
    assert server.ask("GET", "/healthz").status == 200
    assert server.ask("GET", "/static/favicon.svg").status == 200
    answer = server.ask("GET", "/readyz")
    return answer.status, answer.json().get("reason")


@on_sqlite
def test_sqlite_locked_from_outside(tmp_path: Path) -> None:
    """Writes are refused in time, reads go on; once the lock is gone, the next write is stored."""
    with serving(tmp_path, alone=True) as server:
        with sqlite3.connect(server.data / "convene.sqlite3", isolation_level=None) as other:
            other.execute("BEGIN EXCLUSIVE")
            assert told(make(server)) == REFUSED
            assert server.ask("GET", "/api/v1/channels").status == 200
            assert ready(server) == (503, {"database": "locked"})
        other.close()
        assert make(server).status == 201
        assert ready(server) == (200, None)


@on_sqlite
def test_a_disk_without_room(tmp_path: Path) -> None:
    """A write that finds no room is refused and leaves nothing behind; once there is room again,
    the next one is stored."""
    with serving(tmp_path, alone=True) as server:
        before = limit_files(server, 4096)
        assert told(make(server)) == REFUSED
        assert server.ask("GET", "/api/v1/events").json()["events"] == []
        limit_files(server, before)
        assert make(server).status == 201


def limit_files(server: Server, size: int) -> int:
    """How far the server's processes may write into any file, from now on and until now."""
    (main, *_) = ids = [server.process.pid, *children(server.process.pid)]
    before = resource.prlimit(main, resource.RLIMIT_FSIZE)
    for each in ids:
        resource.prlimit(each, resource.RLIMIT_FSIZE, (size, before[1]))
    return before[0]


def children(process: int) -> list[int]:
    """The processes it started."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [int(each) for task in tasks for each in task.read_text().split()]


@on_sqlite
def test_mail_outlives_a_lock(tmp_path: Path) -> None:
    """The worker is back when the database is, and sends what waited."""
    with smtp_server() as smtp:
        environment = {"EMAIL_URL": f"smtp://127.0.0.1:{smtp.port}"}
        with serving(tmp_path, **environment) as server:
            made = server.ask("POST", "/api/v1/events", EVENT).json()
            path = f"/api/v1/events/{made['event']['id']}/rsvps"
            with sqlite3.connect(server.data / "convene.sqlite3", isolation_level=None) as other:
                other.execute("BEGIN EXCLUSIVE")
                guest = {"name": "Ana", "email": "ana@example.org", "status": "yes"}
                assert told(server.ask("POST", path, guest)) == REFUSED
            other.close()
            assert server.ask("POST", path, guest).status == 201
            assert smtp.receive()["To"] == "ana@example.org"


@on_postgresql
@pytest.mark.skipif(find_binaries() is None, reason="needs PostgreSQL's binaries")
def test_postgresql_stopped_and_started(tmp_path: Path) -> None:
    """Refused at once while it is away, by the APIs and as a page; the first request after its
    return is answered, and the mail that waited is sent."""
    with own_cluster() as cluster, smtp_server() as smtp:
        environment = {
            "DATABASE_URL": f"{cluster.url}/postgres",
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp.port}",
            "WEB_WORKERS": "1",
        }
        _copy_migrated(environment["DATABASE_URL"])
        with serving(tmp_path, **environment) as server:
            made = make(server).json()
            path = f"/api/v1/events/{made['event']['id']}"
            cluster.stop()
            assert told(make(server)) == REFUSED
            assert told(server.ask("GET", path)) == REFUSED
            page = server.ask("GET", f"/e/{made['event']['id']}")
            assert (page.status, page.headers["Retry-After"]) == (503, "5")
            assert ready(server) == (503, {"database": "away"})
            cluster.start()
            guest = {"name": "Ana", "email": "ana@example.org", "status": "yes"}
            assert server.ask("POST", f"{path}/rsvps", guest).status == 201
            assert ready(server) == (200, None)
            assert smtp.receive()["To"] == "ana@example.org"


def _copy_migrated(to: str) -> None:
    """Tables and what migrations put into them, as in the suite's own databases."""
    binaries = find_binaries()
    dump = [f"{binaries}/pg_dump", "--no-owner", database_url(template_database())]
    dumped = subprocess.run(dump, check=True, stdout=subprocess.PIPE).stdout
    load = [f"{binaries}/psql", "--quiet", "--set=ON_ERROR_STOP=1", to]
    subprocess.run(load, check=True, input=dumped, stdout=subprocess.DEVNULL)


@on_postgresql
def test_a_row_that_somebody_keeps(tmp_path: Path) -> None:
    """An answer waits for the event's row for four seconds, then it is refused."""
    with running_server(tmp_path, alone=True) as server:
        made = make(server).json()["event"]["id"]
        url = server.environment["DATABASE_URL"].replace("postgres:", "postgresql:", 1)
        with psycopg.connect(url) as other:
            other.execute("SELECT id FROM events_event FOR UPDATE")
            began = time.monotonic()
            guest = {"name": "Ana", "status": "yes"}
            answer = server.ask("POST", f"/api/v1/events/{made}/rsvps", guest)
            assert told(answer) == REFUSED
            assert time.monotonic() - began < PATIENCE
            assert server.ask("GET", f"/api/v1/events/{made}").status == 200
            other.rollback()
        assert server.ask("POST", f"/api/v1/events/{made}/rsvps", guest).status == 201

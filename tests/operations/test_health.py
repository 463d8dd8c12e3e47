"""/healthz and /readyz, as a load balancer asks them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from operations import health

pytestmark = pytest.mark.django_db
Count = Callable[[Callable[[], Any]], int]


@pytest.fixture(autouse=True)
def _nothing_is_known() -> Iterator[None]:
    """A process that has just started."""
    health._migrated.clear()
    yield
    health._migrated.clear()


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that does not answer, with a driver that says too much."""

    def refuse(*args: Any) -> None:
        raise OperationalError("could not connect as convene:password@db.internal")

    monkeypatch.setattr(connection, "cursor", refuse)


def test_healthz_asks_for_nothing(client: Client, queries_of: Count, away: None) -> None:
    """200 while the process lives, whatever the database does."""
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_readyz(client: Client, queries_of: Count) -> None:
    """200 when the database answers and is migrated; the migrations are looked at until they are
    done, then never again."""
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})
    probe = 1 if connection.vendor == "postgresql" else 5  # the lock, taken and given back
    assert queries_of(lambda: client.get("/readyz")) == probe


def test_pending_migrations(client: Client) -> None:
    """503 with a reason that names no migration, and 200 once it is applied."""
    recorder = MigrationRecorder(connection)
    newest = MigrationLoader(connection).graph.leaf_nodes("comments")[0]
    recorder.record_unapplied(*newest)
    for _ in range(2):
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json() == {"status": "unavailable", "reason": {"migrations": "pending"}}
    recorder.record_applied(*newest)
    assert client.get("/readyz").status_code == 200


def test_a_database_that_is_away(client: Client, away: None) -> None:
    """503 with a reason that gives nothing of the driver's words away; also after good times."""
    health._migrated.add(connection.alias)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "reason": {"database": "away"}}


def test_a_disk_that_is_almost_full(client: Client, settings: Any) -> None:
    """503 before writes fail; the process itself is well."""
    settings.MIN_FREE_MB = 10**9
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "reason": {"space": "low"}}
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes(client: Client, settings: Any, path: str) -> None:
    """HEAD as well as GET, nothing else; by any host name and over plain HTTP, as a container asks;
    kept by nobody, without a cookie."""
    settings.ALLOWED_HOSTS = ["events.example.org"]
    settings.SECURE_SSL_REDIRECT = True
    for method in ("GET", "HEAD"):
        answer = client.generic(method, path, headers={"Host": "10.0.0.3:8000"})
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert not answer.cookies
        assert "Vary" not in answer.headers
    assert client.head(path).content == b""
    assert client.post(path).status_code == 405


def test_no_metrics_unless_asked_for(client: Client) -> None:
    """They are off by default: 404, in JSON like every probe."""
    answer = client.get("/metrics")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

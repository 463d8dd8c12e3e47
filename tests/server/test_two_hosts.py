"""Two servers on one database and one cache are one instance."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings

from tests.deploy.needs import program
from tests.server.process import own_database, serving
from tests.server.smtp import free_port

pytestmark = pytest.mark.server
START = "2100-01-01T20:00:00Z"
SHARED = {"SECRET_KEY": "one and the same on every host, fifty characters long", "THROTTLE": "on"}
SHARED |= {"THROTTLE_EVENTS": "3/hour", "WEB_WORKERS": "2"}


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """A Redis of its own; its URL."""
    port = free_port()
    command = [program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    process = subprocess.Popen(
        [*command, "--dir", str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    with process.stdout:
        next(line for line in process.stdout if "Ready to accept connections" in line)
        yield f"redis://127.0.0.1:{port}/0"
        process.terminate()
        process.wait(timeout=30)


@pytest.mark.skipif(settings.ON_SQLITE, reason="several hosts need PostgreSQL")
def test_two_hosts_are_one_instance(tmp_path: Path, redis: str) -> None:
    """Links of one open on the other, seats are sold once, what an address may do is counted
    together; and one goes on when the other stops."""
    with own_database() as database, contextlib.ExitStack() as stack:
        shared = SHARED | database | {"CACHE_URL": redis}
        first = stack.enter_context(serving(tmp_path / "a", alone=True, **shared))
        with serving(tmp_path / "b", alone=True, **shared) as second:
            body = {"title": "Evening", "start_time": START, "max_attendees": 3}
            made = first.ask("POST", "/api/v1/events", body).json()
            path = f"/api/v1/events/{made['event']['id']}/rsvps"
            assert second.ask("GET", path, token=made["admin_token"]).status == 200

            def answer(number: int) -> int:
                host = (first, second)[number % 2]
                return host.ask("POST", path, {"name": f"Guest {number}", "status": "yes"}).status

            with ThreadPoolExecutor(8) as pool:
                assert sorted(pool.map(answer, range(16))) == [201] * 3 + [400] * 13
            made_by = [host.ask("POST", "/api/v1/events", body).status for host in (second, first)]
            assert made_by == [201, 201]
            for host in (first, second):
                refused = host.ask("POST", "/api/v1/events", body)
                assert (refused.status, "Retry-After" in refused.headers) == (429, True)
        assert len(first.ask("GET", path, token=made["admin_token"]).json()["rsvps"]) == 3

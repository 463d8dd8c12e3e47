"""Servers for the length of one measurement, and what they are filled with over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
JSON = {"Content-Type": "application/json"}
SHIPPED = ("manage.py", "serve")
# Later than all others, so that no first page shows events that are answered during a measurement.
LAST = "2101-12-31T19:00:00Z"


class Made(NamedTuple):
    """An event of ours: its id, and the path of its page."""

    id: str
    page: str


class Http:
    """One keep-alive connection to a server, which may be anybody's."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=60)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers by their names in lower case, and body."""
        self._connection.request(method, path, body, headers or {})
        response = self._connection.getresponse()
        told = {name.lower(): value for name, value in response.getheaders()}
        return response.status, told, response.read()

    def close(self) -> None:
        """Ends the connection; the next request opens one."""
        self._connection.close()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """What the server made of it. Raises RuntimeError when it refused."""
        status, _, answer = self.ask("POST", path, json.dumps(body).encode(), JSON)
        if status not in (200, 201):
            raise RuntimeError(f"POST {path} answered {status}: {answer[:200]!r}")
        return json.loads(answer)

    def make_event(self, number: int, rsvps: int = 0, **words: str) -> Made:
        """An event with so many RSVPs, by the Capability API."""
        body = {
            "title": f"Evening {number}",
            "description": "Monthly hang at the **lounge**.",
            "start_time": f"2100-01-{number % 28 + 1:02}T19:00:00Z",
            "location": "Cedar Social, Austin",
            "channel_name": f"Room {number % 7}",
            **words,
        }
        made = self.post("/api/v1/events", body)["event"]
        for guest in range(rsvps):
            answer = {"name": f"Guest {guest}", "status": "yes"}
            self.post(f"/api/v1/events/{made['id']}/rsvps", answer)
        page = made.get("links", {}).get("public", "")
        return Made(made["id"], urlsplit(page).path or f"/e/{made['id']}")


def fill(port: int, events: int, rsvps: int) -> str:
    """Makes the events and the RSVPs of the first of them, whose id is returned."""
    server = Http(f"http://127.0.0.1:{port}")
    first = server.make_event(0, rsvps)
    for number in range(1, events):
        server.make_event(number)
    return first.id


def serve(
    folder: str,
    port: int,
    *options: str,
    command: tuple[str, ...] = SHIPPED,
    core: int | None = None,
    quiet: bool = False,
    **settings: str,
) -> subprocess.Popen[bytes]:
    """The server, answering, with its data in the folder; on one core alone if that is named.
    ``quiet``: nothing that it logs is shown."""
    environment = {**os.environ, "DATA_DIR": folder, "PORT": str(port), "THROTTLE": "off"}
    process = subprocess.Popen(
        [sys.executable, *command, *options],
        cwd=ROOT,
        env={**environment, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if quiet else None,
        preexec_fn=pinned(core),
    )
    _wait(lambda: _answers(port), process)
    return process


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends a server and waits until it is gone."""
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)


def pinned(core: int | None) -> Callable[[], None] | None:
    """For ``preexec_fn``: keeps the new process on one core."""
    return None if core is None else lambda: os.sched_setaffinity(0, {core})


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False


def _wait(ready: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    while not ready():
        if process.poll() is not None:
            raise RuntimeError("The server did not start.")
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

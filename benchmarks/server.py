"""The shipped server for one measurement, and what it is filled with over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
JSON = {"Content-Type": "application/json"}


def fill(port: int, events: int, rsvps: int) -> str:
    """Makes the events and, on the one that is returned, the answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def post(path: str, body: dict[str, Any]) -> Any:
        connection.request("POST", path, json.dumps(body), JSON)
        return json.loads(connection.getresponse().read())

    made = [
        post(
            "/api/v1/events",
            {
                "title": f"Evening {number}",
                "description": "Monthly hang at the **lounge**.",
                "start_time": f"2100-01-{number % 28 + 1:02}T19:00:00Z",
                "location": "Cedar Social, Austin",
                "channel_name": f"Room {number % 7}",
            },
        )
        for number in range(events)
    ]
    event: str = made[0]["event"]["id"]
    for number in range(rsvps):
        post(f"/api/v1/events/{event}/rsvps", {"name": f"Guest {number}", "status": "yes"})
    return event


def serve(folder: str, port: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DATA_DIR": folder, "PORT": str(port), "THROTTLE": "off"}
    command = [sys.executable, "manage.py", "serve"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    _wait(lambda: _answers(port), process)
    return process


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/api/v1/channels")
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

"""How many requests a second the shipped server answers, by kind: `python benchmarks/run.py`.

Starts `manage.py serve` on a temporary SQLite database (or on DATABASE_URL, which must be empty),
fills it over HTTP, then asks each address over keep-alive connections from processes of their own.
Loopback only; ends by itself. See README.md beside this file for how to read the figures.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
JSON = {"Content-Type": "application/json"}


def main() -> None:
    """Parses the command line, runs every case in interleaved rounds, prints the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=200, help="events in the listing")
    parser.add_argument("--rsvps", type=int, default=50, help="answers to the one event read")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        process = _serve(folder, port)
        try:
            event = _fill(port, options.events, options.rsvps)
            _report(port, _cases(event), options)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def _cases(event: str) -> dict[str, tuple[str, str, bytes | None]]:
    detail = f"/api/v1/events/{event}"
    answer = json.dumps({"name": "Robin", "status": "yes"}).encode()
    return {
        "detail": ("GET", detail, None),
        "list of 10": ("GET", "/api/v1/events", None),
        "list by cursor": ("GET", "/api/v1/events?cursor=", None),
        "iCalendar": ("GET", f"{detail}/event.ics", None),
        "event page": ("GET", f"/e/{event}", None),
        "home page": ("GET", "/", None),
        "RSVP": ("POST", f"{detail}/rsvps", answer),
    }


def _report(port: int, cases: dict[str, Any], options: argparse.Namespace) -> None:
    rates: dict[str, list[float]] = {name: [] for name in cases}
    with multiprocessing.Pool(options.connections) as pool:
        for _ in range(options.rounds):
            for name, case in cases.items():
                jobs = [(port, *case, options.seconds)] * options.connections
                rates[name].append(sum(pool.starmap(_ask, jobs)) / options.seconds)
    for name, measured in rates.items():
        low, high = min(measured), max(measured)
        print(f"{name:16} {statistics.median(measured):8.0f} req/s   ({low:.0f} to {high:.0f})")


def _ask(port: int, method: str, path: str, body: bytes | None, seconds: float) -> int:
    """Requests answered well on one connection within ``seconds``."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    answered, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        connection.request(method, path, body, JSON if body else {})
        response = connection.getresponse()
        response.read()
        if response.status not in (200, 201):
            raise RuntimeError(f"{method} {path} answered {response.status}")
        answered += 1
    return answered


def _fill(port: int, events: int, rsvps: int) -> str:
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


def _serve(folder: str, port: int) -> subprocess.Popen[bytes]:
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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()

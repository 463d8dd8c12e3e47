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
import signal
import statistics
import tempfile
import time
from typing import Any

from server import JSON, fill, free_port, serve


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
        port = free_port()
        process = serve(folder, port)
        try:
            event = fill(port, options.events, options.rsvps)
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


if __name__ == "__main__":
    main()

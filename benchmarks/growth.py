"""How much slower a large instance is than a small one, one request at a time."""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from typing import Any
from urllib.parse import quote

from processes import cpu_seconds, family
from report import in_markdown
from server import LAST, Http, free_port, serve, stop

# A word that no made-up event holds, and one that many do.
_RARE = "zwischenzeit"
_COMMON = "garden"
_PAGES = 50


def compare(
    small: str, large: str, options: argparse.Namespace
) -> tuple[dict[str, dict[str, Any]], str]:
    """Median milliseconds and CPU microseconds of each case on both, and how they compare. Both are
    DATA_DIRs or database URLs, filled by demo_data and migrated; each gets one more event."""
    told: dict[str, dict[str, Any]] = {}
    running = [_Running(where, options) for where in (small, large)]
    try:
        for _ in range(options.rounds):
            for size, each in zip(("small", "large"), running, strict=True):
                for name, (took, cpu) in each.ask(options.seconds).items():
                    kept = told.setdefault(name, {})
                    kept.setdefault(f"{size}_ms", []).append(took)
                    kept.setdefault(f"{size}_cpu_us", []).append(cpu)
    finally:
        for each in running:
            each.stop()
    for case in told.values():
        case |= {name: statistics.median(values) for name, values in case.items()}
        case["ratio"] = case["large_ms"] / case["small_ms"]
        case["cpu_ratio"] = case["large_cpu_us"] / case["small_cpu_us"]
    heads = ["case", "", "small ms", "large ms", "ratio", "small CPU µs", "large CPU µs", "ratio"]
    rows = [
        [
            name,
            "",
            *(f"{case[key]:.2f}" for key in ("small_ms", "large_ms", "ratio")),
            *(f"{case[key]:.0f}" for key in ("small_cpu_us", "large_cpu_us")),
            f"{case['cpu_ratio']:.2f}",
        ]
        for name, case in told.items()
    ]
    return told, in_markdown(heads, rows)


class _Running:
    """The server on one of the two."""

    def __init__(self, where: str, options: argparse.Namespace) -> None:
        on_postgresql = "://" in where
        self._folder = tempfile.TemporaryDirectory()
        settings = {"DATABASE_URL": where, "WEB_WORKERS": "1"} if on_postgresql else {}
        folder = self._folder.name if on_postgresql else where
        port = free_port()
        self._process = serve(folder, port, "--no-worker", core=options.server_core, **settings)
        self._server = Http(f"http://127.0.0.1:{port}")
        self._paths = self._choose()

    def stop(self) -> None:
        """Ends it."""
        stop(self._process)
        self._folder.cleanup()

    def ask(self, seconds: float) -> dict[str, tuple[float, float]]:
        """Median milliseconds and mean CPU microseconds of each case, by its name."""
        told = {}
        # Nothing was asked while the other one was measured, and the server ended the connection.
        self._server.close()
        for name, path in self._paths.items():
            self._get(path)
            times: list[float] = []
            before, until = cpu_seconds(family(self._process.pid)), time.monotonic() + seconds
            while time.monotonic() < until or not times:
                begun = time.perf_counter()
                self._get(path)
                times.append((time.perf_counter() - begun) * 1000)
            spent = cpu_seconds(family(self._process.pid)) - before
            told[name] = statistics.median(times), max(spent, 0.001) / len(times) * 1e6
        return told

    def _choose(self) -> dict[str, str]:
        """The same kinds of addresses on either."""
        event = self._server.make_event(0, 50, title=f"Evening of the {_RARE}", start_time=LAST)
        listed = json.loads(self._get("/api/v1/events?cursor="))
        deep = "/api/v1/events?cursor="
        for _ in range(_PAGES):
            if not (following := listed["pagination"].get("next_cursor")):
                break
            deep = f"/api/v1/events?cursor={quote(following)}"
            listed = json.loads(self._get(deep))
        return {
            "list": "/api/v1/events",
            "upcoming": "/api/v1/events?upcoming=true",
            "format filter": "/api/v1/events?format=virtual",
            "first page by cursor": "/api/v1/events?cursor=",
            "deep page by cursor": deep,
            "rare word": f"/api/v1/events?q={_RARE}",
            "common word": f"/api/v1/events?q={_COMMON}",
            "home": "/",
            "home, rare word": f"/?q={_RARE}",
            "home, common word": f"/?q={_COMMON}",
            "channel page": "/c/demo-readers",
            "channel feed": "/c/demo-readers.ics",
            "detail": f"/api/v1/events/{event.id}",
            "event page": event.page,
        }

    def _get(self, path: str) -> bytes:
        status, _, body = self._server.ask("GET", path)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}: {body[:200]!r}")
        return body

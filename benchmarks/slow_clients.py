"""How long everybody else waits while clients stall: `python benchmarks/slow_clients.py`.

One client asks for a page, an API answer and an RSVP over and over, first alone, then while others
hold sockets open: bodies that drip byte by byte, large answers that nobody reads, and connections
on which nothing is said. Loopback only; ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import multiprocessing
import signal
import statistics
import tempfile
import time
from multiprocessing.synchronize import Event

from server import JSON, fill, free_port, serve

_UNREAD = b"GET /api/schema/ HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20
_DRIPPING = (
    b"POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: 500\r\n\r\n"
)


def main() -> None:
    """Parses the command line, measures alone and beside the others, prints both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dripping", type=int, default=200, help="bodies, a byte a second")
    parser.add_argument("--unread", type=int, default=200, help="answers that nobody takes")
    parser.add_argument("--idle", type=int, default=500, help="connections without a word")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of one measurement")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        process = serve(folder, port)
        try:
            event = fill(port, 200, 50)
            _ask(port, event, 1)
            for number in range(options.rounds):
                _say(f"alone, round {number + 1}", _ask(port, event, options.seconds))
                with _Crowd(port, options):
                    _say(f"beside them, round {number + 1}", _ask(port, event, options.seconds))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


class _Crowd:
    """The stalling clients, in a process of their own."""

    def __init__(self, port: int, options: argparse.Namespace) -> None:
        self._ready, self._over = multiprocessing.Event(), multiprocessing.Event()
        numbers = (options.dripping, options.unread, options.idle)
        arguments = (port, *numbers, self._ready, self._over)
        self._process = multiprocessing.Process(target=_stall, args=arguments)

    def __enter__(self) -> None:
        self._process.start()
        self._ready.wait(60)

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._process.join(60)


def _stall(port: int, dripping: int, unread: int, idle: int, ready: Event, over: Event) -> None:
    async def one(said: bytes, drip: bytes) -> None:
        while True:
            try:
                # A small window: what is not read stays with the server.
                _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
                writer.write(said)
                while drip:
                    await asyncio.sleep(1)
                    writer.write(drip)
                    await writer.drain()
                await asyncio.sleep(3600)
            except OSError:
                await asyncio.sleep(0.1)

    async def all_of_them() -> None:
        wires = [one(_DRIPPING, b"x") for _ in range(dripping)]
        wires += [one(_UNREAD, b"") for _ in range(unread)]
        wires += [one(b"", b"") for _ in range(idle)]
        tasks = [asyncio.ensure_future(wire) for wire in wires]
        await asyncio.sleep(2)
        ready.set()
        while not over.is_set():
            await asyncio.sleep(0.1)
        for task in tasks:
            task.cancel()

    asyncio.run(all_of_them())


def _ask(port: int, event: str, seconds: float) -> list[float]:
    """Milliseconds of each request, one after the other."""
    detail = f"/api/v1/events/{event}"
    answer = json.dumps({"name": "Robin", "status": "yes"})
    asked: list[tuple[str, str, str | None]]
    asked = [("GET", detail, None), ("GET", f"/e/{event}", None)]
    asked += [("GET", "/healthz", None), ("POST", f"{detail}/rsvps", answer)]
    times, until = [], time.monotonic() + seconds
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    while time.monotonic() < until:
        for method, path, body in asked:
            begun = time.perf_counter()
            connection.request(method, path, body, JSON if body else {})
            response = connection.getresponse()
            response.read()
            times.append((time.perf_counter() - begun) * 1000)
            if response.status not in (200, 201):
                raise RuntimeError(f"{method} {path} answered {response.status}")
    return times


def _say(name: str, times: list[float]) -> None:
    cuts = statistics.quantiles(times, n=100)
    print(
        f"{name:22} {len(times):6} requests   median {cuts[49]:6.1f} ms   p99 {cuts[98]:6.1f} ms"
        f"   longest {max(times):6.1f} ms",
        flush=True,
    )


if __name__ == "__main__":
    main()

"""A light load on the cluster, and what its clients saw."""

from __future__ import annotations

import http.client
import json
import threading
import time
import uuid
from collections import Counter
from typing import Any, NamedTuple

from tests.cluster.parts import SITE

START = "2100-01-01T20:00:00Z"
_PAUSE = 0.02


class Seen(NamedTuple):
    """One answer: when it came (monotonic seconds), for what, its status (0: none came) and
    whether a 503 said when to come back."""

    at: float
    method: str
    status: int
    said_when: bool


class Client:
    """Someone at an address of their own."""

    def __init__(self, number: int) -> None:
        self._source = f"127.0.78.{number}"
        self._connection: http.client.HTTPConnection | None = None

    def ask(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, Any, bool]:
        """Status, JSON and whether there was a Retry-After; status 0 when no answer came."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                SITE, timeout=40, source_address=(self._source, 0)
            )
        sent = None if body is None else json.dumps(body).encode()
        if sent is not None:
            headers["Content-Type"] = "application/json"
        try:
            self._connection.request(method, path, sent, headers)
            response = self._connection.getresponse()
            read = response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            self._connection = None
            return 0, None, False
        told = response.headers.get("Retry-After") is not None
        try:
            return response.status, json.loads(read), told
        except ValueError:
            return response.status, None, told


class Load:
    """Readers of event pages and writers of RSVPs, until told to stop. Each write is repeated with
    its Idempotency-Key until it is answered."""

    def __init__(self, events: list[str], rush: str, readers: int = 2, writers: int = 2) -> None:
        self.seen: list[Seen] = []
        # Ids of RSVPs that were confirmed, by event.
        self.confirmed: dict[str, list[str]] = {event: [] for event in [*events, rush]}
        # Own writes that were not seen by whoever had just made them.
        self.stale = 0
        self._rush = rush
        self._stopped = threading.Event()
        self._threads = [
            threading.Thread(target=self._read, args=(Client(number + 1), events))
            for number in range(readers)
        ] + [
            threading.Thread(target=self._write, args=(Client(number + 101), events[number]))
            for number in range(writers)
        ]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def since(self, moment: float) -> list[Seen]:
        """What came from that moment on."""
        return [seen for seen in list(self.seen) if seen.at >= moment]

    def _note(self, method: str, status: int, said_when: bool) -> bool:
        self.seen.append(Seen(time.monotonic(), method, status, said_when))
        return 200 <= status < 300

    def _read(self, client: Client, events: list[str]) -> None:
        turn = 0
        while not self._stopped.wait(_PAUSE):
            turn += 1
            path = f"/api/v1/events/{events[turn % len(events)]}"
            status, _, told = client.ask("GET", path)
            self._note("GET", status, told)

    def _write(self, client: Client, own: str) -> None:
        turn = 0
        while not self._stopped.wait(_PAUSE):
            turn += 1
            event = self._rush if turn % 4 == 0 else own
            rsvp = self._answer(client, event)
            if rsvp is not None:
                self.confirmed[event].append(rsvp)
            if event != own:
                continue
            status, body, told = client.ask("GET", f"/api/v1/events/{own}")
            if self._note("GET", status, told) and body["event"]["yes_count"] < len(
                self.confirmed[own]
            ):
                self.stale += 1

    def _answer(self, client: Client, event: str) -> str | None:
        """The id of a confirmed RSVP; None when there is no seat, or it was told to stop."""
        key = uuid.uuid4().hex
        body = {"name": f"Guest {key[:8]}", "status": "yes"}
        while True:
            status, said, told = client.ask(
                "POST", f"/api/v1/events/{event}/rsvps", body, **{"Idempotency-Key": key}
            )
            if status == 400 and event == self._rush:
                self._note("POST", 200, told)  # the rush is full, as it should be
                return None
            if self._note("POST", status, told):
                return str(said["rsvp"]["id"])
            if self._stopped.wait(0.2):
                return None


def told(seen: list[Seen]) -> str:
    """Statuses and how often each came, in words for a table."""
    counted = Counter(
        f"{each.method} {each.status or 'no answer'}"
        + (" without Retry-After" if each.status == 503 and not each.said_when else "")
        for each in seen
    )
    return ", ".join(f"{number} × {name}" for name, number in sorted(counted.items()))

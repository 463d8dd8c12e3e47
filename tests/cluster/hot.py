"""Where writing bends: RSVPs a second to one event, and to as many events as there are clients."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Sequence

from tests.cluster.load import Client

_CLIENTS = (1, 2, 4, 8, 16)


def bend(events: Sequence[str], seconds: float = 8) -> list[tuple[int, float, float]]:
    """For each number of clients the RSVPs a second to the first event, and to one each."""
    return [
        (number, _rate(events[:1], number, seconds), _rate(events, number, seconds))
        for number in _CLIENTS
    ]


def _rate(events: Sequence[str], clients: int, seconds: float) -> float:
    made = [0] * clients
    end = time.monotonic() + seconds

    def write(number: int) -> None:
        client, event = Client(number + 1), events[number % len(events)]
        while time.monotonic() < end:
            body = {"name": f"Guest {uuid.uuid4().hex[:8]}", "status": "yes"}
            status, _, _ = client.ask("POST", f"/api/v1/events/{event}/rsvps", body)
            made[number] += status == 201

    threads = [threading.Thread(target=write, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(made) / seconds

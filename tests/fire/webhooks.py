"""The worker killed while it delivers: nothing is lost, nothing overtakes, little is repeated."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import orjson

from tests.notify.receiver import receiving
from tests.server.process import ROOT, Server, running_server

_START = "2100-01-01T20:00:00Z"
_EVENTS = 10
_PATIENCE = 300
_SURROUNDINGS = {
    "WEBHOOK_ALLOW_PRIVATE": "on",
    "WEBHOOK_SECONDS": "1",
    "OUTBOX_LEASE": "1",
    "WORKER_SWEEP": "1",
}


@dataclass
class Burnt:
    """What came of it: webhooks that arrived, and arrived more than once, and what is wrong."""

    arrived: int
    repeated: int
    seconds: float
    problems: list[str]


def burn(folder: Path, *, webhooks: int, kills: int, seed: int) -> Burnt:
    """Makes so many changes to a few events of an organisation with one webhook, and kills the
    worker (SIGKILL) so often, at random moments, while it delivers them."""
    chance, began = Random(seed), time.monotonic()
    with (
        receiving(folder / "receiver") as receiver,
        running_server(folder / "server", alone=True, **_SURROUNDINGS) as server,
    ):
        key = _key_of_an_organizer(server)
        made = server.ask("POST", "/api/v1/webhooks", {"url": receiver.at("ok")}, key)
        assert made.status == 201
        worker = _start(server)
        try:
            wanted = _write(server, key, webhooks)
            for _ in range(kills):
                time.sleep(chance.uniform(0.5, 1.5))
                _end(worker)
                worker = _start(server)
            until = time.monotonic() + _PATIENCE
            while len(_told(receiver.calls)) < webhooks and time.monotonic() < until:
                time.sleep(0.2)
        finally:
            _end(worker)
        return _judged(receiver.calls, wanted, kills, time.monotonic() - began)


def _write(server: Server, key: str, webhooks: int) -> dict[str, list[str]]:
    """The changes; what each event is to be told of, in order."""
    wanted: dict[str, list[str]] = {}
    for number in range(_EVENTS):
        body = {"title": f"Event {number}", "start_time": _START}
        made = server.ask("POST", "/api/v1/community-events", body, key).json()
        wanted[made["id"]] = ["event.created"]
    for number in range(webhooks - _EVENTS):
        event = list(wanted)[number % _EVENTS]
        guest = {"name": f"Guest {number}", "status": "yes"}
        made = server.ask("POST", f"/api/v1/events/{event}/rsvps", guest)
        assert made.status == 201
        wanted[event].append(made.json()["rsvp"]["id"])
    return wanted


def _judged(
    calls: list[dict[str, Any]], wanted: dict[str, list[str]], kills: int, seconds: float
) -> Burnt:
    problems = []
    arrived: dict[str, list[str]] = {event: [] for event in wanted}
    for body in _told(calls).values():
        data = body["data"]
        if body["type"] == "event.created":
            arrived[data["id"]].append("event.created")
        else:
            arrived[data["event_id"]].append(data["id"])
    for event, told in wanted.items():
        if sorted(arrived[event]) != sorted(told):
            problems.append(f"{event}: {len(told)} were to be told, {len(arrived[event])} were")
        elif arrived[event] != told:
            problems.append(f"{event}: out of order")
    times = Counter(call["headers"]["webhook-id"] for call in calls)
    repeated = sum(number - 1 for number in times.values())
    if repeated > kills:
        problems.append(f"{repeated} repeated by {kills} kills")
    return Burnt(len(times), repeated, round(seconds, 1), problems)


def _told(calls: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What arrived, by its id, in the order in which it first did."""
    first: dict[str, dict[str, Any]] = {}
    for call in calls:
        first.setdefault(call["headers"]["webhook-id"], orjson.loads(call["body"]))
    return first


def _key_of_an_organizer(server: Server) -> str:
    *_, made = server.manage_all(
        ("create_tenant", "Acme", "--slug", "acme"),
        ("create_user", "olga@example.org", "--tenant", "acme", "--organizer"),
        ("create_api_key", "olga@example.org", "--json"),
    )
    return str(orjson.loads(made)["key"])


def _start(server: Server) -> subprocess.Popen[bytes]:
    with server.log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "manage.py", "worker"],
            cwd=ROOT,
            env=server.environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def _end(worker: subprocess.Popen[bytes]) -> None:
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()

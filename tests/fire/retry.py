"""Kills the shipped server before its answers arrive, and sends the same requests again."""

from __future__ import annotations

import contextlib
import itertools
import json
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from tests.fire.crash import kill, until_killed
from tests.fire.load import EVENTS, START
from tests.fire.stored import rows
from tests.server.process import Server, own_database

CLIENTS = 8
_PATIENCE = 30.0
_numbers = itertools.count(1)
# What each request writes, by the text that is its own.
_WRITTEN = """SELECT name FROM rsvps_rsvp UNION ALL SELECT title FROM events_event
    UNION ALL SELECT content FROM comments_message"""


@dataclass(frozen=True)
class Sent:
    """A request with a text of its own."""

    text: str
    path: str
    body: dict[str, Any]
    token: str
    key: str = field(default_factory=lambda: str(uuid4()))


@dataclass
class Round:
    """What one kill came between: requests sent, and those whose write was there already; seconds,
    and what is wrong."""

    number: int
    sent: int
    written: int
    seconds: float
    problems: list[str] = field(default_factory=list)


def retry(folder: Path, retries: int, *, keyed: bool = True) -> Iterator[Round]:
    """One instance, killed until so many requests were sent again; on the database of the settings.
    Without ``keyed`` they have no key."""
    with own_database() as database, contextlib.ExitStack() as stack:
        server = stack.enter_context(until_killed(folder, database))
        made = server.ask("POST", EVENTS, {"title": "Party", "start_time": START}).json()
        for number in range(1, -(-retries // CLIENTS) + 1):
            began = time.perf_counter()
            requests = [_request(made) for _ in range(CLIENTS)]
            _lose_the_answers(server, requests, keyed)
            server = stack.enter_context(until_killed(folder, database))
            written = _counted(server, requests)
            problems = list(_send_again(server, requests, written, keyed))
            for text, count in _counted(server, requests).items():
                problems += [f"{text} is there {count} times"] if count != 1 else []
            seconds = round(time.perf_counter() - began, 1)
            yield Round(number, len(requests), written.total(), seconds, problems)


def _request(made: dict[str, Any]) -> Sent:
    """A new event, RSVP or announcement, in turn."""
    number, event = next(_numbers), f"{EVENTS}/{made['event']['id']}"
    text, token = f"Number {number}", made["admin_token"]
    return (
        Sent(text, EVENTS, {"title": text, "start_time": START}, token),
        Sent(text, f"{event}/rsvps", {"name": text, "status": "yes"}, token),
        Sent(text, f"{event}/messages", {"content": text}, token),
    )[number % 3]


def _lose_the_answers(server: Server, requests: list[Sent], keyed: bool) -> None:
    """Sends them all at once, reads no answer, and kills the server once one is written."""
    with contextlib.ExitStack() as connections:
        for sent in requests:
            address = urlsplit(server.url)
            line = socket.create_connection((str(address.hostname), int(address.port or 0)))
            connections.enter_context(line)
            body = json.dumps(sent.body)
            headers = {"Host": address.netloc, "Content-Type": "application/json"}
            headers |= {"Content-Length": str(len(body))} | _headers(sent, keyed)
            told = "".join(f"{name}: {said}\r\n" for name, said in headers.items())
            line.sendall(f"POST {sent.path} HTTP/1.1\r\n{told}\r\n{body}".encode())
        end = time.monotonic() + _PATIENCE
        while not _counted(server, requests) and time.monotonic() < end:
            pass
        kill(server)


def _send_again(
    server: Server, requests: list[Sent], written: Counter[str], keyed: bool
) -> Iterator[str]:
    """What is wrong with the answers: what was written is answered as before."""
    for sent in requests:
        headers = _headers(sent, keyed)
        answer = server.ask("POST", sent.path, sent.body, **headers)
        replayed = answer.headers["Idempotency-Replayed"] == "true"
        if (answer.status, replayed) != (201, sent.text in written) or (
            sent.text not in answer.body.decode()
        ):
            yield f"{sent.text}: {answer.status} {dict(answer.headers)}"


def _headers(sent: Sent, keyed: bool) -> dict[str, str]:
    key = {"Idempotency-Key": sent.key} if keyed else {}
    return {"Authorization": f"Bearer {sent.token}", **key}


def _counted(server: Server, requests: list[Sent]) -> Counter[str]:
    """How often each request was written."""
    wanted = {sent.text for sent in requests}
    return Counter(text for (text,) in rows(server, _WRITTEN) if text in wanted)

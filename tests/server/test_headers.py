"""What the shipped server makes of headers that others may have forged or cannot be read."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from tests.server.process import Server, running_server

pytestmark = [pytest.mark.server, pytest.mark.once]
START = {"title": "Lawn", "start_time": "2100-01-01T20:00:00Z"}


class Answer(NamedTuple):
    """What came back for a request."""

    status: int
    headers: Any
    body: Any


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server behind a proxy that counts writes."""
    folder = tmp_path_factory.mktemp("headers")
    with running_server(folder, alone=True, NUM_PROXIES="1", THROTTLE="on") as running:
        yield running


def send(server: Server, method: str, path: str, body: Any, *headers: tuple[str, str]) -> Answer:
    """A request with these headers, in this order and as often as they stand there."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    sent = json.dumps(body).encode()
    connection.putrequest(method, path)
    for name, value in (("Content-Length", str(len(sent))), *headers):
        connection.putheader(name, value.encode())
    connection.putheader("Content-Type", "application/json")
    connection.endheaders(sent)
    answer = connection.getresponse()
    told = Answer(answer.status, answer.headers, json.loads(answer.read()))
    connection.close()
    return told


def test_an_underscore_is_no_hyphen(server: Server) -> None:
    """A client whose proxy passes on X_Forwarded_For is still counted by its own address."""
    left = []
    for forged in ("9.8.7.1", "9.8.7.2", "9.8.7.3"):
        headers = ("X-Forwarded-For", "203.0.113.1"), ("X_Forwarded_For", forged)
        answer = send(server, "POST", "/api/v1/events", {}, *headers)
        left.append(answer.headers["RateLimit"])
    assert len(set(left)) == 3


def test_what_is_not_ascii_was_sent(server: Server) -> None:
    """A condition and a key that cannot be read are refused, and nothing is written."""
    made = send(server, "POST", "/api/v1/events", START)
    path = f"/api/v1/events/{made.body['event']['id']}"
    key = "Authorization", f"Bearer {made.body['admin_token']}"
    changed = send(server, "PATCH", path, {"title": "Roof"}, key, ("If-Match", '"ü"'))
    assert (changed.status, [*changed.body["errors"]]) == (400, ["If-Match"])
    again = send(server, "PATCH", path, {"title": "Roof"}, key, ("Idempotency-Key", "ü"))
    assert (again.status, [*again.body["errors"]]) == (400, ["Idempotency-Key"])
    assert server.ask("GET", path).json()["event"]["title"] == "Lawn"

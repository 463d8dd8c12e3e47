"""Stopping the shipped server while it works: what was begun is finished, what was said is kept."""

from __future__ import annotations

import contextlib
import email
import json
import socket
import sqlite3
import subprocess
import uuid
from collections.abc import Callable, Iterator
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.server.process import Server, own_database, serving

pytestmark = pytest.mark.server
START = "2100-01-01T20:00:00Z"
ENDS = [pytest.param(Server.stop, id="SIGTERM"), pytest.param(Server.interrupt, id="Ctrl-C")]


def test_a_write_that_waits_for_a_lock_is_finished(tmp_path: Path) -> None:
    """Asked to stop while an answer waits for its event's lock, the server takes nobody else in,
    finishes that answer, ends with 0, and the next start has it."""
    with own_database() as database:
        with serving(tmp_path, **database) as server:
            event = _event(server)
            with _locked(server, event), _begun(server, event) as request:
                server.stop()
                _until_nobody_listens(server)
                assert server.process.poll() is None
                held = request
            assert _answer(held)["rsvp"]["name"] == "Slow"
            assert server.process.wait(timeout=60) == 0
        with serving(tmp_path, **database) as server:
            guests = server.ask("GET", f"/api/v1/events/{event}").json()["event"]["rsvps"]
            assert [guest["name"] for guest in guests] == ["Slow"]


@pytest.mark.once
@pytest.mark.parametrize("end", ENDS)
def test_an_idle_server_ends_at_once(tmp_path: Path, end: Callable[[Server], None]) -> None:
    """With connections kept open, and with workers that have only just begun."""
    with own_database() as database, serving(tmp_path, WEB_WORKERS="2", **database) as server:
        address = urlsplit(server.url)
        with socket.create_connection((address.hostname, address.port), timeout=60) as idle:
            idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert idle.recv(4096).startswith(b"HTTP/1.1 200")
            end(server)
            assert server.process.wait(timeout=20) == 0


@pytest.mark.once
@pytest.mark.parametrize("end", ENDS)
def test_the_worker_ends_after_its_task(tmp_path: Path, end: Callable[[Server], None]) -> None:
    """Asked to stop in the middle of a letter, the worker sends it, and the server waits."""
    with socket.create_server(("127.0.0.1", 0)) as mail, own_database() as database:
        url = f"smtp://127.0.0.1:{mail.getsockname()[1]}"
        with serving(tmp_path, EMAIL_URL=url, **database) as server:
            guest = {"name": "Ana", "email": "ana@example.org", "status": "yes"}
            server.ask("POST", f"/api/v1/events/{_event(server)}/rsvps", guest)
            worker, _ = mail.accept()
            end(server)
            _until_the_worker_was_asked(server)
            letter = email.message_from_string(_received(worker))
            assert letter["To"] == "ana@example.org"
            assert server.process.wait(timeout=60) == 0
            assert server.manage("shell", "--verbosity=0", "-c", _STATUSES) == "sent"


_STATUSES = "from notify.models import Mail;print(*Mail.objects.values_list('state', flat=True))"


def _received(worker: socket.socket) -> str:
    """The letter, from a mail server that only now begins to speak."""
    with worker, worker.makefile("rw", encoding="utf-8", newline="\r\n") as line:

        def say(answer: str) -> None:
            line.write(f"{answer}\r\n")
            line.flush()

        say("220 here")
        while not line.readline().upper().startswith("DATA"):
            say("250 yes")
        say("354 go on")
        letter = "".join(iter(line.readline, ".\r\n"))
        say("250 taken")
        line.readline()
        say("221 bye")
    return letter


def _event(server: Server) -> str:
    made = server.ask("POST", "/api/v1/events", {"title": "Evening", "start_time": START}).json()
    return str(made["event"]["id"])


@contextlib.contextmanager
def _locked(server: Server, event: str) -> Iterator[None]:
    """Holds the lock that an answer to the event needs."""
    if url := server.environment.get("DATABASE_URL"):
        with psycopg.connect(url.replace("postgres://", "postgresql://")) as connection:
            connection.execute(
                "SELECT 1 FROM events_event WHERE id = %s FOR UPDATE", [uuid.UUID(event)]
            )
            yield
            connection.rollback()
        return
    database = sqlite3.connect(server.data / "convene.sqlite3", isolation_level=None)
    with contextlib.closing(database):
        database.execute("BEGIN IMMEDIATE")
        yield
        database.execute("ROLLBACK")


@contextlib.contextmanager
def _begun(server: Server, event: str) -> Iterator[socket.socket]:
    """An answer that the server is working on: it has asked for the body, and has it."""
    body = json.dumps({"name": "Slow", "status": "yes"}).encode()
    address = urlsplit(server.url)
    connection = socket.create_connection((address.hostname, address.port), timeout=60)
    connection.sendall(
        f"POST /api/v1/events/{event}/rsvps HTTP/1.1\r\nHost: localhost\r\n"
        "Content-Type: application/json\r\nExpect: 100-continue\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
    )
    assert connection.recv(1024).startswith(b"HTTP/1.1 100")
    connection.sendall(body)
    yield connection


def _answer(connection: socket.socket) -> Any:
    """What came back, read to its end."""
    with connection, HTTPResponse(connection) as response:
        response.begin()
        assert response.status == 201
        return json.load(response)


def _until_the_worker_was_asked(server: Server) -> None:
    """By the server itself, once its own processes are gone."""
    while "Received Terminated" not in server.log.read_text():
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.process.wait(timeout=0.1)
        assert server.process.poll() is None


def _until_nobody_listens(server: Server) -> None:
    address = urlsplit(server.url)
    with contextlib.suppress(OSError):
        while server.process.poll() is None:
            socket.create_connection((address.hostname, address.port), timeout=1).close()

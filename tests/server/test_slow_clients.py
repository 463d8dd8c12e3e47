"""Clients that send or read slowly wait for themselves: the shipped server goes on answering."""

from __future__ import annotations

import contextlib
import json
import resource
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.server.process import Server, running_server

pytestmark = [pytest.mark.server, pytest.mark.once]
# More than the one thread that runs Django, and more than any pool would have.
MANY = 40
FEW = 256
START = {"title": "Lawn", "start_time": "2100-01-01T20:00:00Z"}


@contextlib.contextmanager
def clients(server: Server, said: bytes, number: int = MANY) -> Iterator[list[socket.socket]]:
    """So many sockets that said this much and then nothing, and read nothing."""
    at = urlsplit(server.url)
    with contextlib.ExitStack() as stack:
        wires = [
            stack.enter_context(socket.create_connection((at.hostname, at.port), timeout=30))
            for _ in range(number)
        ]
        for wire in wires:
            wire.sendall(said)
        yield wires


def head(method: str, path: str, *headers: str) -> bytes:
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: localhost", *headers, "", "")).encode()


@contextlib.contextmanager
def open_files(number: int) -> Iterator[None]:
    """What is started here may open so many files, unless it asks for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (number, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that gives up on a body soon, started from a shell that allows few open files."""
    folder = tmp_path_factory.mktemp("slow")
    with contextlib.ExitStack() as stack:
        with open_files(FEW):
            running = stack.enter_context(
                running_server(folder, alone=True, BODY_PAUSE_SECONDS="2")
            )
        yield running


def test_bodies_that_do_not_arrive(server: Server) -> None:
    """A length and one byte of it: others are answered meanwhile, and the client is told."""
    said = head("POST", "/api/v1/events", "Content-Type: application/json", "Content-Length: 500")
    with clients(server, said + b"{") as wires:
        assert server.ask("GET", "/api/v1/events").status == 200
        assert server.ask("POST", "/api/v1/events", START).status == 201
        assert {wire.recv(65536).split(b" ", 2)[1] for wire in wires} == {b"408"}


def test_connections_on_which_nothing_is_said(server: Server) -> None:
    """More of them than the shell allows a process by default."""
    with clients(server, b"", 2 * FEW):
        assert server.ask("GET", "/api/v1/events").status == 200


def test_headers_that_do_not_end(server: Server) -> None:
    """A connection that begins a request and leaves it there holds nobody."""
    with clients(server, b"GET /api/v1/events HTTP/1.1\r\nHost: loc"):
        assert server.ask("GET", "/api/v1/events").status == 200


def test_answers_that_nobody_reads(server: Server) -> None:
    """A static file and a page, asked for again and again on one wire and never taken."""
    said = head("GET", "/api/redoc/") + head("GET", "/api/schema/") * 20
    with clients(server, said):
        assert server.ask("GET", "/api/v1/events").status == 200


def test_a_body_in_pieces_counts(server: Server) -> None:
    """Without a length, a body is read to its end: a change that is answered is made."""
    made = server.ask("POST", "/api/v1/events", START).json()
    path = f"/api/v1/events/{made['event']['id']}"
    body = json.dumps({"is_private": True}).encode()
    pieces = b"".join(b"1\r\n%c\r\n" % each for each in body) + b"0\r\n\r\n"
    key = f"Authorization: Bearer {made['admin_token']}"
    sent = ("Content-Type: application/json", "Transfer-Encoding: chunked", "Connection: close")
    with clients(server, head("PATCH", path, key, *sent) + pieces, 1) as (wire,):
        assert wire.recv(65536).startswith(b"HTTP/1.1 200")
    assert server.ask("GET", path).json()["event"]["is_private"] is True


def test_a_body_that_breaks_off_changes_nothing(server: Server) -> None:
    """Also where what came makes sense by itself."""
    body = json.dumps(START | {"title": "Broken off"}).encode()
    sent = ("Content-Type: application/json", f"Content-Length: {len(body) + 20}")
    with clients(server, head("POST", "/api/v1/events", *sent) + body, 1) as (wire,):
        wire.shutdown(socket.SHUT_WR)
        assert wire.recv(65536).startswith(b"HTTP/1.1 400")
    titles = [each["title"] for each in server.ask("GET", "/api/v1/events").json()["events"]]
    assert "Broken off" not in titles


def test_a_body_that_is_too_large_is_told_so(server: Server) -> None:
    """Also without a length."""
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    sent = ("Content-Type: application/json", "Transfer-Encoding: chunked", "Connection: close")
    said = head("POST", "/api/v1/events", *sent) + piece * 112 + b"0\r\n\r\n"
    with clients(server, said, 1) as (wire,):
        answer = wire.recv(65536)
        assert answer.startswith(b"HTTP/1.1 413")

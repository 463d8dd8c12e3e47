"""One call: where it may lead, how long it may take, how it is told."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

from notify.domain import sending
from notify.domain.sending import is_public, send
from tests.notify.receiver import Receiver

pytestmark = pytest.mark.once
BODY, HEADERS = b"{}", {"webhook-id": "msg_1"}


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public(address: str) -> None:
    """Addresses that anybody could reach."""
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "0.0.0.0"),
        *("169.254.169.254", "100.64.0.1", "224.0.0.1", "239.1.1.1", "255.255.255.255"),
        *("192.0.2.1", "198.18.0.1", "240.0.0.1", "192.88.99.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1"),
        *("2002:7f00:1::", "2002:808:808::", "64:ff9b::7f00:1", "64:ff9b:1::a00:1"),
        *("2001::1", "2001:db8::1"),
    ],
)
def test_not_public(address: str) -> None:
    """Whatever leads into this machine or some network, in whatever notation."""
    assert not is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1:9/", "http://localhost:9/", "http://[::1]:9/"),
        *("http://2130706433/", "http://0x7f.1/", "http://127.1/", "http://0/"),
    ],
)
def test_no_call_leads_inside(url: str) -> None:
    """However the address is written."""
    assert send(url, BODY, HEADERS).problem in {"not_public", "name_not_found"}


def test_the_address_that_was_checked_is_the_one_used(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver, settings: Any
) -> None:
    """A name is resolved once: a server that then says something else is not asked again."""
    settings.WEBHOOK_ALLOW_PRIVATE = False
    asked = []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", port))]

    connected = []

    class Line(socket.socket):
        def connect(self, address: Any) -> None:
            connected.append(address)
            super().connect(("127.0.0.1", receiver.port))

    monkeypatch.setattr(sending.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(sending.socket, "socket", Line)
    answer = send("http://hooks.example.org:8080/ok?a=1", BODY, HEADERS)
    assert (answer.status, asked) == (204, ["hooks.example.org"])
    assert connected == [("8.8.8.8", 8080)]
    (call,) = receiver.calls
    assert (call["path"], call["headers"]["host"]) == ("/ok?a=1", "hooks.example.org:8080")


def test_a_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name may have several."""

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        found = ["8.8.8.8", "10.0.0.1"]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(sending.socket, "getaddrinfo", resolve)
    assert send("https://example.org/", BODY, HEADERS).problem == "not_public"


@pytest.mark.parametrize(
    ("path", "status", "problem"),
    [
        *(("ok", 204, ""), ("500", 500, ""), ("410", 410, ""), ("close", None, "connection")),
        *(("slow", 200, ""), ("large", 200, "")),
    ],
)
def test_answers(receiver: Receiver, path: str, status: int | None, problem: str) -> None:
    """A status, or why there is none; of a large answer no more than the beginning is read."""
    answer = send(receiver.at(path), BODY, HEADERS)
    assert (answer.status, answer.problem) == (status, problem)
    assert answer.succeeded == (status in (200, 204))
    assert len(answer.body) <= 64 * 1024


@pytest.mark.parametrize("path", ["hang", "drip"])
def test_who_does_not_come_to_an_end_is_cut_off(
    receiver: Receiver, settings: Any, path: str
) -> None:
    """After the whole time, also by somebody who sends a byte now and then."""
    settings.WEBHOOK_SECONDS = 0.3
    answer = send(receiver.at(path), BODY, HEADERS)
    assert answer.problem == "timeout" or answer.duration_ms >= 300
    assert answer.duration_ms < 5000
    assert not answer.body.strip()


def test_a_name_server_that_hangs_holds_nobody(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """The clock runs from the look-up on."""
    settings.WEBHOOK_SECONDS = 0.3
    done = threading.Event()

    def hang(*_: Any, **__: Any) -> list[Any]:
        done.wait(20)
        raise socket.gaierror

    monkeypatch.setattr(sending.socket, "getaddrinfo", hang)
    try:
        answer = send("https://hooks.example.org/", BODY, HEADERS)
    finally:
        done.set()
    assert (answer.status, answer.problem) == (None, "timeout")
    assert 300 <= answer.duration_ms < 5000


def test_no_redirect_is_followed(receiver: Receiver) -> None:
    """It is an answer like any other, and no success."""
    answer = send(receiver.at("redirect"), BODY, HEADERS)
    assert (answer.status, answer.succeeded) == (302, False)
    assert [call["path"] for call in receiver.calls] == ["/redirect"]


def test_nobody_there(settings: Any) -> None:
    """A port without a listener, and an address that makes no sense."""
    settings.WEBHOOK_ALLOW_PRIVATE = True
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert send(f"http://127.0.0.1:{port}/", BODY, HEADERS).problem == "refused"
    assert send("http://127.0.0.1:99999/", BODY, HEADERS).problem == "connection"

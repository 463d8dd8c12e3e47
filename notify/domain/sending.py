"""One call to somebody's program: over HTTP, to a public address, bounded in time and size.

http.client is enough for one POST, and lets us connect to the very address that was checked while
TLS and the Host header go by the name; see docs/decisions/009-outbox.md.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from threading import Thread, Timer
from time import perf_counter
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

_ANSWER_BYTES = 64 * 1024
_MOST_ADDRESSES = 4
_CONNECT_SECONDS = 5.0
# Ranges that lead to private addresses behind a public-looking prefix, or to nobody in particular.
_REFUSED = [
    ipaddress.ip_network(range)
    for range in (
        "2002::/16",  # 6to4
        "2001::/32",  # Teredo
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # NAT64, local use
        "::/96",  # IPv4-compatible
        "fec0::/10",  # site-local
        "192.88.99.0/24",  # 6to4 relays
    )
]


class Answer(NamedTuple):
    """How a call went: the status and the beginning of the body, or why there was none."""

    status: int | None
    problem: str
    duration_ms: int
    body: bytes = b""

    @property
    def succeeded(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300


class NotPublic(OSError):
    """The name leads to an address inside some network."""


def is_public(address: str) -> bool:
    """Whether anybody on the internet could reach this address: not one of this machine, of a
    private or shared network, link-local, multicast or reserved, in whatever notation."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    if mapped is not None:
        ip = mapped
    if any(ip.version == net.version and ip in net for net in _REFUSED):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def send(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """POSTs ``body``; follows no redirect, reads at most 64 KB of the answer, and gives up after
    settings.WEBHOOK_SECONDS in all, however the receiver or its name server spends them. Raises
    nothing: a call that fails says how."""
    began = perf_counter()
    status, problem, said = None, "", b""
    try:
        status, said = _post(url, body, headers, began + settings.WEBHOOK_SECONDS)
    except NotPublic:
        problem = "not_public"
    except socket.gaierror:
        problem = "name_not_found"
    except ssl.SSLError:
        problem = "tls"
    except TimeoutError:
        problem = "timeout"
    except ConnectionRefusedError:
        problem = "refused"
    except (OSError, HTTPException, ValueError):
        problem = "connection"
    spent = perf_counter() - began
    if problem == "connection" and spent >= settings.WEBHOOK_SECONDS:
        problem = "timeout"  # cut off by the clock
    return Answer(status, problem, round(spent * 1000), said)


def _post(url: str, body: bytes, headers: Mapping[str, str], ends: float) -> tuple[int, bytes]:
    """The status and the beginning of the body; ``ends`` is when the call has to, by
    perf_counter()."""
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    connection = HTTPConnection(host, port)
    with closing(_connect(host, port, ends)) as line:
        # Also against a receiver that answers byte by byte.
        clock = Timer(_left(ends), _cut, [line])
        clock.daemon = True
        clock.start()
        try:
            line.settimeout(_left(ends))
            connection.sock = _secured(line, host) if secure else line
            connection.default_port = 443 if secure else 80  # for the Host header
            target = parts._replace(scheme="", netloc="").geturl() or "/"
            connection.request("POST", target, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read(_ANSWER_BYTES)
        finally:
            clock.cancel()
            connection.close()


def _connect(host: str, port: int, ends: float) -> socket.socket:
    """A connection to the first address of this name that answers, of which none may be private."""
    found = _addresses_of(host, port, ends)
    if not settings.WEBHOOK_ALLOW_PRIVATE and not all(is_public(str(a[0])) for *_, a in found):
        raise NotPublic(host)
    problem: OSError = socket.gaierror(host)
    share = _CONNECT_SECONDS / min(len(found), _MOST_ADDRESSES)
    for family, kind, protocol, _, address in found[:_MOST_ADDRESSES]:
        line = socket.socket(family, kind, protocol)
        line.settimeout(min(share, _left(ends)))
        try:
            line.connect(address)
        except OSError as refused:
            line.close()
            problem = refused
        else:
            return line
    raise problem


def _addresses_of(host: str, port: int, ends: float) -> list[Any]:
    """What getaddrinfo() finds. The system's resolver knows no clock, so it is asked in a thread
    that is left to itself when time is up; it ends when the resolver gives up."""
    found: Future[list[Any]] = Future()

    def look() -> None:
        try:
            found.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as problem:
            found.set_exception(problem)

    Thread(target=look, name="webhook-lookup", daemon=True).start()
    return found.result(_left(ends))


def _left(ends: float) -> float:
    """Seconds until then. Raises TimeoutError when there are none."""
    left = ends - perf_counter()
    if left <= 0:
        raise TimeoutError
    return left


def _secured(line: socket.socket, host: str) -> socket.socket:
    return ssl.create_default_context().wrap_socket(line, server_hostname=host)


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)

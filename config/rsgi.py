"""Django behind granian's RSGI: the event loop waits on clients, threads of its own run Django.

A body is read whole before Django sees it, bounded in size and time, and an answer is handed over
whole (files by the server itself), so a client that sends or reads slowly holds up nobody else.
Interface: https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any, NamedTuple

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]

from config.lanes import Crowded, Environ, Lanes
from config.wsgi import application as handler

# What a client's body or an answer may take of memory; the rest waits on disk.
_IN_MEMORY = 256 * 1024
_PIECE = 64 * 1024
# A body that is too large is read on up to here, unkept, so that its client reads why.
_MOST_UNKEPT = 64 * 1024 * 1024
_PLAIN = [("content-type", "text/plain; charset=utf-8"), ("connection", "close")]


class Answer(NamedTuple):
    """What Django said: a body in memory or on disk, or the path of a file for the server."""

    status: int
    headers: list[tuple[str, str]]
    body: IO[bytes] | None
    path: str | None


class Bridge:
    """The RSGI application of one worker."""

    def __init__(self) -> None:
        self._handler = handler
        self._lanes = Lanes()

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Lets the request that runs finish."""
        self._lanes.close()

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answers one request."""
        if scope.proto != "http":
            return
        try:
            body, size = await _receive(scope, protocol)
        except TimeoutError:
            protocol.response_str(408, _PLAIN, "The request took too long to arrive.")
            return
        except EOFError:
            protocol.response_str(400, _PLAIN, "The request ended before its body was complete.")
            return
        with body:
            environ = _environ(scope, body, size)
            try:
                answer = await self._lanes.run(environ, _answer, self._handler, environ)
            except Crowded:
                told = [*_PLAIN, ("retry-after", "10")]
                protocol.response_str(429, told, "Too many of your uploads are waiting.")
                return
        await _send(protocol, answer)


class _TooLarge(io.RawIOBase):
    """Stands for a body that nobody kept: Django says so in its own words when it reads it."""

    def read(self, size: int = -1) -> bytes:
        raise RequestDataTooBig("The body is larger than anything that is accepted.")

    readline = read  # type: ignore[assignment]


class _File:
    """``wsgi.file_wrapper``: a file that Django wants sent."""

    def __init__(self, file: IO[bytes], block_size: int = _PIECE) -> None:
        self.file, self.block_size = file, block_size

    @property
    def path(self) -> str | None:
        """Where the file lies, when it is one that the server can open and send from its start."""
        name = getattr(self.file, "name", None)
        whole = isinstance(name, str) and os.path.isabs(name) and self.file.tell() == 0
        return name if whole else None

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.file.read(self.block_size), b"")

    def close(self) -> None:
        """Closes the file, which tells Django that the request is over."""
        self.file.close()


async def _receive(scope: Any, protocol: Any) -> tuple[IO[bytes], int]:
    """The body from its start on, and its size. Raises TimeoutError when it pauses for
    BODY_PAUSE_SECONDS or takes BODY_SECONDS, EOFError when less comes than was promised."""
    spool = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by the caller
    if "content-length" not in scope.headers and "transfer-encoding" not in scope.headers:
        return spool, 0
    promised = int(scope.headers.get("content-length", -1))
    size, clock = 0, asyncio.get_running_loop().time
    end = clock() + settings.BODY_SECONDS
    try:
        async with asyncio.timeout(settings.BODY_PAUSE_SECONDS) as patience:
            async for piece in protocol:
                size += len(piece)
                if size <= settings.MOST_BODY_BYTES:
                    spool.write(piece)
                if size > _MOST_UNKEPT or size == promised:
                    break
                patience.reschedule(min(clock() + settings.BODY_PAUSE_SECONDS, end))
    except BaseException:
        spool.close()
        raise
    if size > settings.MOST_BODY_BYTES:
        spool.close()
        return _TooLarge(), size  # type: ignore[return-value]
    if size < promised:
        spool.close()
        raise EOFError
    spool.seek(0)
    return spool, size


def _environ(scope: Any, body: IO[bytes], size: int) -> Environ:
    """The request as WSGI (PEP 3333) spells it. Headers with an underscore in their names are left
    out: there X_Forwarded_For would pass for X-Forwarded-For, which a proxy vouches for."""
    server, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": _File,
    }
    for name in scope.headers:
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        # A header sent twice is one list (RFC 9110, 5.3); cookies have a sign of their own. A value
        # that is not ASCII, of which the server tells nothing, counts as sent and empty.
        joint = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = joint.join(scope.headers.get_all(name))
    # What arrived in pieces has a length now.
    environ["CONTENT_LENGTH"] = str(size) if size else environ.get("CONTENT_LENGTH", "")
    return environ


def _answer(handler: Callable[..., Iterable[bytes]], environ: Environ) -> Answer:
    """Runs Django to the end of its answer."""
    status, headers = 0, []

    def start_response(line: str, told: list[tuple[str, str]], *_: Any) -> None:
        nonlocal status, headers
        status, headers = int(line[:3]), told

    response: Any = handler(environ, start_response)
    try:
        if isinstance(response, _File) and (path := response.path):
            return Answer(status, headers, None, path)
        body = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed once it is sent
        for piece in response:
            body.write(piece)
        return Answer(status, headers, body, None)
    finally:
        response.close()


async def _send(protocol: Any, answer: Answer) -> None:
    """Hands the answer over; a client that does not take it for SEND_SECONDS is left."""
    if answer.path is not None:
        protocol.response_file(answer.status, answer.headers, answer.path)
        return
    if answer.body is None:
        return
    with answer.body as body:
        size = body.tell()
        body.seek(0)
        if size <= _IN_MEMORY:
            protocol.response_bytes(answer.status, answer.headers, body.read())
            return
        transport = protocol.response_stream(answer.status, answer.headers)
        with contextlib.suppress(TimeoutError, ProtocolClosed):
            while piece := body.read(_PIECE):
                await asyncio.wait_for(transport.send_bytes(piece), settings.SEND_SECONDS)


application = Bridge()

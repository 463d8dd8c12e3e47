"""Which thread of a worker runs a request: one for nearly all, another for what takes long."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest

from config.clients import client_network
from config.group_commit import run_grouped
from config.kept import arrived

Environ = dict[str, Any]
# Requests of one client that may wait for the slow lane. A hall may sit behind one address.
MOST_WAITING = 32
# Requests that are begun before those among them that share a transaction are answered.
_AT_ONCE = 32


class Crowded(Exception):
    """The client has MOST_WAITING requests in the slow lane already."""


class _Request(NamedTuple):
    """What is to be done for a request, and who awaits what comes of it."""

    answer: asyncio.Future[Any]
    work: Callable[..., Any]
    args: tuple[Any, ...]

    def run(self) -> None:
        """Does it, unless nobody waits any more. Raises nothing."""
        if self.answer.cancelled():
            return
        try:
            settle = partial(self.answer.set_result, self.work(*self.args))
        except BaseException as problem:
            settle = partial(self.answer.set_exception, problem)
        loop = self.answer.get_loop()
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._tell, settle)

    def _tell(self, settle: Callable[[], None]) -> None:
        if not self.answer.done():
            settle()


class Lanes:
    """Two threads, each with a connection to the database: more would fight for the interpreter.

    The common lane takes up together what came in while it was busy, so that writes to one event
    share a transaction.

    Pictures are decoded and passwords hashed outside the interpreter's lock, for up to a second.
    Such requests share the slow lane, where a client's next one queues up when its last one is
    answered: whoever sends a hundred does not stand in front of everybody else.
    """

    def __init__(self) -> None:
        self._common = ThreadPoolExecutor(max_workers=1, thread_name_prefix="django")
        self._queue: deque[_Request] = deque()
        self._slow = ThreadPoolExecutor(max_workers=1, thread_name_prefix="django-slow")
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._waiting: Counter[str] = Counter()

    async def run(self, environ: Environ, work: Callable[..., Any], *args: Any) -> Any:
        """What ``work`` returns, run for this request. Raises Crowded, and whatever it raises."""
        if not is_slow(environ):
            return await self._run_common(work, *args)
        client = client_network(WSGIRequest(environ))
        if self._waiting[client] >= MOST_WAITING:
            raise Crowded
        self._waiting[client] += 1
        try:
            async with self._turns.setdefault(client, asyncio.Lock()):
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._slow, work, *args)
        finally:
            self._waiting[client] -= 1
            if not self._waiting[client]:
                del self._waiting[client]

    async def _run_common(self, work: Callable[..., Any], *args: Any) -> Any:
        answer = asyncio.get_running_loop().create_future()
        self._queue.append(_Request(answer, work, args))
        if len(self._queue) == 1:
            # Whoever comes meanwhile is taken up with this one.
            self._common.submit(self._take_up)
        return await answer

    def _take_up(self) -> None:
        # Who joined a request that waited submitted nothing: none may be left when this ends.
        while self._queue:
            requests = [self._queue.popleft() for _ in range(min(len(self._queue), _AT_ONCE))]
            with arrived():
                run_grouped([request.run for request in requests])

    def close(self) -> None:
        """Lets the requests that run finish."""
        self._common.shutdown(wait=True)
        self._slow.shutdown(wait=True)


def is_slow(environ: Environ) -> bool:
    """Whether the request may compute for long: it brings a file or a password, or asks for an
    image that has to be drawn or a list of all pages."""
    path: str = environ["PATH_INFO"]
    if environ["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS"):
        return path.startswith(settings.SLOW_READS)
    kind: str = environ.get("CONTENT_TYPE", "")
    return kind.lower().startswith("multipart/form-data") or path.startswith(settings.SLOW_PATHS)

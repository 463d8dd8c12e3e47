"""Which thread of a worker runs a request: one for nearly all, another for what takes long."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from weakref import WeakValueDictionary

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest

from config.clients import client_network
from config.group_commit import run_grouped

Environ = dict[str, Any]
# Requests of one client that may wait for the slow lane. A hall may sit behind one address.
MOST_WAITING = 32
# Requests that are begun before those among them that share a transaction are answered.
_AT_ONCE = 32


class Crowded(Exception):
    """The client has MOST_WAITING requests in the slow lane already."""


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
        self._queue: deque[Callable[[], None]] = deque()
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

    def _run_common(self, work: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        answer: Future[Any] = Future()

        def call() -> None:
            if not answer.set_running_or_notify_cancel():
                return
            try:
                answer.set_result(work(*args))
            except BaseException as problem:
                answer.set_exception(problem)

        self._queue.append(call)
        # Whichever of them comes first takes up all that wait; the others find nothing.
        self._common.submit(self._take_up)
        return asyncio.wrap_future(answer)

    def _take_up(self) -> None:
        run_grouped([self._queue.popleft() for _ in range(min(len(self._queue), _AT_ONCE))])

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

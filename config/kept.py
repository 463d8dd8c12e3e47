"""Answers to the public, kept as bytes by each process while nothing that they show has changed.

A view whose answer is the same for everybody says with stand_on() what that answer stands on. The
next such request costs one narrow read, and while nothing is stored not even that. Whoever presents
a credential is answered anew. Results that depend on nothing but an argument, such as the HTML of a
text, are kept by kept_once(). All of it shares one bound.
"""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import re_accepts_gzip
from django.utils import timezone

from config.entity_tags import has_any, has_tag
from config.reading import current_snapshot, reading_alias

Handler = Callable[[HttpRequest], Any]
Argument = TypeVar("Argument", bound=Hashable)
Made = TypeVar("Made", str, bytes)

# What a request may carry that makes its answer one caller's own.
_CREDENTIALS = ("HTTP_AUTHORIZATION", "HTTP_X_API_KEY", "HTTP_COOKIE")
# What else an answer depends on, beside whether the client reads gzip.
_ASPECTS = ("HTTP_HOST", "wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO", "HTTP_ACCEPT_LANGUAGE")
# In characters; no browser sends such long headers.
_LONGEST_KEY = 600
# Bytes that an answer takes beside its body, and anything else beside itself.
_OVERHEAD, _LEAST = 2048, 256
# Headers that a 304 has no use for.
_OF_BODIES = ("Content-Type", "Content-Length")


@dataclass(slots=True, eq=False)
class Grounds:
    """What an answer stands on: ``state``, which was read before anything else; ``read``, which
    reads it again, and depends on the clock by whole seconds at the most; and ``until``, the moment
    from which the clock alone changes the answer. ``snapshot`` is the last one before a reading
    that found this state, or None."""

    state: object
    read: Callable[[], object]
    until: datetime | None
    snapshot: object = None

    def hold(self) -> bool:
        """Whether the answer is still what would be told now. If something was stored since it was
        last found to hold, the state is read again."""
        if self.until is not None and self.until <= timezone.now():
            return False
        snapshot = _snapshot()
        if snapshot is not None and snapshot == self.snapshot:
            return True
        if self.read() != self.state:
            return False
        self.snapshot = snapshot
        return True


# The snapshot of the requests of arrived(), in a list that is empty until one of them asks.
_shared: ContextVar[list[object] | None] = ContextVar("shared", default=None)


@contextmanager
def arrived() -> Iterator[None]:
    """Within the block, this thread answers requests that had all arrived before: what is found for
    one of them is recent enough for the others."""
    token = _shared.set([])
    try:
        yield
    finally:
        _shared.reset(token)


def _snapshot() -> object:
    """current_snapshot(), or what it was for another of the requests of arrived()."""
    shared = _shared.get()
    if shared is None or reading_alias() != DEFAULT_DB_ALIAS:
        return current_snapshot()
    if not shared:
        shared.append(current_snapshot())
    return shared[0]


def _snapshot_before() -> object:
    """The snapshot that was taken for the requests of arrived(), or None. What a standby says is
    told of none: the next reader may need a later state."""
    shared = _shared.get()
    return shared[0] if shared and reading_alias() == DEFAULT_DB_ALIAS else None


class _Answer(NamedTuple):
    grounds: Grounds
    body: bytes
    headers: dict[str, str]
    # The route, for those who count requests.
    match: Any


class Kept:
    """Keeps at most ``most`` bytes of anything. What was asked for least recently goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[object, tuple[Any, int]] = OrderedDict()
        self._bytes = 0
        # The two threads of a worker share them.
        self._lock = threading.Lock()

    def get(self, key: object) -> Any:
        """What is kept under the key, whether out of date or not; None for nothing."""
        with self._lock:
            held = self._held.get(key)
            if held is None:
                return None
            self._held.move_to_end(key)
            return held[0]

    def put(self, key: object, what: object, size: int, *, beside: int = _OVERHEAD) -> None:
        """Keeps something of ``size`` bytes, and so many beside it, in place of what was under the
        key before. Anything larger than an eighth of the whole would drive out much, and is not
        kept."""
        size += beside
        with self._lock:
            self._drop(key)
            if size > self._most // 8:
                return
            self._held[key] = what, size
            self._bytes += size
            while self._bytes > self._most:
                self._drop(next(iter(self._held)))

    def clear(self) -> None:
        """Forgets all of it."""
        with self._lock:
            self._held.clear()
            self._bytes = 0

    def _drop(self, key: object) -> None:
        _, size = self._held.pop(key, (None, 0))
        self._bytes -= size


KEPT = Kept(settings.KEPT_BYTES)


def kept_once(make: Callable[[Argument], Made]) -> Callable[[Argument], Made]:
    """Keeps what a function makes. For functions whose one argument, which may be a tuple, alone
    decides what comes of it."""

    @wraps(make)
    def made(of: Argument) -> Made:
        found: Made | None = KEPT.get((make, of))
        if found is None:
            found = make(of)
            parts = of if isinstance(of, tuple) else (of,)
            size = sys.getsizeof(found) + sum(map(sys.getsizeof, parts))
            KEPT.put((make, of), found, size, beside=_LEAST)
        return found

    return made


def stand_on(
    request: Any, state: object, read: Callable[[], object], *, until: datetime | None = None
) -> None:
    """Says what the answer to this request stands on: ``state``, which was read before the rest of
    it. The answer is sent again to anybody without a credential while ``read`` returns an equal
    state, and before ``until``. A view need not look for credentials in headers: nothing is kept of
    an answer to somebody who presents one there."""
    held = getattr(request, "_request", request).__dict__
    held["grounds"] = Grounds(state, read, until, held.get("snapshot"))


def grounds_of(request: HttpRequest, response: HttpResponseBase) -> Grounds | None:
    """What an answer stands on if it can be kept, else None. Takes it off the request, so that each
    answer is kept once."""
    grounds: Grounds | None = request.__dict__.pop("grounds", None)
    whole = response.status_code == 200 and not response.streaming
    return grounds if whole and not response.cookies else None


def kept_answers(get_response: Handler) -> Handler:
    """Middleware: sends a kept answer again while it holds, and keeps new ones."""

    def answer(request: HttpRequest) -> Any:
        key = _key(request)
        if key is None:
            return get_response(request)
        kept: _Answer | None = KEPT.get(key)
        if kept is not None and kept.grounds.hold():
            request.resolver_match = kept.match
            return _again(request, kept)
        # Taken before anything is read for it.
        request.__dict__["snapshot"] = _snapshot_before()
        response = get_response(request)
        grounds = grounds_of(request, response)
        if grounds is not None:
            # A copy takes no more than its length: orjson's bytes take up to four times that.
            body, headers = bytes(memoryview(response.content)), dict(response.headers)
            KEPT.put(key, _Answer(grounds, body, headers, request.resolver_match), len(body))
        return response

    return answer


def _key(request: HttpRequest) -> object:
    """What tells this answer from others; None for an answer that is the caller's alone."""
    meta = request.META
    if request.method != "GET" or any(map(meta.get, _CREDENTIALS)):
        return None
    packed = re_accepts_gzip.search(meta.get("HTTP_ACCEPT_ENCODING", "")) is not None
    key = (request.get_full_path(), "HTTP_ORIGIN" in meta, packed, *map(meta.get, _ASPECTS))
    return key if sum(len(str(part)) for part in key) <= _LONGEST_KEY else None


def _again(request: HttpRequest, kept: _Answer) -> HttpResponse:
    meta = request.META
    said, etag = meta.get("HTTP_IF_NONE_MATCH"), kept.headers.get("ETag")
    if etag is not None and (has_tag(said, etag) or has_any(said)):
        headers = {name: text for name, text in kept.headers.items() if name not in _OF_BODIES}
        response = HttpResponse(status=304, headers=headers)
        del response.headers["Content-Type"]
        return response
    return HttpResponse(kept.body, headers=kept.headers)

"""Reads of what anybody may see, answered from a standby (DATABASE_REPLICA_URL) that is known to
be fresh, and never from before the reader's own last write. Why: docs/decisions/016-standby.md.

Everything is told by positions in PostgreSQL's log (LSN), as numbers of bytes. A standby that has
replayed the position at which the primary stood at some moment shows all that was confirmed until
then. That moment must not lie further back than settings.REPLICA_MAX_LAG seconds.
"""

from __future__ import annotations

import logging
import re
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from time import monotonic, time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection, connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from config.clients import client_network
from config.reading import STANDBY, standby_reads

Handler = Callable[[HttpRequest], HttpResponseBase]

_log = logging.getLogger("convene.standby")
# Seconds between two looks at how far both databases are, and after a look that failed.
_LOOK_EVERY = 1.0
_LEFT_ALONE = 5.0
# A standby that was promoted, and asks to be found out: it is as far as it writes itself.
_REPLAYED = """
    SELECT pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
                           ELSE pg_current_wal_flush_lsn() END, '0/0')::bigint
"""
_WRITTEN = "SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint"
# The mark of a write whose position nobody could tell: no standby is known to show it.
_NOWHERE_YET = 2**63 - 1
_COOKIE = "convene_written"
_NUMBER = re.compile(r"[0-9]{1,19}", re.ASCII)
# Cookies that do not tell who a visitor is.
_STRANGERS = {settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME, _COOKIE}
# When the cache began to hold marks: what was marked before is not in it.
_SINCE = "written-since"


class Watch(threading.local):
    """What one thread knows about the standby that its connection leads to."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()
        self._next_look = 0.0
        self._forget()

    def _forget(self) -> None:
        self._driver: object = None
        self._replayed = -1
        self._fresh_at: float | None = None

    def shows(self, mark: int) -> bool:
        """Whether the standby may be read by somebody who has to see the write at ``mark``. At
        most four short queries; mostly none."""
        if monotonic() >= self._next_look:
            self._look()
        lag = self.lag()
        if lag is None or lag > settings.REPLICA_MAX_LAG:
            return False
        return mark <= self._replayed or (self._ask() and mark <= self._replayed)

    def lag(self) -> float | None:
        """Seconds since a moment whose writes the standby is known to show all; None when that is
        not known of any."""
        return None if self._fresh_at is None else monotonic() - self._fresh_at

    def state(self) -> tuple[str, float | None]:
        """``used``, ``behind`` or ``away``, and the lag."""
        usable, lag = self.shows(0), self.lag()
        return "used" if usable else "away" if lag is None else "behind", lag

    def leave(self) -> None:
        """The standby failed: nobody asks it for a while."""
        self._forget()
        self._next_look = monotonic() + _LEFT_ALONE

    def _look(self) -> None:
        now = monotonic()
        self._next_look = now + _LOOK_EVERY
        try:
            self._samples.append((now, _position(connection, _WRITTEN)))
        except DatabaseError:
            # What is known holds on: REPLICA_MAX_LAG ends it.
            self._next_look = monotonic() + _LEFT_ALONE
        while self._samples and self._samples[0][0] < now - 2 * settings.REPLICA_MAX_LAG:
            self._samples.popleft()
        self._ask()

    def _ask(self) -> bool:
        """Asks the standby how far it is; False when it does not answer."""
        standby = connections[STANDBY]
        try:
            replayed = _position(standby, _REPLAYED)
        except DatabaseError as problem:
            _log.warning("The standby is away: %s", str(problem).partition("\n")[0])
            self.leave()
            return False
        if standby.connection is not self._driver:
            self._forget()  # another connection may lead to another standby
            self._driver = standby.connection
        self._replayed = replayed
        while self._samples and self._samples[0][1] <= replayed:
            self._fresh_at = self._samples.popleft()[0]
        return True


WATCH = Watch()


def _position(database: Any, sql: str) -> int:
    with database.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def shared_reads(get_response: Handler) -> Handler:
    """Middleware of DATABASE_REPLICA_URL: has reads answered from the standby where that is right,
    and marks who wrote. What the standby refuses or fails at, the primary is asked again."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            response = get_response(request)
            if request.method != "OPTIONS" and not 400 <= response.status_code < 500:
                _mark(request, response)
            return response
        if not (_is_shared(request) and WATCH.shows(_mark_of(request))):
            return get_response(request)
        with standby_reads():
            response = get_response(request)
        if response.status_code < 400:
            return response
        if connections[STANDBY].errors_occurred:
            WATCH.leave()
        request.__dict__.pop("grounds", None)
        return get_response(request)

    return answer


def _is_shared(request: HttpRequest) -> bool:
    """Whether the answer is one that others get as well, by its address and by who asks."""
    if not re.match(settings.SHARED_READS, request.path_info):
        return False
    if not request.path_info.startswith(settings.COOKIELESS_PREFIXES):
        return request.COOKIES.keys() <= _STRANGERS
    credential = _credential(request)
    return not credential or credential.startswith(settings.SHARED_CREDENTIALS)


def _credential(request: HttpRequest) -> str:
    said: str = request.headers.get("authorization") or request.headers.get("x-api-key", "")
    return said.rpartition(" ")[2]


def _mark_of(request: HttpRequest) -> int:
    """The position that the reader has to see: of the last write by the same browser, address or
    key. Nowhere while nobody can tell."""
    said = request.COOKIES.get(_COOKIE, "")
    browser = int(said) if _NUMBER.fullmatch(said) else 0
    names = _names(request)
    found = cache.get_many([_SINCE, *names])
    since = found.get(_SINCE)
    if since is None:
        cache.add(_SINCE, time(), None)
        return _NOWHERE_YET
    if time() - since <= settings.REPLICA_MAX_LAG:
        return _NOWHERE_YET
    return max(browser, *(int(found.get(name, 0)) for name in names))


def _mark(request: HttpRequest, response: HttpResponseBase) -> None:
    """Notes how far the primary is after a write. A mark may be forgotten after REPLICA_MAX_LAG:
    any standby that is read then shows the write."""
    mark = _NOWHERE_YET
    if response.status_code < 500:
        with suppress(DatabaseError):
            mark = _position(connection, _WRITTEN)
    seconds = settings.REPLICA_MAX_LAG + 1
    cache.set_many(dict.fromkeys(_names(request), mark), seconds)
    if isinstance(response, HttpResponse) and not request.path_info.startswith(
        settings.COOKIELESS_PREFIXES
    ):
        response.set_cookie(
            _COOKIE,
            str(mark),
            max_age=seconds,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def _names(request: HttpRequest) -> list[str]:
    """Under what the marks of this caller are kept."""
    callers = {client_network(request), _credential(request)} - {""}
    return [f"written-{sha256(caller.encode()).hexdigest()[:32]}" for caller in callers]

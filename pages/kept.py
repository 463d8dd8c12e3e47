"""Pages that are the same for every visitor except for the keys of their forms: kept as the
compressed pieces between those keys (config/kept.py)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from math import ceil
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.middleware.gzip import re_accepts_gzip
from django.template import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.translation import get_language

from config.kept import KEPT, Grounds, grounds_of
from events.domain.times import next_change
from events.enums import Status
from events.facts import EventFacts
from pages.form_keys import key_field
from pages.gzipped import Piece, deflated, gzipped, stored

# Fields that belong to a single visitor. Text is escaped, so nobody can type one into a page.
_OWN = re.compile(rb'<input type="hidden" name="(csrfmiddlewaretoken|form_key)" value="[^"]*">')
# Cookies that do not tell who a visitor is.
_STRANGERS = frozenset((settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME))


class _Page(NamedTuple):
    """``pieces`` are compressed HTML and names of fields by turns."""

    grounds: Grounds
    pieces: Sequence[Any]
    headers: dict[str, str]


def is_stranger(request: Any) -> bool:
    """Whether nothing tells who the visitor is. For requests whose ``actor`` is known."""
    return not (request.actor.presented or request.COOKIES.keys() - _STRANGERS)


def kept_page(request: Any, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The page as it was made for another visitor, while what it stands on holds; else a new one by
    ``make``. For requests whose ``actor`` is known."""
    if request.method != "GET" or not is_stranger(request):
        return make()
    key = ("page", request.get_full_path(), request.build_absolute_uri("/"), get_language())
    kept: _Page | None = KEPT.get(key)
    if kept is not None and kept.grounds.hold():
        return _filled(request, kept)
    response: Any = make()
    grounds = grounds_of(request, response)
    if grounds is not None:
        pieces: list[Any] = _OWN.split(response.content)
        if len(pieces) == 1:
            # Nothing is a visitor's own: config/kept.py keeps it whole, for those without a cookie.
            request.grounds = grounds
        if not response.headers["Content-Type"].startswith("text/html"):
            return response  # type: ignore[no-any-return]
        pieces[::2] = map(deflated, pieces[::2])
        kept = _Page(grounds, pieces, dict(response.headers))
        KEPT.put(key, kept, sum(len(piece.blocks) for piece in pieces[::2]))
        return _filled(request, kept)
    return response  # type: ignore[no-any-return]


def shown_until(event: EventFacts) -> datetime:
    """When the clock alone changes what the event's page says."""
    changes, now = next_change(event, event.now), event.now
    moments = [midnight(now, event.timezone)]
    if changes is not None:
        moments.append(changes)
    if event.status == Status.LIVE and event.end_time is not None:
        # The page counts the minutes that are left.
        left = ceil((event.end_time - now) / timedelta(minutes=1))
        moments.append(event.end_time - timedelta(minutes=left - 1))
    return min(moments)


def midnight(now: datetime, zone: str) -> datetime:
    """When the day ends in a time zone."""
    clock = ZoneInfo(zone)
    return datetime.combine(now.astimezone(clock).date() + timedelta(days=1), time(), clock)


def _filled(request: HttpRequest, page: _Page) -> HttpResponse:
    """The page with fields of this visitor's own, as gzip if the browser reads that. Those fields
    are not compressed, so the length of the answer depends on nothing in them."""

    def own(name: bytes) -> Piece:
        if name == b"form_key":
            return stored(key_field().encode())
        return stored(CsrfTokenNode().render(Context({"csrf_token": get_token(request)})).encode())

    pieces = [own(each) if number % 2 else each for number, each in enumerate(page.pieces)]
    if not re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")):
        return HttpResponse(b"".join(piece.plain for piece in pieces), headers=page.headers)
    response = HttpResponse(gzipped(pieces), headers=page.headers)
    response.headers["Content-Encoding"] = "gzip"
    return response

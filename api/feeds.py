"""Feeds that programs ask for again and again: answered with 304 while nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.crypto import salted_hmac
from django.utils.http import quote_etag
from django.utils.translation import get_language

from config.downloads import disposition
from config.kept import KEPT
from config.links import base_url
from config.release import release
from events.addresses import page_url
from events.domain.calendar import local_date, write_event
from events.facts import EventFacts

CALENDAR = "text/calendar; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"


def calendar_file(event: EventFacts, here: str) -> HttpResponse:
    """One event as an iCalendar file named after its title and date."""
    return HttpResponse(
        write_event(event, page_url(here, event.id)),
        content_type=CALENDAR,
        headers={"Content-Disposition": disposition(event.title, ".ics", suffix=local_date(event))},
    )


def answer_feed(
    request: Any,
    version: object,
    write: Callable[[], bytes],
    *,
    content_type: str,
    name: str,
    private: bool = False,
) -> HttpResponseBase:
    """The feed that ``write`` makes, or 304 for a client that has it already.

    ``version`` changes whenever the feed does, whose ``repr()`` says all of it. Call it when the
    caller may read the feed. ``name`` is its Content-Disposition; a ``private`` one is
    kept out of caches and search engines.
    """
    told = repr(
        (request.build_absolute_uri(), base_url(request), release(), get_language(), version)
    )
    headers = {
        "ETag": quote_etag(salted_hmac("convene.feed", told, algorithm="sha256").hexdigest()[:32]),
        "Cache-Control": "private, no-store" if private else "public, max-age=0, must-revalidate",
    }
    if private:
        headers["X-Robots-Tag"] = "noindex, nofollow"
    settled = get_conditional_response(request, etag=headers["ETag"])
    if settled is not None:
        # Django's own 304 says nothing to caches.
        return HttpResponseNotModified(headers=headers) if settled.status_code == 304 else settled
    headers["Content-Disposition"] = name
    # The tag stands for all that the feed holds, and for nobody else's.
    body: bytes | None = None if private else KEPT.get(headers["ETag"])
    if body is None:
        body = write()
        if not private:
            KEPT.put(headers["ETag"], body, len(body))
    return HttpResponse(body, content_type=content_type, headers=headers)

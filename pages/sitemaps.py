"""The sitemap: what search engines are shown of this site.

Up to 50,000 pages are one list. Beyond, ``/sitemap.xml`` is an index of parts, each with the events
or channels whose id begins with the same digits: ids are random, so parts are about as large as
each other, no part is found by counting through others, and each is one narrow query.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import product
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from channels.models import Channel
from config.links import base_url
from events.addresses import page_url
from events.models import Event

# The most that the protocol allows in one file.
_MOST = 50_000
# Parts may be half as large on average, so that none comes near.
_AVERAGE = 25_000
# So many ids are looked at to tell how many there are.
_SAMPLE = 400
_DIGITS = "0123456789abcdef"
_XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PART = re.compile(r"pages|(?:channels|events)-[0-9a-f]{1,4}")
_KEPT = "public, max-age=3600"

# An address, and when the page last changed if that is known.
Entry = tuple[str, datetime | None]


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The home page, public channels and all listed events, those that are over or cancelled, too:
    their pages stay and say so. An index of parts where these are too many for one list."""
    here, events, channels = base_url(request), _events(), _channels()
    rest = _MOST - len(_pages(here))
    if sum(rows.order_by()[: rest + 1].count() for rows in (events, channels)) <= rest:
        return _urls([*_pages(here), *_of_channels(here, channels), *_of_events(here, events)])
    parts = ["pages", *_parts("channels", channels), *_parts("events", events)]
    places = [f"{here}{reverse('sitemap-part', args=[part])}" for part in parts]
    return _xml("sitemapindex", "sitemap", [(place, None) for place in places])


@require_safe
def sitemap_part(request: HttpRequest, part: str) -> HttpResponse:
    """One part: "pages", or "channels" or "events" with the digits that ids begin with."""
    if not _PART.fullmatch(part):
        raise Http404
    here = base_url(request)
    kind, _, digits = part.partition("-")
    if part == "pages":
        return _urls(_pages(here))
    if kind == "channels":
        return _urls(_of_channels(here, _beginning(_channels(), digits)))
    return _urls(_of_events(here, _beginning(_events(), digits)))


def _events() -> QuerySet[Event]:
    return Event.objects.public().order_by("pk")


def _channels() -> QuerySet[Channel]:
    return Channel.objects.public().order_by("pk")


def _pages(here: str) -> list[Entry]:
    return [(f"{here}{reverse(name)}", None) for name in ("home", "channels")]


def _of_channels(here: str, channels: QuerySet[Channel]) -> Iterator[Entry]:
    for slug, used in channels.values_list("slug", "last_used_at")[:_MOST]:
        yield f"{here}{reverse('channel', args=[slug])}", used


def _of_events(here: str, events: QuerySet[Event]) -> Iterator[Entry]:
    for event_id, updated in events.values_list("pk", "updated_at")[:_MOST]:
        yield page_url(here, event_id), updated


def _parts(kind: str, rows: QuerySet[Any]) -> list[str]:
    """The names of as many parts as these rows need. One query: how many rows there are is told, to
    a few percent, by how far apart the first of them are."""
    # With bounds, however wide, they are read along the index of ids, and no further.
    ids = _beginning(rows, "").values_list("pk", flat=True)
    last = ids[_SAMPLE - 1 : _SAMPLE].first()
    number, digits = _SAMPLE if last is None else _SAMPLE * 2**128 // (last.int + 1), 1
    while number > _AVERAGE * 16**digits:
        digits += 1
    return [f"{kind}-{''.join(each)}" for each in product(_DIGITS, repeat=digits)]


def _beginning(rows: QuerySet[Any], digits: str) -> QuerySet[Any]:
    """Those whose id begins with these hexadecimal digits."""
    first, last = (UUID(digits.ljust(32, fill)) for fill in ("0", "f"))
    return rows.filter(pk__gte=first, pk__lte=last)


def _urls(entries: Iterable[Entry]) -> HttpResponse:
    return _xml("urlset", "url", entries)


def _xml(root: str, item: str, entries: Iterable[Entry]) -> HttpResponse:
    lines = [f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_XMLNS}">']
    for place, changed in entries:
        when = f"<lastmod>{changed:%Y-%m-%dT%H:%M:%SZ}</lastmod>" if changed else ""
        lines.append(f"<{item}><loc>{escape(place)}</loc>{when}</{item}>")
    lines.append(f"</{root}>\n")
    response = HttpResponse("\n".join(lines), content_type="application/xml; charset=utf-8")
    response.headers["Cache-Control"] = _KEPT
    return response

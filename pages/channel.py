"""Pages of channels."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from channels import limits
from channels.domain.rooms import channel_by_slug
from channels.enums import Visibility
from channels.facts import ChannelFacts, channel_facts, public_channel
from channels.models import Channel
from config.kept import stand_on
from config.links import base_url
from config.paging import BROWSED_CAP, Page, build_page, read_page, said
from config.text import clean_text
from events.domain.browsing import NextEvent, next_in_channels
from events.enums import Standing
from events.facts import many_event_facts
from events.models import Event
from events.rows import (
    EventRow,
    Version,
    count_past,
    count_public_listing,
    past_versions,
    public_listing_versions,
    rows_of_versions,
)
from pages.base import PageRequest, keep_private, page, page_number
from pages.calendar_links import channel_calendars
from pages.coming_and_past import coming_and_past
from pages.days import by_month
from pages.embed import oembed_url
from pages.kept import midnight, shown_until

CHANNELS_A_PAGE = 30
EVENTS_A_PAGE = 24
_NONE = (None, 0)


class Listed(NamedTuple):
    """A channel in the list, with its next public event and how many there are to come, in figures
    as ``said``."""

    channel: ChannelFacts
    next: NextEvent | None
    total: int
    said: str


@require_safe
def moved(request: HttpRequest, slug: str) -> HttpResponse:
    """Where OpenRSVP had a channel: leads to where it is here."""
    return HttpResponsePermanentRedirect(reverse("channel", args=[slug]))


class _Shown(NamedTuple):
    """All that a page of the list shows."""

    page: Page[ChannelFacts]
    coming: dict[UUID, tuple[NextEvent, int]]


@require_safe
@page
def channel_list(request: PageRequest) -> HttpResponse:
    """Public channels by name, with a search."""
    words = clean_text(request.GET.get("q", ""), field="q", limit=limits.NAME)
    read, now = partial(_shown, words, page_number(request)), timezone.now()
    shown = read()
    if not words:
        days = (midnight(now, coming.timezone) for coming, _ in shown.coming.values())
        stand_on(request, shown, read, until=min(days, default=None))
    context = {
        "channels": [_listed(each, *shown.coming.get(each.id, _NONE)) for each in shown.page.rows],
        "page": shown.page,
        "q": words,
    }
    return render(request, "channel/list.html", context)


def _shown(words: str, number: int) -> _Shown:
    """Four queries."""
    channels = Channel.objects.public().order_by("name", "id")
    if words:
        channels = channels.matching(words)
    found = read_page(
        channels, lambda rows: list(map(channel_facts, rows)), number=number, size=CHANNELS_A_PAGE
    )
    ids = [each.id for each in found.rows]
    return _Shown(found, next_in_channels(ids, timezone.now(), most=BROWSED_CAP + 1))


def _listed(channel: ChannelFacts, coming: NextEvent | None, number: int) -> Listed:
    more, total = number > BROWSED_CAP, min(number, BROWSED_CAP)
    return Listed(channel, coming, total, said(total, more=more))


class _First(NamedTuple):
    """What the first page of a public channel's page stands on: the channel, and of both lists the
    events on the page and how many there are."""

    channel: ChannelFacts
    upcoming: tuple[list[Version], int]
    past: tuple[list[Version], int]


@require_safe
@page
def channel(request: PageRequest, slug: str) -> HttpResponse:
    """A channel with what is coming and what was; a private one with its private events."""
    now = timezone.now()
    begins = page_number(request) == page_number(request, "past") == 1
    first = _first(slug) if begins else None
    if first is not None:
        shown = first.channel
        pages = {"upcoming": _page(*first.upcoming), "past": _page(*first.past)}
    else:
        shown = channel_facts(channel_by_slug(slug))
        events = Event.objects.shown()
        if shown.visibility == Visibility.PUBLIC:
            events = events.public()
        coming, past = events.coming(now, channel=shown.id), events.in_channel(shown.id)
        pages = coming_and_past(request, coming, past.past_parts(now), size=EVENTS_A_PAGE)
    # A list shows what everybody may see; who may know more opens the event.
    facts = {
        name: many_event_facts(each.rows, lambda row: Standing.PUBLIC, now)
        for name, each in pages.items()
    }
    if first is not None:
        moments = (shown_until(each) for some in facts.values() for each in some)
        stand_on(request, first, partial(_first, slug), until=min(moments, default=None))
    here = base_url(request)
    address = f"{here}{reverse('channel', args=[slug])}"
    context = {
        "channel": shown,
        "address": address,
        "pages": pages,
        "events": facts,
        "months": {name: by_month(each, now) for name, each in facts.items()},
        "calendars": channel_calendars(shown, here),
        "oembed_url": oembed_url(address, here),
    }
    response = render(request, "channel/channel.html", context)
    if shown.visibility == Visibility.PRIVATE:
        keep_private(response)
    return response


def _first(slug: str) -> _First | None:
    """Five queries. None for a channel that is not public."""
    channel = public_channel(slug)
    if channel is None:
        return None
    now, most, size = timezone.now(), BROWSED_CAP + 1, EVENTS_A_PAGE + 1
    coming: dict[str, Any] = {"channel": slug, "upcoming_at": now}
    return _First(
        channel,
        (public_listing_versions(0, size, **coming), count_public_listing(most, **coming)),
        (past_versions(channel.id, now, size), count_past(channel.id, now, most)),
    )


def _page(versions: list[Version], number: int) -> Page[EventRow]:
    return build_page(
        lambda most: number,
        lambda start, stop: rows_of_versions(versions),
        number=1,
        size=EVENTS_A_PAGE,
        cap=BROWSED_CAP,
    )

"""Pages of channels."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from channels import limits
from channels.domain.rooms import channel_by_slug
from channels.enums import Visibility
from channels.facts import ChannelFacts, channel_facts
from channels.models import Channel
from config.links import base_url
from config.paging import BROWSED_CAP, read_page, said
from config.text import clean_text
from events.domain.browsing import NextEvent, next_in_channels
from events.enums import Standing
from events.facts import many_event_facts
from events.models import Event
from pages.base import PageRequest, keep_private, page, page_number
from pages.calendar_links import channel_calendars
from pages.coming_and_past import coming_and_past
from pages.days import by_month
from pages.embed import oembed_url

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


@require_safe
@page
def channel_list(request: PageRequest) -> HttpResponse:
    """Public channels by name, with a search."""
    words = clean_text(request.GET.get("q", ""), field="q", limit=limits.NAME)
    channels = Channel.objects.public().order_by("name", "id")
    if words:
        channels = channels.matching(words)
    found = read_page(channels, list, number=page_number(request), size=CHANNELS_A_PAGE)
    coming = next_in_channels(
        [each.id for each in found.rows], timezone.now(), most=BROWSED_CAP + 1
    )
    context = {
        "channels": [_listed(each, *coming.get(each.id, _NONE)) for each in found.rows],
        "page": found,
        "q": words,
    }
    return render(request, "channel/list.html", context)


def _listed(channel: Channel, coming: NextEvent | None, number: int) -> Listed:
    more, total = number > BROWSED_CAP, min(number, BROWSED_CAP)
    return Listed(channel_facts(channel), coming, total, said(total, more=more))


@require_safe
@page
def channel(request: PageRequest, slug: str) -> HttpResponse:
    """A channel with what is coming and what was; a private one with its private events."""
    found = channel_by_slug(slug)
    now = timezone.now()
    events = Event.objects.shown()
    if found.visibility == Visibility.PUBLIC:
        events = events.public()
    coming, past = events.coming(now, channel=found.id), events.in_channel(found.id).past(now)
    pages = coming_and_past(request, coming, past, size=EVENTS_A_PAGE)
    # A list shows what everybody may see; who may know more opens the event.
    facts = {
        name: many_event_facts(each.rows, lambda row: Standing.PUBLIC, now)
        for name, each in pages.items()
    }
    shown, here = channel_facts(found), base_url(request)
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
    if found.visibility == Visibility.PRIVATE:
        keep_private(response)
    return response

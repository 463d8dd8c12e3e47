"""The front page, and what search engines are told."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.kept import stand_on
from config.links import base_url
from config.paging import BROWSED_CAP, build_page
from config.text import clean_text
from events import limits
from events.domain.browsing import Wanted, browse
from events.enums import Standing
from events.facts import many_event_facts
from events.rows import coming_rows, count_coming, public_listing_versions
from pages.base import PageRequest, page, page_number
from pages.days import by_day, summary
from pages.filters import filters_of
from pages.kept import is_stranger, shown_until
from pages.samples import SAMPLES

EVENTS_A_PAGE = 24
_ROBOTS = """\
User-agent: *
Disallow: /e/*/admin
Disallow: /e/*/rsvp
Disallow: /e/*/door
Disallow: /e/*/view
Disallow: /s/*/admin
Disallow: /mail/
Disallow: /feeds/
Disallow: /mine
Disallow: /admin/
Disallow: /api/v1/

Sitemap: {sitemap}
"""


@require_safe
@page
def home(request: PageRequest) -> HttpResponse:
    """Upcoming public events by day, with a search and filters."""
    now = timezone.now()
    words = clean_text(request.GET.get("q", ""), field="q", limit=limits.TITLE)
    filters = filters_of(request.GET, words)
    number = page_number(request)
    # Nothing is kept for anybody who is known, nor of a page that was narrowed.
    keeps = is_stranger(request) and number == 1 and not (words or filters.is_on)
    state = _first_events() if keeps else None
    wanted = browse(now, filters.wanted, words)
    found = build_page(
        partial(count_coming, wanted),
        partial(coming_rows, wanted),
        number=number,
        size=EVENTS_A_PAGE,
        cap=BROWSED_CAP,
    )
    # A list shows what everybody may see; who may know more opens the event.
    facts = many_event_facts(found.rows, lambda row: Standing.PUBLIC, now)
    if keeps:
        stand_on(request, state, _first_events, until=min(map(shown_until, facts), default=None))
    if not (facts or words or filters.is_on or found.number > 1):
        return render(request, "home/empty.html", {"events": facts, "art": SAMPLES})
    days = by_day(facts, now)
    channel = facts[0].channel if facts else None
    name = channel.name if channel and filters.wanted.channel else filters.wanted.channel
    context = {
        "events": facts,
        "days": days,
        "page": found,
        "q": words,
        "filters": filters,
        "menus": filters.menus(browse(now, Wanted()), name),
        "summary": summary(days, more=found.has_next),
        "art": SAMPLES["flowers"],
    }
    return render(request, "home/home.html", context)


def _first_events() -> object:
    """What the front page stands on: the events that come next, as far as its menus look and its
    pages are counted. One query."""
    return public_listing_versions(0, BROWSED_CAP + 1, upcoming_at=timezone.now())


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines leave alone. Private pages say noindex themselves."""
    sitemap = f"{base_url(request)}{reverse('sitemap')}"
    return HttpResponse(_ROBOTS.format(sitemap=sitemap), content_type="text/plain; charset=utf-8")

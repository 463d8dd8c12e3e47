"""A series: its page with every occurrence, and the way from its link to each of them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from access.actors import actor_from
from access.events import owned, seen_series
from access.standing import standings
from config.errors import NotAllowed, NotFound
from config.links import base_url
from events.addresses import series_url
from events.domain.hosts import confirm_series_host
from events.domain.listing import is_listed
from events.enums import Status
from events.facts import many_event_facts
from events.querysets import Parts
from pages.base import (
    OWNER_COOKIE,
    PageRequest,
    hand_over,
    hand_over_series,
    keep_private,
    page,
    see_other,
)
from pages.calendar_links import series_calendars
from pages.coming_and_past import coming_and_past
from pages.days import by_month
from pages.series_words import rule_words

EVENTS_A_PAGE = 30


@require_safe
@page
def series(request: PageRequest, series_id: UUID) -> HttpResponse:
    """What is coming and what was, as far as the visitor may know of it."""
    found, events = seen_series(request.actor, series_id)
    now, here = timezone.now(), base_url(request)
    coming = Parts((events.not_over(now).with_beginning(),))
    past = Parts((events.over(now).with_beginning(),), latest_first=True)
    pages = coming_and_past(request, coming, past, size=EVENTS_A_PAGE)
    rows = [*pages["upcoming"].rows, *pages["past"].rows]
    facts = {each.id: each for each in many_event_facts(rows, standings(request.actor, rows), now)}
    link = request.actor.link
    shown = {name: [facts[row.id] for row in each.rows] for name, each in pages.items()}
    context = {
        "series": found,
        "title": next((each.title for each in facts.values()), ""),
        "rule": rule_words(found.rrule),
        "pages": pages,
        "events": shown,
        "next": next((e for e in shown["upcoming"] if e.status != Status.CANCELLED), None),
        "months": {name: by_month(each, now) for name, each in shown.items()},
        "url": series_url(here, series_id),
        "calendars": series_calendars(series_id, here),
        "organizes": link is not None and link.series_id == series_id,
        "public": any(
            not each.is_private and each.taken_down_at is None for each in facts.values()
        ),
        "listed": any(is_listed(each) for each in facts.values()),
    }
    response = render(request, "series/series.html", context)
    if not context["public"]:
        keep_private(response)
    elif not context["listed"]:
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_safe
@page(private=True)
def exchange(request: PageRequest, series_id: UUID, token: str) -> HttpResponse:
    """Takes the link of a series: its token moves into a cookie, the browser to a clean address."""
    link = actor_from([token]).link
    if link is None or link.series_id != series_id:
        raise NotAllowed("not_an_owner_link")
    if proof := request.GET.get("mailed"):
        confirm_series_host(series_id=series_id, token=token, proof=proof)
    return hand_over_series(see_other("series", series_id), series_id, token)


@require_safe
@page(private=True)
def organize(request: PageRequest, series_id: UUID, event_id: UUID) -> HttpResponse:
    """Leads whoever holds the link of the series to the organizer's page of an occurrence."""
    event = owned(request.actor, event_id)
    token = request.actor.owner_token_of(event_id)
    if event.row.series_id != series_id or token is None:
        raise NotFound("event_not_found")
    return hand_over(see_other("owner", event_id), OWNER_COOKIE, event_id, token)

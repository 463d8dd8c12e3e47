"""The organizer's page: links, counts, everybody's answers, announcements."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access.actors import actor_from
from access.events import event_for, owned
from accounts.enums import LinkRole
from comments.facts import event_messages
from config.errors import NotAllowed
from config.links import base_url
from config.paging import read_page
from events.addresses import link_url, page_url
from events.domain.hosts import confirm_host, confirm_series_host
from events.facts import EventFacts, tiers_of_events
from notify.domain.mail.audiences import mailings_of
from pages.base import (
    OWNER_COOKIE,
    PageRequest,
    hand_over,
    hand_over_series,
    page,
    page_number,
    see_other,
)
from pages.embed import event_frame
from pages.rsvp_forms import GuestFilter
from rsvps.domain.audience import audience_of
from rsvps.domain.capacity import answer_totals
from rsvps.facts import organizers_rsvps
from rsvps.models import Rsvp
from rsvps.rows import rsvp_rows

GUESTS_A_PAGE = 100


@require_safe
@page(private=True)
def exchange(request: PageRequest, event_id: UUID, token: str) -> HttpResponse:
    """Takes an owner link: its token moves into a cookie, the browser to a clean address."""
    actor = actor_from([token])
    event = event_for(actor, event_id)
    if actor.owner_token_of(event_id) is None:
        raise NotAllowed("not_an_owner_link")
    series_id = actor.link.series_id if actor.link else None
    if proof := request.GET.get("mailed"):
        if series_id is None:
            confirm_host(event=event, token=token, proof=proof)
        else:
            confirm_series_host(series_id=series_id, token=token, proof=proof)
    response = hand_over(see_other("owner", event_id), OWNER_COOKIE, event_id, token)
    return response if series_id is None else hand_over_series(response, series_id, token)


@require_safe
@page(private=True)
def owner(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Links, counts, answers, announcements: the organizer's page."""
    facts = owned(request.actor, event_id).facts
    return owner_page(request, facts)


def owner_page(
    request: PageRequest, event: EventFacts, *, writing: Form | None = None
) -> HttpResponse:
    """The organizer's page. ``writing`` is an announcement that was sent and refused."""
    tiers = tiers_of_events([event.id], event.standing)[event.id]
    narrowed = GuestFilter(request.GET, tiers=tiers)
    found = read_page(
        Rsvp.objects.of_event(event.id)
        .order_by("created_at", "id")
        .narrowed(**narrowed.narrowed()),
        rsvp_rows,
        number=page_number(request),
        size=GUESTS_A_PAGE,
    )
    log, mailings = event_messages(event.id, event.standing), mailings_of(event.id)
    here = base_url(request)
    token = request.actor.owner_token_of(event.id)
    context: dict[str, Any] = {
        "event": event,
        "owner_link": token and link_url(here, event.id, LinkRole.OWNER, token),
        "guest_link": page_url(here, event.id),
        "embed": event_frame(event, here),
        "totals": _totals(event.id),
        "tiers": tiers,
        "tier_names": {tier.id: tier.name for tier in tiers},
        "filter": narrowed,
        "page": found,
        "rsvps": organizers_rsvps(event.id, found.rows),
        "log": log,
        "progress": {each.message_id: each for each in mailings if each.message_id},
        "mailings": [each for each in mailings if not each.message_id],
        "writing": writing,
        "mailed": audience_of(event.id).going if settings.MAIL_ENABLED else 0,
    }
    refused = writing is not None and writing.errors
    return render(request, "organizer/overview.html", context, status=400 if refused else 200)


def _totals(event_id: UUID) -> dict[str, Any]:
    """Approved answers, their guests and the people in all, for each kind of answer."""
    totals = answer_totals(event_id)
    answers = [
        (attendance, rsvps, guests, rsvps + guests)
        for attendance, (rsvps, guests) in totals.approved.items()
    ]
    others = totals._asdict()
    del others["approved"]
    return others | {"answers": answers}

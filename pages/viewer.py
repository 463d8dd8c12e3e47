"""The guest list for whoever holds a viewer link: to be read, and nothing to be changed."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access.actors import actor_from
from access.events import event_for, with_guest_list
from accounts.enums import LinkRole
from config.errors import NotAllowed
from pages.base import VIEWER_COOKIE, PageRequest, hand_over, page, page_number, see_other
from rsvps.domain.checkin import door_counts
from rsvps.facts import expected_guests

GUESTS_A_PAGE = 100


@require_safe
@page(private=True)
def exchange(request: PageRequest, event_id: UUID, token: str) -> HttpResponse:
    """Takes a viewer link: its token moves into a cookie, the browser to a clean address."""
    actor = actor_from([token])
    event_for(actor, event_id)
    link = actor.link_to(event_id)
    if link is None or link.role != LinkRole.VIEWER:
        raise NotAllowed("guest_list_closed")
    return hand_over(see_other("guest-list", event_id), VIEWER_COOKIE, event_id, token)


@require_safe
@page(private=True)
def guest_list(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Who is expected and who is here, by name."""
    event = with_guest_list(request.actor, event_id).facts
    number = page_number(request)
    context = {
        "event": event,
        "counts": door_counts(event_id),
        "page": expected_guests(event_id, number=number, size=GUESTS_A_PAGE),
    }
    return render(request, "viewer/guest_list.html", context)

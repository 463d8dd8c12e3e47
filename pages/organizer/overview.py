"""The organizer's first page: everybody's answers, and what can be done with many at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access.actors import actor_from
from access.events import event_for, owned
from accounts.enums import LinkRole
from config.errors import NotAllowed
from config.links import base_url
from config.paging import read_page
from events.addresses import link_url, page_url
from events.domain.hosts import confirm_host, confirm_series_host
from events.facts import EventFacts, tiers_of_events
from pages.base import OWNER_COOKIE, PageRequest, hand_over, hand_over_series, page, see_other
from pages.organizer.listing import TILES, ListState, groups_of
from rsvps import limits
from rsvps.domain.capacity import answer_totals
from rsvps.enums import Approval
from rsvps.facts import RsvpFacts, organizers_rsvps
from rsvps.models import Rsvp
from rsvps.rows import rsvp_rows

GUESTS_A_PAGE = 100


@require_safe
@page(private=True)
def exchange(request: PageRequest, event_id: UUID, token: str) -> HttpResponse:
    """Takes an owner link: its token moves into a cookie, the browser to a clean address."""
    actor = actor_from([token])
    event = event_for(actor, event_id)
    current = actor.owner_token_of(event_id)
    if current is None:
        raise NotAllowed("not_an_owner_link")
    series_id = actor.link.series_id if actor.link else None
    if proof := request.GET.get("mailed"):
        if series_id is None:
            confirm_host(event=event, token=token, proof=proof)
        else:
            confirm_series_host(series_id=series_id, token=token, proof=proof)
    response = hand_over(see_other("owner", event_id), OWNER_COOKIE, event_id, current)
    return response if series_id is None else hand_over_series(response, series_id, current)


@require_safe
@page(private=True)
def owner(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Everybody's answers, narrowed and paged. ``open`` names the one that stands beside the list
    on wide screens, else it is the first."""
    event = owned(request.actor, event_id).facts
    tiers = tiers_of_events([event.id], event.standing)[event.id]
    state = ListState.of(request, tiers)
    found = read_page(
        Rsvp.objects.of_event(event.id)
        .order_by("created_at", "id")
        .narrowed(**state.narrowed.narrowed()),
        rsvp_rows,
        number=state.number,
        size=GUESTS_A_PAGE,
    )
    totals = answer_totals(event.id)
    groups = groups_of(totals, state.narrowed)
    rsvps = organizers_rsvps(event.id, found.rows)
    rows = list(zip(rsvps, _next_ids(rsvps), strict=True))
    opened = request.GET.get("open", "")
    beside, beside_next = next(
        (row for row in rows if str(row[0].id) == opened), rows[0] if rows else (None, None)
    )
    shown = next((group.name for group in groups if group.current), "")
    context: dict[str, Any] = {
        "event": event,
        "tiers": tiers,
        "tier_names": {tier.id: tier.name for tier in tiers},
        "state": state,
        "filter": state.narrowed,
        "tiles": [group for group in groups if group.name in TILES],
        "others": [group for group in groups if group.name not in TILES],
        "shown": shown,
        "everybody": next(group.number for group in groups if group.name == "all"),
        "page": found,
        "rsvps": rsvps,
        "rows": rows,
        "beside": beside,
        "beside_next": beside_next,
        "approvable": shown not in ("going", "maybe", "not_going"),
        "requests": _requests(state, found.total, totals.pending),
        **links_of(request, event),
    }
    return render(request, "organizer/guests.html", context)


def links_of(request: PageRequest, event: EventFacts) -> dict[str, str | None]:
    """The link to share, and the organizer's own where they came by one."""
    here, token = base_url(request), request.actor.owner_token_of(event.id)
    return {
        "guest_link": page_url(here, event.id),
        "owner_link": token and link_url(here, event.id, LinkRole.OWNER, token),
    }


def _next_ids(rsvps: list[RsvpFacts]) -> list[str]:
    """The guest who is shown when an answer has left the list: the one behind it, for the last the
    one before; "" when there is no other."""
    ids = [str(rsvp.id) for rsvp in rsvps]
    return [*ids[1:], *(ids[-2:-1] or [""])][: len(ids)]


def _requests(state: ListState, found: int, pending: int) -> int:
    """How many requests one tap approves: those of the list, which is narrowed to them or not at
    all; 0 when it holds others only, or more than can be settled at once."""
    said = {name for name, word in state.narrowed.cleaned_data.items() if word}
    if state.narrowed.cleaned_data.get("approval") == Approval.PENDING:
        number = found
    else:
        number = 0 if said else pending
    return number if number <= limits.AT_ONCE else 0

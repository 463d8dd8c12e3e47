"""The event's own page with its RSVP form, and the list of who is coming."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_http_methods, require_safe

from access.events import seen
from access.standing import own_rsvp
from accounts.domain.tokens import mint
from accounts.enums import TokenKind
from api.feeds import calendar_file
from comments.facts import public_announcements
from config.links import base_url, file_url
from events.addresses import page_url
from events.domain.listing import is_listed
from events.enums import Standing
from events.facts import EventFacts, event_tiers, streams_of
from pages.base import (
    GUEST_COOKIE,
    PageRequest,
    hand_over,
    keep_private,
    page,
    see_other,
)
from pages.calendar_links import event_calendars
from pages.mine import by_way_of_keeping
from pages.rsvp_forms import RsvpForm
from rsvps.domain.respond import create_rsvp
from rsvps.facts import listed_rsvps, rsvp_facts


@require_http_methods(["GET", "HEAD", "POST"])
@page(throttle="answers")
def event(request: PageRequest, event_id: UUID) -> HttpResponse:
    """The event for whoever looks; a POST is an answer, which its guest gets the key of."""
    facts = seen(request.actor, event_id).facts
    # An organizer, too, answers here as anybody does.
    tiers = event_tiers(event_id, Standing.PUBLIC)
    form = RsvpForm(request.POST if request.method == "POST" else None, event=facts, tiers=tiers)
    if form.is_valid():
        with form.refusals():
            rsvp = create_rsvp(event_id=event_id, values=form.values())
            token = mint(TokenKind.RSVP, rsvp.id, rsvp.token_version)
            response = by_way_of_keeping(see_other("own-rsvp", event_id), token)
            return hand_over(response, GUEST_COOKIE, event_id, token)
    own = own_rsvp(request.actor, event_id)
    # Read only when the page does not hold it already.
    here = base_url(request)
    context = {
        "event": facts,
        "cover_url": facts.cover_image and file_url(here, facts.cover_image),
        "stream": streams_of([facts]).get(event_id),
        "form": form,
        "own": own and rsvp_facts(own, Standing.GUEST, own=True),
        "listed": SimpleLazyObject(lambda: listed_rsvps(event_id)),
        "announcements": lambda: public_announcements(event_id),
        "url": page_url(here, event_id),
        "calendars": event_calendars(facts, here),
        "organizes": facts.standing >= Standing.OWNER,
    }
    response = render(request, "event/event.html", context, status=400 if form.errors else 200)
    return _kept_as_private(response, facts)


@require_safe
@page
def attendees(request: PageRequest, event_id: UUID) -> HttpResponse:
    """The public attendee list, a page at a time."""
    facts = seen(request.actor, event_id).facts
    after = request.GET.get("after")
    context = {"event": facts, "listed": listed_rsvps(event_id, after), "begins": not after}
    return _kept_as_private(render(request, "event/attendees.html", context), facts)


@require_safe
@page
def calendar(request: PageRequest, event_id: UUID) -> HttpResponse:
    """The event as an iCalendar file, with what the visitor may know."""
    facts = seen(request.actor, event_id).facts
    response = calendar_file(facts, base_url(request))
    return _kept_as_private(response, facts)


def _kept_as_private(response: HttpResponse, facts: EventFacts) -> HttpResponse:
    if facts.is_private or facts.taken_down_at is not None:
        keep_private(response)
    elif not is_listed(facts):
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response

"""Pages of events: the front page, making, changing, calling off and erasing one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.domain.actors import actor_from
from config.errors import NotAllowed
from config.links import base_url, page_url
from config.pages import (
    OWNER_COOKIE,
    PageRequest,
    hand_over,
    page,
    page_number,
    see_other,
    take_back,
)
from config.paging import read_page
from config.text import clean_text
from events import limits
from events.domain.access import event_for, require_owner
from events.domain.calendar import write_calendar
from events.domain.lifecycle import cancel_event, create_event, delete_event, update_event
from events.domain.times import zone_names
from events.enums import Standing
from events.facts import EventFacts, event_facts, many_event_facts
from events.forms import EventForm
from events.models import Event
from events.rows import EventRow, event_rows
from rsvps.domain.standing import standing

EVENTS_A_PAGE = 24
_ROBOTS = """\
User-agent: *
Disallow: /e/*/admin
Disallow: /e/*/rsvp
Disallow: /e/*/door
Disallow: /admin/
Disallow: /api/v1/
"""


@require_safe
@page
def home(request: PageRequest) -> HttpResponse:
    """Upcoming public events by start, with a search."""
    now = timezone.now()
    words = clean_text(request.GET.get("q", ""), field="q", limit=limits.TITLE)
    events = Event.objects.public().upcoming(now).order_by("start_time", "id")
    if words:
        events = events.matching(words)
    found = read_page(events, event_rows, number=page_number(request), size=EVENTS_A_PAGE)
    # A list shows what everybody may see; who may know more opens the event.
    facts = many_event_facts(found.rows, lambda row: Standing.PUBLIC, now)
    context = {"events": facts, "page": found, "q": words}
    return render(request, "events/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(throttle="events")
def new(request: PageRequest) -> HttpResponse:
    """Makes an event and hands its maker the owner link."""
    form = EventForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            made = create_event(actor=request.actor, values=form.values())
            messages.success(
                request,
                "Your event is live. Keep the owner link below: it is the key to this page.",
            )
            response = see_other("owner", made.event_id)
            return hand_over(response, OWNER_COOKIE, made.event_id, made.owner_token)
    return _event_form(request, "events/new.html", form)


@require_safe
@page
def calendar(request: PageRequest, event_id: UUID) -> HttpResponse:
    """The event as an iCalendar file, with what the visitor may know."""
    row = event_for(request.actor, event_id)
    facts = event_facts(row, standing(request.actor, row), timezone.now())
    return HttpResponse(
        write_calendar([(facts, page_url(base_url(request), event_id))]),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="event_{event_id}.ics"'},
    )


@require_safe
@page(private=True)
def exchange(request: PageRequest, event_id: UUID, token: str) -> HttpResponse:
    """Takes an owner link: its token moves into a cookie, the browser to a clean address."""
    actor = actor_from([token])
    event_for(actor, event_id)
    if actor.owner_token_of(event_id) is None:
        raise NotAllowed(
            "This link does not open the organizer's side of this event, or not any more."
        )
    return hand_over(see_other("owner", event_id), OWNER_COOKIE, event_id, token)


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def edit(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Changes what the organizer changed in the form, and nothing else."""
    row, facts = owned(request, event_id)
    form = EventForm(request.POST if request.method == "POST" else None, event=facts)
    if form.is_valid():
        with form.refusals():
            update_event(event=row, values=form.changes())
            messages.success(request, "Your changes are saved.")
            return see_other("owner", event_id)
    return _event_form(request, "events/edit.html", form, event=facts)


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def cancel(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Calls the event off, after asking."""
    _, facts = owned(request, event_id)
    if request.method == "POST":
        cancel_event(event_id=event_id)
        messages.success(request, "The event is cancelled. Its page says so to everybody.")
        return see_other("owner", event_id)
    return render(request, "events/cancel.html", {"event": facts})


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def delete(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Erases the event for good, after asking."""
    _, facts = owned(request, event_id)
    if request.method == "POST":
        delete_event(event_id=event_id)
        messages.success(request, "The event and everything that belonged to it is deleted.")
        return take_back(see_other("home"), OWNER_COOKIE, event_id)
    return render(request, "events/delete.html", {"event": facts})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines leave alone. Private pages say noindex themselves."""
    return HttpResponse(_ROBOTS, content_type="text/plain; charset=utf-8")


def owned(request: PageRequest, event_id: UUID) -> tuple[EventRow, EventFacts]:
    """The event of an organizer's page. Raises NotFound, Unauthenticated, NotAllowed."""
    row = event_for(request.actor, event_id)
    closeness = standing(request.actor, row)
    require_owner(request.actor, closeness)
    return row, event_facts(row, closeness, timezone.now())


def _event_form(
    request: PageRequest, template: str, form: EventForm, **context: Any
) -> HttpResponse:
    context |= {"form": form, "zones": _zones()}
    return render(request, template, context, status=400 if form.errors else 200)


def _zones() -> list[str]:
    """Zones to choose from: places and UTC, without the abbreviations and fixed offsets."""
    return ["UTC", *sorted(z for z in zone_names() if "/" in z and not z.startswith("Etc/"))]

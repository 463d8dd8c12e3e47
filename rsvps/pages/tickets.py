"""What organizers do with their guests' tickets: let in, take back, renew, list."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_POST, require_safe

from config.downloads import csv_download
from config.errors import EventCancelled, TicketRevoked
from config.pages import PageRequest, page, see_other
from events.facts import event_tiers
from events.pages.event import owned
from rsvps.domain.attendee_csv import write_attendees
from rsvps.domain.checkin import check_in, undo_check_in
from rsvps.domain.respond import rotate_guest_link
from rsvps.facts import every_answer
from rsvps.pages.organizer import answer_of, guest_page


@require_POST
@page(private=True, throttle="writes")
def check_in_guest(request: PageRequest, event_id: UUID, rsvp_id: UUID) -> HttpResponse:
    """Checks a party in by hand; a second time says when the first was."""
    _, facts = owned(request, event_id)
    try:
        admission = check_in(event_id=event_id, rsvp_id=rsvp_id)
    except (TicketRevoked, EventCancelled) as problem:
        return guest_page(request, facts, answer_of(event_id, rsvp_id), refused=problem.message)
    name = admission.rsvp.name
    if admission.repeated:
        messages.warning(request, f"{name} was checked in before.")
    else:
        messages.success(request, f"{name} is checked in.")
    return see_other("guest", event_id, rsvp_id)


@require_POST
@page(private=True, throttle="writes")
def undo_guest(request: PageRequest, event_id: UUID, rsvp_id: UUID) -> HttpResponse:
    """Takes a check-in back."""
    owned(request, event_id)
    rsvp = undo_check_in(event_id=event_id, rsvp_id=rsvp_id)
    messages.success(request, f"{rsvp.name} is not checked in any more.")
    return see_other("guest", event_id, rsvp_id)


@require_POST
@page(private=True, throttle="writes")
def new_link(request: PageRequest, event_id: UUID, rsvp_id: UUID) -> HttpResponse:
    """Ends a guest's link and ticket and makes new ones."""
    owned(request, event_id)
    rsvp = rotate_guest_link(event_id=event_id, rsvp_id=rsvp_id)
    messages.success(
        request,
        f"{rsvp.name} has a new link and a new ticket. The old ones open nothing any more.",
    )
    return see_other("guest", event_id, rsvp_id)


@require_safe
@page(private=True)
def guests_csv(request: PageRequest, event_id: UUID) -> StreamingHttpResponse:
    """Every answer as a CSV file, written while it is sent."""
    _, facts = owned(request, event_id)
    lines = write_attendees(every_answer(event_id), event_tiers(event_id, facts.standing))
    return csv_download(lines, facts.title)

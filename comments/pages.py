"""What the pages send: announcements, notes, and words between hosts and guests."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from comments.domain.messages import announce, write_to_guest, write_to_host
from comments.facts import is_internal
from comments.forms import AnnouncementForm, GuestMessageForm, MessageForm
from config.pages import PageRequest, page, see_other
from events.pages.event import owned
from rsvps.pages.organizer import answer_of, guest_page, owner_page
from rsvps.pages.own import own_answer, own_page


@require_POST
@page(private=True, throttle="writes")
def announcement(request: PageRequest, event_id: UUID) -> HttpResponse:
    """An organizer's word on the event, to everybody or to organizers only."""
    _, facts = owned(request, event_id)
    form = AnnouncementForm(request.POST)
    if form.is_valid():
        with form.refusals():
            posted = announce(event_id=event_id, **form.cleaned_data)
            messages.success(
                request, "Noted." if is_internal(posted) else "Your announcement is on the page."
            )
            return see_other("owner", event_id)
    return owner_page(request, facts, writing=form)


@require_POST
@page(private=True, throttle="writes")
def to_guest(request: PageRequest, event_id: UUID, rsvp_id: UUID) -> HttpResponse:
    """An organizer's message to a guest, or an internal note on them."""
    _, facts = owned(request, event_id)
    form = GuestMessageForm(request.POST)
    if form.is_valid():
        with form.refusals():
            posted = write_to_guest(event_id=event_id, rsvp_id=rsvp_id, **form.cleaned_data)
            messages.success(
                request, "Noted." if is_internal(posted) else "Your message is with the guest."
            )
            return see_other("guest", event_id, rsvp_id)
    return guest_page(request, facts, answer_of(event_id, rsvp_id), writing=form)


@require_POST
@page(private=True, throttle="writes")
def to_host(request: PageRequest, event_id: UUID) -> HttpResponse:
    """A guest's message to the hosts. Without the guest's link, the event's page."""
    found = own_answer(request, event_id)
    if found is None:
        return see_other("event", event_id)
    event, rsvp = found
    form = MessageForm(request.POST)
    if form.is_valid():
        with form.refusals():
            write_to_host(event_id=event_id, rsvp_id=rsvp.id, **form.cleaned_data)
            messages.success(request, "Your message is with the hosts.")
            return see_other("own-rsvp", event_id)
    return own_page(request, event, rsvp, writing=form)

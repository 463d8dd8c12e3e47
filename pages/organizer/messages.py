"""What the pages send: announcements, notes, and words between hosts and guests."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from access.events import owned
from comments.domain.messages import announce, write_to_guest
from comments.facts import is_internal
from pages.base import PageRequest, page, see_other
from pages.message_forms import AnnouncementForm, GuestMessageForm
from pages.organizer.guests import answer_of, guest_page
from pages.organizer.overview import owner_page


@require_POST
@page(private=True, throttle="writes")
def announcement(request: PageRequest, event_id: UUID) -> HttpResponse:
    """An organizer's word on the event, to everybody or to organizers only."""
    facts = owned(request.actor, event_id).facts
    form = AnnouncementForm(request.POST)
    if form.is_valid():
        with form.refusals():
            posted = announce(event_id=event_id, **form.values())
            messages.success(
                request,
                _("Noted.") if is_internal(posted) else _("Your announcement is on the page."),
            )
            return see_other("owner", event_id)
    return owner_page(request, facts, writing=form)


@require_POST
@page(private=True, throttle="writes")
def to_guest(request: PageRequest, event_id: UUID, rsvp_id: UUID) -> HttpResponse:
    """An organizer's message to a guest, or an internal note on them."""
    facts = owned(request.actor, event_id).facts
    form = GuestMessageForm(request.POST)
    if form.is_valid():
        with form.refusals():
            posted = write_to_guest(event_id=event_id, rsvp_id=rsvp_id, **form.cleaned_data)
            messages.success(
                request,
                _("Noted.") if is_internal(posted) else _("Message sent."),
            )
            return see_other("guest", event_id, rsvp_id)
    return guest_page(request, facts, answer_of(event_id, rsvp_id), writing=form)

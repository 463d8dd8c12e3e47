"""Changing an event, calling it off, erasing it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from access.events import owned
from comments.domain.erasing import delete_event
from events.domain.lifecycle import cancel_event
from pages.base import OWNER_COOKIE, PageRequest, page, see_other, take_back
from pages.event_form import EventForm, event_form_page
from rsvps.domain.event_changes import update_event


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def edit(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Changes what the organizer changed in the form, and nothing else."""
    event = owned(request.actor, event_id)
    form = EventForm(request.POST if request.method == "POST" else None, event=event.facts)
    if form.is_valid():
        with form.refusals():
            update_event(event=event.row, values=form.changes(), actor=request.actor)
            messages.success(request, "Your changes are saved.")
            return see_other("owner", event_id)
    return event_form_page(request, "organizer/edit.html", form, event=event.facts)


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def cancel(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Calls the event off, after asking."""
    facts = owned(request.actor, event_id).facts
    if request.method == "POST":
        cancel_event(event_id=event_id)
        messages.success(request, "The event is cancelled. Its page says so to everybody.")
        return see_other("owner", event_id)
    return render(request, "organizer/cancel.html", {"event": facts})


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def delete(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Erases the event for good, after asking."""
    facts = owned(request.actor, event_id).facts
    if request.method == "POST":
        delete_event(event_id=event_id)
        messages.success(request, "The event and everything that belonged to it is deleted.")
        return take_back(see_other("home"), OWNER_COOKIE, event_id)
    return render(request, "organizer/delete.html", {"event": facts})

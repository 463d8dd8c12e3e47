"""Pages of an event's cover, for its organizers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from access.events import owned
from events.domain.covers import describe_cover, give_cover, remove_cover
from pages.base import PageRequest, page, see_other
from pages.organizer.forms import CoverForm


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def cover(request: PageRequest, event_id: UUID) -> HttpResponse:
    """The cover; a POST gives the event another one, or describes the one that is there."""
    event = owned(request.actor, event_id)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CoverForm(*sent, cover=event.facts.cover)
    if form.is_valid():
        with form.refusals():
            drawn, alt_text = form.cleaned_data["image"], form.cleaned_data["alt_text"]
            if drawn is None:
                describe_cover(event_id=event_id, alt_text=alt_text)
            else:
                uploader_id = request.actor.user_id
                give_cover(event=event.row, drawn=drawn, alt_text=alt_text, uploader_id=uploader_id)
            messages.success(request, _("Your picture is saved."))
            return see_other("cover", event_id)
    context = {"event": event.facts, "form": form}
    return render(request, "organizer/cover.html", context, status=400 if form.errors else 200)


@require_POST
@page(private=True, throttle="writes")
def remove(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Takes the cover away."""
    row = owned(request.actor, event_id).row
    remove_cover(event=row)
    messages.success(request, _("The picture is removed."))
    return see_other("cover", event_id)

"""Pages of an event's stream, for its organizers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from access.events import owned
from events.domain.live import remove_stream, set_stream
from events.facts import streams_of
from pages.base import PageRequest, page, see_other
from pages.organizer.forms import StreamForm


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def stream(request: PageRequest, event_id: UUID) -> HttpResponse:
    """The stream; a POST sets it."""
    facts = owned(request.actor, event_id).facts
    known = streams_of([facts]).get(event_id)
    form = StreamForm(request.POST if request.method == "POST" else None, stream=known)
    if form.is_valid():
        with form.refusals():
            set_stream(event_id=event_id, values=form.values())
            messages.success(request, _("Your stream is saved."))
            return see_other("stream", event_id)
    context = {"event": facts, "stream": known, "form": form}
    return render(request, "organizer/stream.html", context, status=400 if form.errors else 200)


@require_POST
@page(private=True, throttle="writes")
def remove(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Takes the stream away."""
    owned(request.actor, event_id)
    remove_stream(event_id=event_id)
    messages.success(request, _("The stream is removed."))
    return see_other("stream", event_id)

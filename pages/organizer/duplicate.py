"""Making an event anew from one that is there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from access.events import owned
from events.domain.duplicate import duplicate_event
from events.fields import EVENT
from pages.base import OWNER_COOKIE, PageRequest, hand_over, page, see_other
from pages.forms import DomainForm, shown


class DuplicateForm(DomainForm):
    """What the copy has otherwise."""

    title = shown(EVENT["title"], _("Title"))
    start_time = shown(EVENT["start_time"], _("Starts"))


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="events")
def duplicate(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Asks for the new date, and hands over the copy's owner link."""
    event = owned(request.actor, event_id).facts
    initial: dict[str, Any] = {"title": event.title}
    form = DuplicateForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        with form.refusals():
            made = duplicate_event(event_id=event_id, actor=request.actor, values=form.cleaned_data)
            messages.success(
                request,
                gettext("The copy is live. Keep its organizer link: it is the key to this page."),
            )
            response = see_other("owner", made.event_id)
            return hand_over(response, OWNER_COOKIE, made.event_id, made.owner_token)
    context = {"event": event, "form": form}
    return render(request, "organizer/duplicate.html", context, status=400 if form.errors else 200)

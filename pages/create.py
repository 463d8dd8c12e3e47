"""Making an event."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access.throttling import count_occurrences
from events.domain.lifecycle import create_event
from events.domain.open_events import ensure_may_make
from events.domain.series import occurrences_of
from pages.base import (
    OWNER_COOKIE,
    PageRequest,
    hand_over,
    hand_over_series,
    page,
    see_other,
)
from pages.event_form import event_form_page
from pages.mine import by_way_of_keeping
from pages.series_forms import NewEventForm


@require_http_methods(["GET", "HEAD", "POST"])
@page(throttle="events")
def new(request: PageRequest) -> HttpResponse:
    """Makes an event and hands its maker the owner link."""
    ensure_may_make(request.actor)
    form = NewEventForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            values = form.values()
            count_occurrences(request, request.actor, occurrences_of(values))
            made = create_event(actor=request.actor, values=values)
            messages.success(
                request,
                _("Your event is live. Keep the owner link below: it is the key to this page."),
            )
            response = by_way_of_keeping(see_other("owner", made.event_id), made.owner_token)
            hand_over(response, OWNER_COOKIE, made.event_id, made.owner_token)
            if made.series_id is not None:
                hand_over_series(response, made.series_id, made.owner_token)
            return response
    return event_form_page(request, "create/create.html", form)

"""The page of an event's webhook, for its organizers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from access.events import owned
from notify.domain.endpoints import create_event_endpoint, delete_endpoint, event_endpoint
from notify.fields import ENDPOINT
from pages.base import PageRequest, page, see_other
from pages.forms import DomainForm, shown


class WebhookForm(DomainForm):
    """The address of a program that is told what happens to the event, and of what it is told."""

    url = shown(ENDPOINT["url"], _("Your program’s address"))
    events = shown(
        ENDPOINT["events"], _("What it is notified of"), help_text=_("Tick none for everything.")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def webhook(request: PageRequest, event_id: UUID) -> HttpResponse:
    """The webhook; a POST makes it. Its secret is shown in the answer to the form and never
    again."""
    event = owned(request.actor, event_id).facts
    form = WebhookForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"event": event, "form": form}
    if form.is_valid():
        with form.refusals():
            context["made"] = create_event_endpoint(event_id=event_id, values=form.cleaned_data)
    endpoint = event_endpoint(event_id)
    latest = endpoint.deliveries.prefetch_related("attempts")[:20] if endpoint else []
    context |= {"endpoint": endpoint, "deliveries": latest}
    status = 400 if form.errors else 200
    return render(request, "organizer/webhook.html", context, status=status)


@require_POST
@page(private=True, throttle="writes")
def remove(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Takes the webhook away."""
    owned(request.actor, event_id)
    endpoint = event_endpoint(event_id)
    if endpoint is not None:
        delete_endpoint(endpoint=endpoint)
    messages.success(request, gettext("The webhook is removed."))
    return see_other("webhook", event_id)

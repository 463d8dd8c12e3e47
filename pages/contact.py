"""Writing to the hosts of an event without an RSVP."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from access.events import seen
from comments.domain.messages import VISITOR, ensure_reachable, write_to_hosts
from pages.base import PageRequest, page, see_other
from pages.forms import DomainForm, email, shown


class ContactForm(DomainForm):
    """What a visitor says, and where the host may answer."""

    name = shown(VISITOR["name"], _("Your name"), attrs={"autocomplete": "name"})
    email = email(
        VISITOR["email"],
        _("Your e-mail address"),
        help_text=_("The host sees it and may answer you there."),
    )
    text = shown(VISITOR["text"], _("Message"), attrs={"rows": 6})


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="contact")
def contact(request: PageRequest, event_id: UUID) -> HttpResponse:
    """A visitor's message to the hosts, whose addresses nobody learns."""
    facts = seen(request.actor, event_id).facts
    ensure_reachable(facts)
    form = ContactForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            write_to_hosts(event_id=event_id, **form.cleaned_data)
            messages.success(request, gettext("Your message was sent."))
            return see_other("event", event_id)
    context = {"event": facts, "form": form}
    return render(request, "event/contact.html", context, status=400 if form.errors else 200)

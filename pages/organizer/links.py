"""Links for helpers and co-hosts, and what happens at the door."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from access.events import owned
from accounts.enums import HANDED_OUT_LINKS
from config.links import base_url
from config.qr import qr_png_base64
from events.addresses import link_url
from events.domain.links import NewLink, make_link, revoke_link
from events.facts import EventFacts, event_link_facts
from pages.base import PageRequest, page, see_other
from pages.organizer.forms import LinkForm
from rsvps.domain.checkin import door_counts
from rsvps.facts import latest_check_ins


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def door_links(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Lists the links that were handed out, with who holds them, and makes new ones. A new link
    is shown in the answer to its form and never again."""
    facts = owned(request.actor, event_id).facts
    sent = request.POST if request.method == "POST" else None
    form = LinkForm(sent, zone=facts.timezone, initial={"role": request.GET.get("role")})
    if form.is_valid():
        with form.refusals():
            made = make_link(event_id=event_id, **form.values())
            return _links_page(request, facts, LinkForm(zone=facts.timezone), made=made)
    return _links_page(request, facts, form)


@require_POST
@page(private=True, throttle="writes")
def revoke(request: PageRequest, event_id: UUID, link_id: UUID) -> HttpResponse:
    """Ends a link at once."""
    owned(request.actor, event_id)
    label = revoke_link(event_id=event_id, link_id=link_id, roles=HANDED_OUT_LINKS)
    messages.success(request, _("The link “%(label)s” no longer works.") % {"label": label})
    return see_other("door-links", event_id)


def _links_page(
    request: PageRequest, event: EventFacts, form: LinkForm, *, made: NewLink | None = None
) -> HttpResponse:
    link = link_url(base_url(request), event.id, made.role, made.token) if made else ""
    context: dict[str, Any] = {
        "event": event,
        "form": form,
        "made": made,
        "link": link,
        "qr": qr_png_base64(link) if link else "",
        "links": event_link_facts(event.id, timezone.now(), HANDED_OUT_LINKS),
        "counts": door_counts(event.id),
        "scans": latest_check_ins(event.id),
    }
    return render(request, "organizer/links.html", context, status=400 if form.errors else 200)

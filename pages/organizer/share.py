"""Inviting people to an event: its link as text and as a picture, a poster, and who helps."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from access.events import owned
from accounts.enums import HANDED_OUT_LINKS
from config.links import base_url
from config.qr import qr_png_base64
from events.addresses import page_url
from events.enums import Standing
from events.facts import event_facts, event_link_facts
from pages.base import PageRequest, page
from pages.embed import event_frame
from pages.organizer.overview import links_of


@require_safe
@page(private=True)
def share(request: PageRequest, event_id: UUID) -> HttpResponse:
    """The link for guests in every form it travels in, and the links that work for helpers."""
    event = owned(request.actor, event_id).facts
    here = base_url(request)
    links = event_link_facts(event.id, timezone.now(), HANDED_OUT_LINKS)
    context: dict[str, Any] = {
        "event": event,
        "qr": qr_png_base64(page_url(here, event.id)),
        "embed": event_frame(event, here),
        "helpers": [link for link in links if link.is_alive],
        **links_of(request, event),
    }
    return render(request, "organizer/share.html", context)


@require_safe
@page(private=True)
def poster(request: PageRequest, event_id: UUID) -> HttpResponse:
    """A sheet of paper with picture, title, date, place and the QR code of the link for guests. It
    says what strangers may know, since anybody reads it."""
    event = event_facts(owned(request.actor, event_id).row, Standing.PUBLIC, timezone.now())
    link = page_url(base_url(request), event.id)
    context = {"event": event, "qr": qr_png_base64(link), "guest_link": link}
    return render(request, "organizer/poster.html", context)

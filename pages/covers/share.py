"""What the image shown with a link to an event says, and where it is."""

from __future__ import annotations

import hashlib
import html
from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from events.enums import Standing, Status
from events.facts import event_facts
from events.rows import EventRow
from pages.covers.addresses import ART, Drawing, drawing_of
from pages.template_tags import event_time


class ShareCard(NamedTuple):
    """All that a share image says; ``cancelled`` and ``where`` may be empty."""

    title: str
    cancelled: str
    when: str
    where: str
    site: str
    drawing: Drawing

    @property
    def version(self) -> str:
        """Differs whenever what is drawn does."""
        return hashlib.sha256(repr((ART, self)).encode()).hexdigest()[:16]


def share_card(row: EventRow, now: datetime) -> ShareCard:
    """What the image says of an event, in the site's language and the event's zone, and to anybody
    what an anonymous visitor may know."""
    event = event_facts(row, Standing.PUBLIC, now)
    local = event.start_time.astimezone(ZoneInfo(event.timezone))
    with translation.override(settings.LANGUAGE_CODE):
        return ShareCard(
            title=event.title,
            cancelled=_("Cancelled") if event.status == Status.CANCELLED else "",
            when=_plain(event_time(event.start_time, event.end_time, event.timezone)),
            where=_plain(render_to_string("partials/place_line.html", {"event": event})),
            site=settings.SITE_NAME,
            drawing=drawing_of(event.id, local, "square", dated=True),
        )


def share_path(event_id: UUID, card: ShareCard) -> str:
    """Where the image is. Outside the event's own pages, so no link's cookie ever comes along."""
    return f"/share/{event_id}/{card.version}.png"


def _plain(markup: str) -> str:
    return " ".join(html.unescape(strip_tags(markup)).split())

"""The head of an event's page: what other sites and search engines read of it. It says to
everybody what a stranger may know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils import timezone
from django.utils.safestring import SafeString

from config.links import file_url
from events.addresses import page_url
from events.domain.listing import is_listed
from events.enums import Standing
from events.facts import EventFacts, TierFacts, event_facts
from events.rows import EventRow
from pages.covers.share import share_card, share_path
from pages.covers.share_image import SIZE
from pages.embed import oembed_url
from pages.structured_data import structured_event
from pages.template_tags import excerpt


class ShareImage(NamedTuple):
    """The picture that is shown with a link: its absolute address, its size in pixels, its text."""

    url: str
    width: int
    height: int
    alt: str


class EventHead(NamedTuple):
    """``listed`` says whether search engines may keep the page; else ``structured`` is empty.
    ``about`` is when and where, ``summary`` the start of the description."""

    event: EventFacts
    listed: bool
    about: str
    summary: str
    image: ShareImage
    oembed_url: str
    structured: SafeString


def event_head(row: EventRow, tiers: Sequence[TierFacts], here: str) -> EventHead:
    """The head of this event's page. ``tiers`` are those that a stranger may know, ``here`` is what
    addresses begin with. Reads nothing."""
    now = timezone.now()
    event, card = event_facts(row, Standing.PUBLIC, now), share_card(row, now)
    url, drawn = page_url(here, row.id), f"{here}{share_path(row.id, card)}"
    about = " · ".join(filter(None, (card.when, card.where)))
    if event.cover is None:
        image = ShareImage(drawn, *SIZE, f"{event.title} · {about}")
    else:
        cover = event.cover
        file = file_url(here, cover.file)
        image = ShareImage(file, cover.width, cover.height, cover.alt_text)
    listed = is_listed(row)
    summary, structured = excerpt(event.description), SafeString("")
    if listed:
        images = [image.url] if event.cover is None else [image.url, drawn]
        structured = structured_event(event, tiers, url=url, about=summary, images=images)
    return EventHead(event, listed, about, summary, image, oembed_url(url, here), structured)

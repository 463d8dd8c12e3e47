"""A channel's events as Atom (RFC 4287), by Django's own writer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from channels.facts import ChannelFacts
from config.markdown import as_text
from events.addresses import page_url
from events.enums import Status
from events.facts import EventFacts

# So many entries, and of a description so many characters: the page has the rest.
ENTRIES = 100
_TOLD = 2_000
# What XML 1.0 cannot hold and a title may. Control characters are in no text: config/text.py.
_NOT_XML = re.compile("[\\ufffe\\uffff]")


class _Feed(Atom1Feed):
    def latest_post_date(self) -> datetime:
        """When an entry changed last; for an empty feed, when the channel was made."""
        began: datetime = self.feed["began"]
        return max((item["updateddate"] for item in self.items), default=began)


def write_atom(channel: ChannelFacts, events: Iterable[EventFacts], here: str) -> bytes:
    """The feed with an entry for each event, in their order. ``here`` is what links start with."""
    feed: Any = _Feed(
        title=_xml(channel.name),
        link=f"{here}{reverse('channel', args=[channel.slug])}",
        description="",
        subtitle=_xml(as_text(channel.description[:_TOLD])) or None,
        author_name=_xml(channel.name),
        feed_url=f"{here}{reverse('channel-atom', args=[channel.slug])}",
        feed_guid=channel.id.urn,
        language=get_language() or "en",
        began=channel.created_at,
    )
    for event in events:
        named = _("Cancelled: %(event)s") if event.status == Status.CANCELLED else "%(event)s"
        cut = event.description[:_TOLD]
        context = {"event": event, "description": cut, "cut": cut != event.description}
        feed.add_item(
            title=_xml(named % {"event": event.title}),
            link=page_url(here, event.id),
            description=_xml(render_to_string("channel/entry.html", context)),
            unique_id=event.id.urn,
            pubdate=event.created_at,
            updateddate=event.updated_at,
            categories=[_xml(tag) for tag in event.tags],
        )
    written: str = feed.writeString("utf-8")
    return written.encode()


def _xml(text: str) -> str:
    return _NOT_XML.sub("", text)

"""An event as search engines read it: schema.org's Event, as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString

from events.enums import Format, Status
from events.facts import EventFacts, TierFacts

_SCHEMA = "https://schema.org"
_MODES = {
    Format.IN_PERSON.value: "OfflineEventAttendanceMode",
    Format.VIRTUAL.value: "OnlineEventAttendanceMode",
    Format.HYBRID.value: "MixedEventAttendanceMode",
}
# So that no text ends the script element, or begins a comment in it.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def structured_event(
    event: EventFacts, tiers: Sequence[TierFacts], *, url: str, about: str, images: Sequence[str]
) -> SafeString:
    """The JSON-LD of a public event, to be put into a script element. ``event`` and its ``tiers``
    are what a stranger may know; ``about`` is a plain text, ``url`` and ``images`` are absolute."""
    zone = ZoneInfo(event.timezone)
    cancelled = event.status == Status.CANCELLED
    said: dict[str, Any] = {
        "@context": _SCHEMA,
        "@type": "Event",
        "name": event.title,
        "url": url,
        "description": about,
        "startDate": event.start_time.astimezone(zone).isoformat(),
        "endDate": event.end_time and event.end_time.astimezone(zone).isoformat(),
        "eventStatus": f"{_SCHEMA}/{'EventCancelled' if cancelled else 'EventScheduled'}",
        "eventAttendanceMode": f"{_SCHEMA}/{_MODES[event.format]}",
        "location": _locations(event, url),
        "organizer": _organizers(event),
        "image": list(images),
        "isAccessibleForFree": all(tier.is_free for tier in tiers),
        "offers": [_offer(event, tier, url) for tier in tiers if tier.is_free],
    }
    written = json.dumps(
        {name: value for name, value in said.items() if value not in (None, "", [])}
    )
    return SafeString(written.translate(_ESCAPES))


def _locations(event: EventFacts, url: str) -> list[dict[str, str]]:
    """Where it is, as far as a stranger may know. Online it is at its page."""
    places = []
    if event.location:
        places.append({"@type": "Place", "name": event.location, "address": event.location})
    if event.format != Format.IN_PERSON:
        places.append({"@type": "VirtualLocation", "url": url})
    return places


def _organizers(event: EventFacts) -> list[dict[str, str]]:
    hosts = [{"@type": "Person", "name": name} for name in event.hosts]
    if not hosts and event.channel is not None:
        return [{"@type": "Organization", "name": event.channel.name}]
    return hosts


def _offer(event: EventFacts, tier: TierFacts, url: str) -> dict[str, Any]:
    sold_out = event.is_full or tier.is_full
    return {
        "@type": "Offer",
        "name": tier.name,
        "url": url,
        "price": 0,
        "priceCurrency": tier.currency,
        "availability": f"{_SCHEMA}/{'SoldOut' if sold_out else 'InStock'}",
    }

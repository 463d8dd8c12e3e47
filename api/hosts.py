"""What the APIs tell organizers of how an event reaches its hosts."""

from __future__ import annotations

from typing import Any

from events.facts import EventFacts


def hosts_side(facts: EventFacts) -> dict[str, Any]:
    """``host_email``, ``host_digest`` and ``reminders`` of a body, for whoever may know them; empty
    for others."""
    if facts.host_digest is None:
        return {}
    return {
        "host_email": facts.host_email or None,
        "host_digest": facts.host_digest,
        "reminders": facts.reminders,
    }

"""What the APIs tell organizers of how an event reaches its hosts."""

from __future__ import annotations

from typing import Any

from events.facts import EventFacts


def hosts_side(facts: EventFacts) -> dict[str, Any]:
    """``host_email``, ``host_digest`` and ``reminders`` of a body, and of an event that was taken
    down when and why, for whoever may know them; empty for others."""
    if facts.host_digest is None:
        return {}
    taken_down: dict[str, Any] = {}
    if facts.taken_down_at is not None:
        reason = facts.takedown_reason or None
        taken_down = {"taken_down_at": facts.taken_down_at, "takedown_reason": reason}
    return taken_down | {
        "host_email": facts.host_email or None,
        "host_digest": facts.host_digest,
        "reminders": facts.reminders,
    }

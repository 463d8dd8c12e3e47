"""The links to an event, for its organizers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from events.rows import LinkRow, link_rows


class LinkFacts(LinkRow):
    """A link to an event at a moment, for its organizers. Never its token: that is shown to its
    maker."""

    now: datetime

    @property
    def is_alive(self) -> bool:
        """Whether it opens the event."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > self.now)


def event_link_facts(event_id: UUID, now: datetime) -> list[LinkFacts]:
    """Every link that was made for an event, oldest first. One query."""
    links = [LinkFacts._make(row) for row in link_rows(event_id)]
    for link in links:
        link.now = now
    return links

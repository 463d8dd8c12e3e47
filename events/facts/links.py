"""The links to an event, for its organizers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from accounts.enums import LinkRole
from events.rows import LinkRow, link_rows


class LinkFacts(LinkRow):
    """A link to an event at a moment, for its organizers. Never its token: that is shown to its
    maker."""

    now: datetime

    @property
    def is_alive(self) -> bool:
        """Whether it opens the event."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > self.now)


def event_link_facts(
    event_id: UUID, now: datetime, roles: Collection[str] = tuple(LinkRole)
) -> list[LinkFacts]:
    """Every link of these roles that was made for an event, oldest first. One query."""
    return [link_facts(row, now) for row in link_rows(event_id, roles)]


def link_facts(row: LinkRow, now: datetime) -> LinkFacts:
    """One link at this moment."""
    facts = LinkFacts._make(row)
    facts.now = now
    return facts

"""The links to an event, for its organizers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.rows import (
    link_rows,
)


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A link to an event, for its organizers. Never its token: that is shown to its maker."""

    id: UUID
    role: str
    label: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    is_alive: bool


def event_link_facts(event_id: UUID, now: datetime) -> list[LinkFacts]:
    """Every link that was made for an event, oldest first. One query."""
    return [
        LinkFacts(
            id=row.id,
            role=row.role,
            label=row.label,
            created_at=row.created_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            last_used_at=row.last_used_at,
            is_alive=row.revoked_at is None and (row.expires_at is None or row.expires_at > now),
        )
        for row in link_rows(event_id)
    ]

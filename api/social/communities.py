"""Channels as the Social API's communities: with the size of the community behind them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.rows import MemberCounts, member_counts
from channels.enums import Visibility
from channels.models import Channel
from comments.rows import announcement_counts


@dataclass(frozen=True, slots=True)
class CommunityFacts:
    """A channel with the size of its community. ``posts`` counts the public announcements of its
    public events; ``members`` and ``organizers`` the people of its organisation, none for an open
    channel."""

    id: UUID
    tenant_id: UUID | None
    name: str
    description: str
    is_public: bool
    posts: int
    members: int
    organizers: int
    created_at: datetime
    last_used_at: datetime


def communities(channel_ids: Collection[UUID]) -> list[CommunityFacts]:
    """These channels, each once, which the caller has shown to know. At most three queries,
    whatever their number."""
    if not channel_ids:
        return []
    channels = list(Channel.objects.filter(pk__in=channel_ids).order_by("id"))
    posts = announcement_counts(channel_ids)
    people = member_counts([channel.tenant_id for channel in channels if channel.tenant_id])
    return [
        CommunityFacts(
            id=channel.id,
            tenant_id=channel.tenant_id,
            name=channel.name,
            description=channel.description,
            is_public=channel.visibility == Visibility.PUBLIC,
            posts=posts.get(channel.id, 0),
            members=counts.members,
            organizers=counts.organizers,
            created_at=channel.created_at,
            last_used_at=channel.last_used_at,
        )
        for channel in channels
        for counts in [people.get(channel.tenant_id, _NOBODY) if channel.tenant_id else _NOBODY]
    ]


_NOBODY = MemberCounts(0, 0)

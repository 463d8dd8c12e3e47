"""A channel as a door may show it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from channels.models import Channel
from config.prepared import TEXT, PreparedRead


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """What who knows a channel's slug may read of it."""

    id: UUID
    name: str
    slug: str
    visibility: str
    description: str
    # The name of its picture in the storage; empty for none.
    banner: str
    created_at: datetime
    last_used_at: datetime


def channel_facts(channel: Channel) -> ChannelFacts:
    """The facts of a channel that the caller reached by listing (public) or by its slug."""
    return ChannelFacts(
        id=channel.id,
        name=channel.name,
        slug=channel.slug,
        visibility=channel.visibility,
        description=channel.description,
        banner=channel.banner.name or "",
        created_at=channel.created_at,
        last_used_at=channel.last_used_at,
    )


_public = PreparedRead(
    lambda slug: (
        Channel.objects.public()
        .filter(slug=slug)
        .order_by()
        .values_list(*(field.name for field in fields(ChannelFacts)))
    ),
    keys={"slug": TEXT},
    make=lambda columns: ChannelFacts(*columns),
)


def public_channel(slug: str) -> ChannelFacts | None:
    """The public channel with this slug. One query."""
    return _public.one(slug=slug)

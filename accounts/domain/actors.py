"""Who is calling, as a plain value; access/actors.py makes it from credentials."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from accounts.enums import LinkRole


@dataclass(frozen=True, slots=True)
class LinkGrant:
    """A verified link to an event, or to all of a series: ``event_ids`` are those it opens.
    ``token`` is the text that its holder presented; for one of another server, the one it stands
    for."""

    id: UUID
    event_ids: frozenset[UUID]
    role: LinkRole
    token: str
    series_id: UUID | None = None

    @property
    def organizes(self) -> bool:
        """Whether the link opens the organizer's side."""
        return self.role in (LinkRole.OWNER, LinkRole.COHOST)


@dataclass(frozen=True, slots=True)
class RsvpGrant:
    """A verified RSVP token. ``row`` is the RSVP as it stood when the request came in, for
    access/standing.py, which knows its shape."""

    event_id: UUID
    token: str
    row: object


@dataclass(frozen=True, slots=True)
class Actor:
    """The caller of one request.

    ``presented`` tells whether any credential came along, valid or not. ``tenant_id`` closes the
    caller into one tenant (API keys), ``channel_id`` into one of its channels; ``staff_of`` is the
    tenant whose events the user organizes. ``scopes`` and ``may_write`` belong to API keys;
    ``user_name`` is what others call the user. ``device_id`` is a browser, for what it keeps (My
    events and its calendar), which opens nothing else.
    """

    presented: bool = False
    is_root: bool = False
    link: LinkGrant | None = None
    rsvp: RsvpGrant | None = None
    user_id: UUID | None = None
    device_id: UUID | None = None
    staff_of: UUID | None = None
    tenant_id: UUID | None = None
    channel_id: UUID | None = None
    user_name: str = ""
    scopes: frozenset[str] = frozenset()
    may_write: bool = False

    @property
    def is_known(self) -> bool:
        """Whether any credential proved good: it opens something, if not what it was sent to."""
        grants = (self.is_root, self.link, self.rsvp, self.user_id, self.tenant_id, self.scopes)
        return any(grants)

    @property
    def authority(self) -> tuple[object, ...]:
        """What the credential is worth now, but for the RSVP it may open."""
        link = self.link and (self.link.id, self.link.role)
        closed_into = (self.tenant_id, self.channel_id)
        return (self.is_root, link, self.user_id, self.staff_of, *closed_into)

    def link_to(self, event_id: UUID) -> LinkGrant | None:
        """The caller's link to this event."""
        return self.link if self.link and event_id in self.link.event_ids else None

    def opens_door_of(self, event_id: UUID) -> bool:
        """Whether the caller holds a link to this event's door."""
        link = self.link_to(event_id)
        return link is not None and link.role == LinkRole.DOOR

    def owner_token_of(self, event_id: UUID) -> str | None:
        """The owner link's token when the caller holds one of this event."""
        link = self.link_to(event_id)
        return link.token if link and link.organizes else None


ANONYMOUS = Actor()

"""Fetching an event is authorising: what comes back is something the caller may know of."""

from __future__ import annotations

from uuid import UUID

from accounts.domain.actors import Actor
from config.errors import NotAllowed, NotFound, Unauthenticated
from events.enums import Standing
from events.rows import EventRow, event_row


def event_for(actor: Actor, event_id: UUID) -> EventRow:
    """The event with this id, when the caller may reach it. One query. Raises NotFound.

    Private events answer to their exact id: the id is the invitation. A caller closed into a
    tenant, or one channel of it (an API key), reaches only the events there.
    """
    event = event_row(event_id)
    if event is None or not _within(actor, event):
        raise NotFound("Event not found")
    return event


def _within(actor: Actor, event: EventRow) -> bool:
    if actor.channel_id is not None and event.channel_id != actor.channel_id:
        return False
    return actor.tenant_id is None or event.tenant_id == actor.tenant_id


def require_owner(actor: Actor, standing: Standing) -> None:
    """Passes organizers and root. Raises Unauthenticated without a credential, else NotAllowed."""
    if standing < Standing.OWNER:
        if not actor.presented:
            raise Unauthenticated
        raise NotAllowed("Only the organizers of this event may do this.")

"""Fetching an event is authorising: what comes back is something the caller may know of."""

from __future__ import annotations

from typing import NoReturn
from uuid import UUID

from accounts.domain.actors import Actor
from config.errors import NotAllowed, NotFound, Unauthenticated
from events.enums import Standing
from events.rows import EventRow, event_row


def event_for(actor: Actor, event_id: UUID) -> EventRow:
    """The event with this id, when the caller may reach it. One query. Raises NotFound.

    Private events answer to their exact id: the id is the invitation. A caller that belongs to a
    tenant (an API key) reaches that tenant's events only.
    """
    event = event_row(event_id)
    if event is None or (actor.tenant_id is not None and event.tenant_id != actor.tenant_id):
        raise NotFound("Event not found")
    return event


def require_owner(actor: Actor, standing: Standing) -> None:
    """Passes organizers and root. Raises Unauthenticated without a credential, else NotAllowed."""
    if standing < Standing.OWNER:
        refuse(actor, "This link does not open the organizer's side of this event.")


def refuse(actor: Actor, why: str) -> NoReturn:
    """Unauthenticated for who sent nothing, NotAllowed with ``why`` for everybody else."""
    if not actor.presented:
        raise Unauthenticated
    raise NotAllowed(why)

"""Events of nobody's: made without an account, for no organisation. Each instance says whether it
takes them (the setting OPEN_EVENTS)."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from accounts.domain.actors import Actor
from events.errors import OpenEventsOff


def may_make_events(actor: Actor) -> bool:
    """Whether the caller may make an event of their own here: anyone, unless OPEN_EVENTS is off;
    accounts and the root link always."""
    known = actor.user_id is not None or actor.is_root
    return known or actor.tenant_id is not None or settings.OPEN_EVENTS != "off"


def ensure_may_make(actor: Actor, tenant_id: UUID | None = None) -> None:
    """Raises OpenEventsOff unless the caller may make an event of this tenant, or of nobody's."""
    if tenant_id is None and not may_make_events(actor):
        raise OpenEventsOff

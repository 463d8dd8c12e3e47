"""Who is counted when they write, and against which of the settings THROTTLE_*."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.conf import settings

from accounts.domain.actors import Actor
from config.clients import client_network
from config.rates import Quota, count, rate
from events.rows import event_row

# Making events, answering them, and every other write.
Act = Literal["events", "answers", "writes"]


def count_write(request: Any, actor: Actor, act: Act, event_id: UUID | None) -> Quota | None:
    """Counts a write, to the event with this id where the address names one. None for callers who
    are not counted.

    Making events counts for the client's address, or for the tenant whose key may write; anything
    else for the client's address, unless the caller's credential opens that very event.
    """
    if not settings.THROTTLE or _is_free(actor, act, event_id):
        return None
    if act == "events" and actor.tenant_id is not None and actor.may_write:
        return count("tenant_events", str(actor.tenant_id), rate(settings.THROTTLE_TENANT_EVENTS))
    if act == "events":
        return count("events", client_network(request), rate(settings.THROTTLE_EVENTS))
    return count("writes", client_network(request), rate(settings.THROTTLE_WRITES))


def _is_free(actor: Actor, act: Act, event_id: UUID | None) -> bool:
    if act == "events":
        # The root token. A superuser is a person with a browser or a key, and counted as one.
        return actor.is_root and actor.user_id is None
    if actor.is_root:
        return True
    if actor.user_id is not None and actor.tenant_id is not None:
        # A user's key opens nothing outside its tenant: access/events.py.
        return True
    if event_id is None:
        return False
    if actor.link_to(event_id):
        return True
    # Anybody can get a guest's token by answering: it makes no further answers free.
    if act != "answers" and actor.rsvp and actor.rsvp.event_id == event_id:
        return True
    return actor.user_id is not None and _organizes(actor, event_id)


def _organizes(actor: Actor, event_id: UUID) -> bool:
    """Whether a signed-in user does. One query."""
    event = event_row(event_id)
    if event is None:
        return False
    own = event.tenant_id is not None and event.tenant_id == actor.staff_of
    return own or event.creator_id == actor.user_id

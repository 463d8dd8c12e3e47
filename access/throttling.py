"""Who is counted when they write, and against which of the settings THROTTLE_*."""

from __future__ import annotations

from math import ceil
from typing import Any, Literal
from uuid import UUID

from django.conf import settings

from accounts.domain.actors import Actor
from config.clients import client_network
from config.errors import TooManyRequests
from config.rates import Quota, count, rate
from events.rows import event_row

# Making events, answering them, commenting on them, writing to their hosts without an RSVP,
# reporting them, asking for lost links, and every other write.
Act = Literal["events", "answers", "comments", "contact", "reports", "lost_links", "writes"]


def count_write(
    request: Any, actor: Actor, act: Act, event_id: UUID | None, times: int = 1
) -> Quota | None:
    """Counts a write, to the event with this id where the address names one, as so many. None for
    callers who are not counted.

    Making events counts for the client's address, or for the tenant whose key may write; asking
    for lost links for the client's address; anything else too, unless the caller's credential
    opens that very event. What visitors write to one event's hosts counts together, besides.
    """
    if not settings.THROTTLE or _is_free(actor, act, event_id):
        return None
    if act == "events" and actor.tenant_id is not None and actor.may_write:
        allowed = rate(settings.THROTTLE_TENANT_EVENTS)
        return count("tenant_events", str(actor.tenant_id), allowed, times)
    name = "writes" if act == "answers" else act
    allowed = rate(getattr(settings, f"THROTTLE_{name.upper()}"))
    quota = count(name, client_network(request), allowed, times)
    if act == "contact" and not (quota and quota.spent):
        of_event = count("contact_event", str(event_id), rate(settings.THROTTLE_CONTACT_EVENT))
        return of_event if of_event and of_event.spent else quota
    return quota


def too_often(quota: Quota) -> TooManyRequests:
    """The refusal of somebody whose quota is spent; it says how long to wait."""
    return TooManyRequests(quota.reset, "wait_minutes", minutes=ceil(quota.reset / 60))


def count_occurrences(request: Any, actor: Actor, number: int) -> Quota | None:
    """Counts the occurrences that are made with an event, which was counted itself. Raises
    TooManyRequests."""
    if number <= 1:
        return None
    quota = count_write(request, actor, "events", None, number - 1)
    if quota and quota.spent:
        raise too_often(quota)
    return quota


def count_lost_links(recipient: str) -> None:
    """Counts a request for the links of one address, given as a keyed hash, whoever asks. Raises
    TooManyRequests."""
    if not settings.THROTTLE:
        return
    quota = count("lost_links_address", recipient, rate(settings.THROTTLE_LOST_LINKS_ADDRESS))
    if quota and quota.spent:
        raise too_often(quota)


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
    # Anybody can get a guest's token by answering: it makes no further answers free, nor comments,
    # nor words to hosts.
    if act == "writes" and actor.rsvp and actor.rsvp.event_id == event_id:
        return True
    return actor.user_id is not None and _organizes(actor, event_id)


def _organizes(actor: Actor, event_id: UUID) -> bool:
    """Whether a signed-in user does. One query."""
    event = event_row(event_id)
    if event is None:
        return False
    own = event.tenant_id is not None and event.tenant_id == actor.staff_of
    return own or event.creator_id == actor.user_id

"""How close a caller is to an event: the one place where grants become a Standing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, cast
from uuid import UUID

from accounts.domain.actors import Actor
from events.enums import Standing
from rsvps.domain.keeping import kept_by
from rsvps.models import Rsvp
from rsvps.rows import KeptRow, RsvpRow, account_rsvp_row, rsvp_rows


class Owned(Protocol):
    """What a standing is judged by."""

    @property
    def id(self) -> UUID: ...
    @property
    def tenant_id(self) -> UUID | None: ...
    @property
    def creator_id(self) -> UUID | None: ...


def standing(actor: Actor, event: Owned) -> Standing:
    """The highest standing any of the actor's grants gives.

    Free of queries for links and RSVP tokens; one query for a signed-in user who is no organizer.
    """
    if organizing := _organizing(actor, event):
        return organizing
    account = None if actor.user_id is None else account_rsvp_row(event.id, actor.user_id)
    return _as_guest(own_rsvp(actor, event.id), account)


def standings(actor: Actor, events: Iterable[Owned]) -> Callable[[Owned], Standing]:
    """The standing to each event of a list. At most one query, whatever its length."""
    if actor.device_id is not None:
        return kept_standings(kept_by(actor.device_id))
    answered: dict[UUID, RsvpRow] = {}
    if actor.user_id is not None:
        answers = Rsvp.objects.filter(
            user_id=actor.user_id, event_id__in=[event.id for event in events]
        )
        answered = {rsvp.event_id: rsvp for rsvp in rsvp_rows(answers)}
    return lambda event: (
        _organizing(actor, event) or _as_guest(own_rsvp(actor, event.id), answered.get(event.id))
    )


def organizes(actor: Actor, event: Owned) -> bool:
    """Whether the caller is an organizer of the event, or root. Free of queries."""
    return (_organizing(actor, event) or Standing.PUBLIC) >= Standing.OWNER


def kept_standings(kept: Iterable[KeptRow]) -> Callable[[Owned], Standing]:
    """The standing of a browser that keeps these (see rsvps/domain/keeping.py). No query."""
    held: dict[UUID, Standing] = {}
    for row in kept:
        standing = Standing.OWNER if row.link_id else _as_guest(row)
        held[row.event_id] = max(standing, held.get(row.event_id, standing))
    return lambda event: held.get(event.id, Standing.PUBLIC)


def own_rsvp(actor: Actor, event_id: UUID) -> RsvpRow | None:
    """The answer the caller holds a token of, when it belongs to this event."""
    if actor.rsvp and actor.rsvp.event_id == event_id:
        # The one place that makes grants (access/actors.py) puts an RsvpRow in.
        return cast(RsvpRow, actor.rsvp.row)
    return None


def _organizing(actor: Actor, event: Owned) -> Standing | None:
    """The standings above a guest's, which need no query."""
    if actor.is_root:
        return Standing.ROOT
    link = actor.link_to(event.id)
    if link and link.organizes:
        return Standing.OWNER
    if actor.user_id is not None and event.creator_id == actor.user_id:
        return Standing.OWNER
    if actor.staff_of is not None and event.tenant_id == actor.staff_of:
        return Standing.OWNER
    return Standing.HELPER if link else None


def _as_guest(*answers: RsvpRow | KeptRow | None) -> Standing:
    answered = [rsvp for rsvp in answers if rsvp is not None]
    if any(rsvp.attends for rsvp in answered):
        return Standing.ATTENDEE
    return Standing.GUEST if answered else Standing.PUBLIC

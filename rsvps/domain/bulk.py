"""One act on many answers: in the order in which they came, behind one lock.

Each answer goes through the function that settles a single one. What that refuses is undone for
this answer and reported; the others are carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from config.errors import DomainError, Invalid, NotFound, flaw
from config.text import clean_text
from events.domain.locking import locked_event
from rsvps import limits
from rsvps.enums import Approval
from rsvps.models import Rsvp
from rsvps.querysets import RsvpQuerySet
from rsvps.rows import RsvpRow


class Chosen(NamedTuple):
    """Which answers of an event: those with these ids, or those an organizer's list shows when it
    is narrowed like this (see RsvpQuerySet.narrowed()). Made by choose()."""

    ids: tuple[UUID, ...] = ()
    narrowed: Mapping[str, str] | None = None

    def among(self, rsvps: RsvpQuerySet) -> RsvpQuerySet:
        """These answers, first come, first."""
        rsvps = rsvps.order_by("created_at", "id")
        if self.narrowed is None:
            return rsvps.filter(pk__in=self.ids)
        return rsvps.narrowed(**self.narrowed)


class Refused(NamedTuple):
    """An answer that was left as it is, and why. ``name`` is its guest's, None when the event has
    no such answer."""

    id: UUID
    name: str | None
    problem: DomainError


class Outcome(NamedTuple):
    """What became of many answers, in the order in which they were taken. Those in ``waitlisted``
    found no seat, and are in line for one."""

    done: list[UUID]
    waitlisted: list[UUID]
    refused: list[Refused]


def choose(
    *, ids: Iterable[UUID] | None = None, narrowed: Mapping[str, str] | None = None
) -> Chosen:
    """Answers by their ids or by a filter; an empty filter stands for all. Raises Invalid (ids,
    filter, filter.q) unless it is exactly one of the two."""
    if ids is not None and narrowed is not None:
        raise Invalid({"filter": "ids_or_filter"})
    if narrowed is not None:
        q = clean_text(narrowed.get("q", ""), field="filter.q", limit=limits.NAME)
        return Chosen(narrowed={**narrowed, "q": q})
    chosen = tuple(dict.fromkeys(ids or ()))
    if not chosen:
        raise Invalid({"ids": "ids_or_filter"})
    if len(chosen) > limits.AT_ONCE:
        raise Invalid({"ids": flaw("too_many", most=limits.AT_ONCE)})
    return Chosen(chosen)


def act_on_all(*, event_id: UUID, chosen: Chosen, act: Callable[..., object]) -> Outcome:
    """Calls ``act(event_id=…, rsvp_id=…)`` for each chosen answer, first come, first served.

    Raises NotFound for an event that is gone, and Invalid (filter) when a filter finds more than
    AT_ONCE answers; Invalid that ``act`` raises is about what was said to all of them, so nothing
    is carried out then.
    """
    done: list[UUID] = []
    waitlisted: list[UUID] = []
    refused: list[Refused] = []
    with locked_event(event_id):
        found = chosen.among(Rsvp.objects.of_event(event_id)).values_list("id", "name")
        guests = dict(found[: limits.AT_ONCE + 1])
        if len(guests) > limits.AT_ONCE:
            raise Invalid({"filter": flaw("too_many_answers", most=limits.AT_ONCE)})
        for rsvp_id, name in guests.items():
            try:
                result = act(event_id=event_id, rsvp_id=rsvp_id)
            except Invalid:
                raise
            except DomainError as problem:
                refused.append(Refused(rsvp_id, name, problem))
            else:
                waits = isinstance(result, RsvpRow) and result.approval == Approval.WAITLISTED
                (waitlisted if waits else done).append(rsvp_id)
    missing = [rsvp_id for rsvp_id in chosen.ids if rsvp_id not in guests]
    refused += [Refused(rsvp_id, None, NotFound("rsvp_not_found")) for rsvp_id in missing]
    return Outcome(done, waitlisted, refused)

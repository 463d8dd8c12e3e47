"""One answer to an occurrence of a series and to those that follow it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from config.errors import ChangedMeanwhile, DomainError, Invalid
from events.domain.times import rsvps_open
from events.enums import Standing
from events.facts import TierFacts, event_tiers
from events.models import Event
from events.querysets import EventQuerySet
from events.rows import EventRow, event_rows
from outbox.domain.emitting import tell
from outbox.enums import Kind
from rsvps.domain.respond import create_rsvp
from rsvps.rows import RsvpRow


class SeriesAnswer(NamedTuple):
    """How it went for one occurrence: an answer, or why there is none."""

    event: EventRow
    rsvp: RsvpRow | None
    refusal: DomainError | None


class Respond(Protocol):
    """What answers one occurrence: create_rsvp() or respond_as_account(), with the rest of their
    parameters given."""

    def __call__(self, *, event_id: UUID, values: Mapping[str, Any], in_lot: bool) -> RsvpRow: ...


def later_occurrences(event: EventRow, shown: EventQuerySet) -> EventQuerySet:
    """Those ``shown`` that come after the event in its series and were not called off, by start;
    some may take no answers."""
    later = shown.filter(series=event.series_id, start_time__gt=event.start_time)
    return later.filter(cancelled_at=None).exclude(pk=event.id).order_by("start_time", "id")


def answer_following(
    *,
    event: EventRow,
    shown: EventQuerySet,
    values: Mapping[str, Any],
    respond: Respond = create_rsvp,
) -> list[SeriesAnswer]:
    """Answers the event and every later occurrence among those ``shown`` that takes answers, by
    start; each takes its own seat. ``values`` are as in create_rsvp(). A ticket and the answers to
    its form are given to the tickets and questions of the same name.

    One mail confirms all new answers. Raises what the event itself refuses when no occurrence takes
    the answer, Invalid when it cannot be given to any, and ChangedMeanwhile.
    """
    found = [event]
    if event.series_id is not None:
        found += event_rows(later_occurrences(event, shown))
    now = timezone.now()
    takers = [each for each in found if each.id == event.id or rsvps_open(each, now)]
    answers = {}
    with transaction.atomic():
        # Held by their ids, as everywhere.
        for each in sorted(takers, key=lambda row: row.id):
            answers[each.id] = _answer(event, each, values, respond)
        given = [answers[each.id] for each in takers]
        taken = [each for each in given if each.rsvp is not None]
        if not taken:
            raise given[0].refusal or Invalid({"for": "not_in_series"})
        new = [rsvp for each in taken if (rsvp := each.rsvp) and rsvp.created_at >= now]
        if new:
            told = Event.objects.get(pk=new[0].event_id)
            tell(told, Kind.SERIES_ANSWERED, new[0].id, rsvps=[rsvp.id for rsvp in new])
    return given


def _answer(
    event: EventRow, each: EventRow, values: Mapping[str, Any], respond: Respond
) -> SeriesAnswer:
    try:
        own = values if each.id == event.id else _as_there(event.id, each.id, values)
        rsvp = respond(event_id=each.id, values=own, in_lot=True)
    except ChangedMeanwhile:
        raise
    except DomainError as refusal:
        return SeriesAnswer(each, None, refusal)
    return SeriesAnswer(each, rsvp, None)


def _as_there(event_id: UUID, other_id: UUID, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values with the ticket and the questions of another occurrence in place of this one's.
    What has no counterpart there stays, and is refused there."""
    ticket, form = values.get("tier_id"), values.get("form_answers")
    if not ticket and not form:
        return values
    there = {tier.name: tier for tier in reversed(event_tiers(other_id, Standing.GUEST))}
    here = [tier for tier in event_tiers(event_id, Standing.GUEST) if tier.name in there]
    told = dict(values)
    if ticket:
        tickets = {str(tier.id): there[tier.name].id for tier in here}
        told["tier_id"] = tickets.get(str(ticket), ticket)
    if isinstance(form, Mapping):
        known = {
            question: other
            for tier in here
            for question, other in _counterparts(tier, there[tier.name]).items()
        }
        told["form_answers"] = {known.get(str(key), key): said for key, said in form.items()}
    return told


def _counterparts(here: TierFacts, there: TierFacts) -> dict[str, str]:
    """The id of each question, by that of the one with the same label and kind."""
    asked = {(each.label, each.kind): str(each.id) for each in there.asked}
    return {
        str(each.id): asked[each.label, each.kind]
        for each in here.asked
        if (each.label, each.kind) in asked
    }

"""Which ticket an answer holds, and the signed code that opens the door."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from accounts.domain.tokens import mint
from accounts.enums import TokenKind
from config.errors import Invalid
from events.domain.locking import LockedEvent
from events.rows import TierRow, question_rows, tier_rows
from rsvps.domain.form_answers import clean_form_answers
from rsvps.enums import Attendance
from rsvps.errors import TierInactive, TierNotFree, TierRequired, TierUnknown
from rsvps.fields import TICKET
from rsvps.models import Rsvp
from rsvps.rows import RsvpRow

TICKET_FIELDS = frozenset(TICKET.names)


def ticket_code(rsvp: RsvpRow) -> str | None:
    """The signed code of an answer's ticket; None for one that has none.

    Derived like a link: it counts while the guest attends and their link is not rotated.
    """
    return mint(TokenKind.TICKET, rsvp.id, rsvp.token_version) if rsvp.attends else None


def choose_ticket(
    event: LockedEvent,
    rsvp: Rsvp,
    values: Mapping[str, Any],
    *,
    was_going: bool,
    force: bool = False,
) -> set[str]:
    """Puts tier and form answers among ``values`` onto the answer; what changed, by column.

    A going answer to an event that hands out tickets names one that
    is active and free; when there is just one such and it asks nothing, it is taken unnamed.
    What is named as it is stored asks for nothing: a tier or a question may have come since.
    ``force`` (an organizer's act) takes any tier of the event, or none, and leaves questions open.
    Raises TierUnknown, TierInactive, TierNotFree, TierRequired, Invalid (the answers).
    """
    enters = rsvp.attendance == Attendance.GOING and not was_going
    before, answered = rsvp.tier_id, rsvp.answers
    stored = {"tier_id": before, "form_answers": answered}
    asked = {
        name: values[name] for name in stored if values.get(name, stored[name]) != stored[name]
    }
    if not enters and not asked:
        return set()
    tiers = tier_rows(event.id) if event.has_tiers else []
    wanted = asked.get("tier_id", before)
    if wanted is None and not force and rsvp.attendance == Attendance.GOING:
        wanted = before if before and "tier_id" not in asked else _only_ticket(tiers)
    moved = wanted != before
    tier = _tier_of(tiers, wanted)
    if tier is not None and (moved or enters) and not force:
        _ensure_handed_out(tier)
    rsvp.tier_id = wanted
    if moved or enters or "form_answers" in asked:
        rsvp.answers = _answers(
            event.id,
            tier,
            {} if moved else answered,
            asked.get("form_answers"),
            complete=rsvp.attendance == Attendance.GOING and not force,
        )
    return {
        column
        for column, changed in (("tier", moved), ("answers", rsvp.answers != answered))
        if changed
    }


def _tier_of(tiers: list[TierRow], tier_id: UUID | None) -> TierRow | None:
    if tier_id is None:
        return None
    tier = next((tier for tier in tiers if tier.id == tier_id), None)
    if tier is None:
        raise TierUnknown
    return tier


def _ensure_handed_out(tier: TierRow) -> None:
    if not tier.is_active:
        raise TierInactive
    if tier.price_cents:
        raise TierNotFree


def _only_ticket(tiers: list[TierRow]) -> UUID | None:
    """The ticket of a guest who names none: the only one that is free and asks nothing, or None
    where there are no tickets. Raises TierRequired where there is a choice."""
    active = [tier for tier in tiers if tier.is_active]
    if not active:
        return None
    free = [tier for tier in active if not tier.price_cents]
    if len(free) == 1 and not free[0].has_form:
        return free[0].id
    raise TierRequired


def _answers(
    event_id: UUID, tier: TierRow | None, stored: Mapping[str, Any], given: Any, *, complete: bool
) -> dict[str, Any]:
    """``given`` in place of the ``stored`` answers, or those checked anew. Answers to questions
    that were retired since stay as they are."""
    if tier is None:
        if given:
            raise Invalid({"form_answers": "no_form"})
        return {}
    questions = question_rows(event_id).get(tier.id, [])
    asked = {str(question.id) for question in questions if question.is_active}
    if given is None:
        given = {key: answer for key, answer in stored.items() if key in asked}
    retired = {key: answer for key, answer in stored.items() if key not in asked}
    return retired | clean_form_answers(questions, given, complete=complete)

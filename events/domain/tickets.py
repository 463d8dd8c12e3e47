"""Ticket types and the questions they ask, copied from one event to others."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from events.fields import QUESTION, TIER
from events.models import Event, Question, Tier


def copy_tickets(event_id: UUID, copies: Sequence[Event]) -> None:
    """Gives every copy the event's ticket types, without what was sold, and the questions that they
    ask now. Four queries, whatever the number of copies. Hold the event."""
    tiers = {
        (copy.pk, tier.pk): Tier(event=copy, **TIER.copied(tier))
        for tier in Tier.objects.filter(event=event_id)
        for copy in copies
    }
    if not tiers:
        return
    Tier.objects.bulk_create(tiers.values())
    Question.objects.bulk_create(
        Question(
            tier=tiers[copy.pk, question.tier_id],
            position=question.position,
            **QUESTION.copied(question),
        )
        for question in Question.objects.filter(tier__event=event_id, is_active=True)
        for copy in copies
    )

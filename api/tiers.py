"""Ticket tiers as the Capability and the Tenant API spell them."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from api.bodies import Body
from events.enums import QuestionKind
from events.facts import QuestionFacts, TierFacts


class QuestionBody(Body):
    """A question of a tier's form. ``is_active`` is false for one that was taken out after guests
    had answered it; only organizers see those."""

    id: UUID
    kind: Annotated[str, QuestionKind]
    label: str
    help: str | None
    required: bool
    options: list[str]
    is_active: bool

    @classmethod
    def of(cls, facts: QuestionFacts) -> Self:
        """A question."""
        return cls.like(
            facts,
            help=facts.help or None,
        )


class TierBody(Body):
    """A ticket tier. Prices are in the currency's smallest unit; ``sold`` counts the seats held.
    ``sold`` and ``spots_left`` are null unless the caller may see counts."""

    id: UUID
    event_id: UUID
    name: str
    price_cents: int
    currency: str
    capacity: int | None
    sold: int | None
    spots_left: int | None
    is_active: bool
    position: int
    has_form: bool
    questions: list[QuestionBody]

    @classmethod
    def of(cls, facts: TierFacts) -> Self:
        """A tier with its form."""
        return cls.like(
            facts,
            questions=[QuestionBody.of(question) for question in facts.questions],
        )

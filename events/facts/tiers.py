"""Ticket tiers and their forms, as doors read them."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from django.utils.formats import localize
from django.utils.translation import pgettext

from events.domain.visibility import sees_counts
from events.enums import Standing
from events.kinds import exponent_of
from events.rows import (
    QuestionRow,
    TierRow,
    question_rows,
    tier_rows,
    tier_rows_of,
)

# A question carries nothing to cut out: who may see its tier may read it.
QuestionFacts = QuestionRow


class TierFacts(TierRow):
    """A ticket type. ``seats_taken`` is None where counts are hidden; that it ``is_full`` is known
    to everybody. ``price_cents`` is in the currency's smallest unit, ``price`` as people
    write it ("12.50 EUR"). ``questions`` is empty where has_form is False, and where they were not
    asked for."""

    questions: list[QuestionFacts]
    # Whether every ticket of it is taken, whatever the event still has.
    is_full: bool

    @property
    def sold(self) -> int | None:
        """The seats held."""
        return self.seats_taken

    @property
    def spots_left(self) -> int | None:
        """Tickets left; None when it has no capacity, and where counts are hidden."""
        if self.capacity is None or self.seats_taken is None:
            return None
        return max(self.capacity - self.seats_taken, 0)

    @property
    def is_free(self) -> bool:
        """Whether it costs nothing; only such tickets are handed out here."""
        return self.price_cents == 0

    @property
    def asked(self) -> list[QuestionFacts]:
        """The questions it asks now."""
        return [question for question in self.questions if question.is_active]

    @property
    def retired(self) -> list[QuestionFacts]:
        """The questions it asked once, kept for the answers given to them."""
        return [question for question in self.questions if not question.is_active]

    @property
    def price(self) -> str:
        """The price in whole units with the currency's code, "12.50 EUR", or "Free", in the active
        language."""
        return price_of(self.price_cents, self.currency)

    @property
    def amount(self) -> str:
        """The price in whole units alone, "12.50", the same in every language."""
        return amount_of(self.price_cents, self.currency)


def price_of(price_cents: int, currency: str) -> str:
    """The smallest units of a currency as people write them: "12.50 EUR", or "Free"."""
    if price_cents == 0:
        return pgettext("price", "Free")
    return f"{localize(Decimal(amount_of(price_cents, currency)))} {currency}"


def amount_of(price_cents: int, currency: str) -> str:
    """The same in whole units alone, "12.50"."""
    decimals = exponent_of(currency) or 0
    return f"{price_cents / 10**decimals:.{decimals}f}"


def event_tiers(event_id: UUID, standing: Standing, *, held: UUID | None = None) -> list[TierFacts]:
    """An event's tiers with their forms: those handed out and the one a guest holds (``held``),
    and all of them for organizers, who also see retired questions. Two queries at most."""
    organizes = standing >= Standing.OWNER
    rows = [row for row in tier_rows(event_id) if organizes or row.is_active or row.id == held]
    asked = question_rows(event_id) if any(row.has_form for row in rows) or organizes else {}
    return [
        _tier(row, standing, [q for q in asked.get(row.id, []) if organizes or q.is_active])
        for row in rows
    ]


def tiers_of_events(event_ids: Collection[UUID], standing: Standing) -> dict[UUID, list[TierFacts]]:
    """The tiers of several events, switched-off ones included, by event, without their forms, for
    a viewer who has this standing to each. One query, whatever their number."""
    return {
        event_id: [_tier(row, standing, []) for row in rows]
        for event_id, rows in tier_rows_of(event_ids).items()
    }


def tier_form(event_id: UUID, tier_id: UUID) -> list[QuestionFacts] | None:
    """The questions a tier of the event asks now; None when it has no such tier. Two queries."""
    row = next((row for row in tier_rows(event_id) if row.id == tier_id), None)
    if row is None:
        return None
    asked = question_rows(event_id).get(tier_id, [])
    return [question for question in asked if question.is_active]


def _tier(row: TierRow, standing: Standing, questions: list[QuestionRow]) -> TierFacts:
    seen = row if sees_counts(row, standing) else row._replace(seats_taken=None)
    tier = TierFacts._make(seen)
    tier.questions = questions
    tier.is_full = row.capacity is not None and (row.seats_taken or 0) >= row.capacity
    return tier

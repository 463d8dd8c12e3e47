"""Ticket tiers as the Capability and the Tenant API spell them, and the same shapes as schema."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from events.enums import QuestionKind
from events.facts import QuestionFacts, TierFacts


class QuestionBody(serializers.Serializer[Any]):
    """A question of a tier's form. ``is_active`` is false for one that was taken out after guests
    had answered it; only organizers see those."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=QuestionKind.choices)
    label = serializers.CharField()  # type: ignore[assignment] # hides what only forms use
    help = serializers.CharField(allow_null=True)
    required = serializers.BooleanField()  # type: ignore[assignment] # likewise
    options = serializers.ListField(child=serializers.CharField())
    is_active = serializers.BooleanField()


class TierBody(serializers.Serializer[Any]):
    """A ticket tier. Prices in the currency's smallest unit; ``sold`` is the seats held."""

    id = serializers.UUIDField()
    event_id = serializers.UUIDField()
    name = serializers.CharField()
    price_cents = serializers.IntegerField()
    currency = serializers.CharField()
    capacity = serializers.IntegerField(allow_null=True)
    sold = serializers.IntegerField()
    spots_left = serializers.IntegerField(allow_null=True)
    is_active = serializers.BooleanField()
    position = serializers.IntegerField()
    has_form = serializers.BooleanField()
    questions = QuestionBody(many=True)


def tier_body(facts: TierFacts) -> dict[str, Any]:
    """A TierBody."""
    return {
        "id": facts.id,
        "event_id": facts.event_id,
        "name": facts.name,
        "price_cents": facts.price_cents,
        "currency": facts.currency,
        "capacity": facts.capacity,
        "sold": facts.sold,
        "spots_left": facts.spots_left,
        "is_active": facts.is_active,
        "position": facts.position,
        "has_form": facts.has_form,
        "questions": [question_body(question) for question in facts.questions],
    }


def question_body(facts: QuestionFacts) -> dict[str, Any]:
    """A QuestionBody."""
    return {
        "id": facts.id,
        "kind": facts.kind,
        "label": facts.label,
        "help": facts.help or None,
        "required": facts.required,
        "options": facts.options,
        "is_active": facts.is_active,
    }

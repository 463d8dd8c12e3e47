"""The Communities API's objects: how facts are spelt in its JSON, and the same shapes as schema."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers

from config.links import file_url
from events.enums import Format, QuestionKind, Status
from events.facts import EventFacts, QuestionFacts, TierFacts

# Domain word -> the API's word.
FORMAT_OF = {
    Format.IN_PERSON.value: "in_person",
    Format.VIRTUAL.value: "online",
    Format.HYBRID.value: "hybrid",
}
FORMAT_WORDS = [(word, word) for word in FORMAT_OF.values()]


class CommunityTierBody(serializers.Serializer[Any]):
    """A price tier. ``priceCents`` in the currency's smallest unit; ``sold`` is the seats held."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    priceCents = serializers.IntegerField()
    currency = serializers.CharField(help_text="ISO 4217 code.")
    capacity = serializers.IntegerField(allow_null=True)
    sold = serializers.IntegerField()
    isActive = serializers.BooleanField()
    hasForm = serializers.BooleanField()


class CommunityLocationBody(serializers.Serializer[Any]):
    """Where it takes place: an address, a link, or both."""

    address = serializers.CharField(allow_null=True)
    virtualLink = serializers.CharField(allow_null=True)


class CommunityEventBody(serializers.Serializer[Any]):
    """An event. ``location`` is null when there is none, or the public may not know it."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    startDate = serializers.DateTimeField()
    endDate = serializers.DateTimeField(allow_null=True)
    location = CommunityLocationBody(allow_null=True)
    bannerUrl = serializers.URLField(allow_null=True)
    format = serializers.ChoiceField(choices=FORMAT_WORDS)
    status = serializers.ChoiceField(choices=Status.choices)
    tiers = CommunityTierBody(many=True)
    featured = serializers.BooleanField()


class CommunityQuestionBody(serializers.Serializer[Any]):
    """A question of a tier's form."""

    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment] # hides what only forms use
    kind = serializers.ChoiceField(choices=QuestionKind.choices)
    required = serializers.BooleanField()  # type: ignore[assignment] # likewise
    options = serializers.ListField(child=serializers.CharField())
    help = serializers.CharField(allow_null=True)


class TierFormBody(serializers.Serializer[Any]):
    """What a tier asks; an empty list when it asks nothing."""

    tierId = serializers.UUIDField()
    questions = CommunityQuestionBody(many=True)


def community_event_body(
    facts: EventFacts, tiers: list[TierFacts], base_url: str
) -> dict[str, Any]:
    """A CommunityEventBody with the tiers that are handed out."""
    place = {"address": facts.location, "virtualLink": facts.online_url}
    return {
        "id": facts.id,
        "slug": facts.slug,
        "name": facts.title,
        "description": facts.description or None,
        "startDate": facts.start_time,
        "endDate": facts.end_time,
        "location": place if any(place.values()) else None,
        "bannerUrl": facts.cover_image and file_url(base_url, facts.cover_image),
        "format": FORMAT_OF[facts.format],
        "status": facts.status.value,
        "tiers": [community_tier_body(tier) for tier in tiers if tier.is_active],
        "featured": facts.featured,
    }


def community_tier_body(facts: TierFacts) -> dict[str, Any]:
    """A CommunityTierBody."""
    return {
        "id": facts.id,
        "name": facts.name,
        "priceCents": facts.price_cents,
        "currency": facts.currency,
        "capacity": facts.capacity,
        "sold": facts.sold,
        "isActive": facts.is_active,
        "hasForm": facts.has_form,
    }


def tier_form_body(tier_id: UUID, questions: list[QuestionFacts]) -> dict[str, Any]:
    """A TierFormBody."""
    return {
        "tierId": tier_id,
        "questions": [
            {
                "id": question.id,
                "label": question.label,
                "kind": question.kind,
                "required": question.required,
                "options": question.options,
                "help": question.help or None,
            }
            for question in questions
        ],
    }

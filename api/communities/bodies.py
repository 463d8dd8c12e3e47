"""The Communities API's objects: what facts are called in its JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from rest_framework.serializers import CharField, ChoiceField

from api.bodies import Body, Url
from api.hosts import EventSeriesBody
from config.links import file_url
from events.enums import Format, QuestionKind, Status
from events.facts import EventFacts, QuestionFacts, TierFacts

# Domain word -> the API's word.
FORMAT_OF = {
    Format.IN_PERSON.value: "in_person",
    Format.VIRTUAL.value: "online",
    Format.HYBRID.value: "hybrid",
}
FormatWord = Annotated[str, ChoiceField(choices=[(word, word) for word in FORMAT_OF.values()])]


class CommunityTierBody(Body):
    """A price tier. ``priceCents`` is in the currency's smallest unit; ``sold`` counts the
    seats held, and is null where the event shows no counts."""

    id: UUID
    name: str
    priceCents: int
    currency: Annotated[str, CharField(help_text="ISO 4217 code.")]
    capacity: int | None
    sold: int | None
    isActive: bool
    hasForm: bool

    @classmethod
    def of(cls, facts: TierFacts) -> Self:
        """A tier."""
        return cls.like(
            facts,
            priceCents=facts.price_cents,
            isActive=facts.is_active,
            hasForm=facts.has_form,
        )


class CommunityLocationBody(Body):
    """Where it takes place: an address, a link, or both."""

    address: str | None
    virtualLink: str | None


class CommunityEventBody(Body):
    """An event. ``location`` is null when there is none, or it is hidden from the public;
    ``waitlist`` tells whether guests who find no seat may wait for one."""

    id: UUID
    slug: str
    name: str
    description: str | None
    startDate: datetime
    endDate: datetime | None
    location: CommunityLocationBody | None
    bannerUrl: Url | None
    format: FormatWord
    status: Annotated[str, Status]
    tiers: list[CommunityTierBody]
    featured: bool
    waitlist: bool
    hostName: str | None
    hosts: list[str]
    series: EventSeriesBody | None

    @classmethod
    def of(cls, facts: EventFacts, tiers: list[TierFacts], base_url: str) -> Self:
        """An event with those of its tiers that are handed out."""
        place = CommunityLocationBody(address=facts.location, virtualLink=facts.online_url)
        return cls.like(
            facts,
            name=facts.title,
            description=facts.description or None,
            startDate=facts.start_time,
            endDate=facts.end_time,
            location=place if facts.location or facts.online_url else None,
            bannerUrl=facts.cover_image and file_url(base_url, facts.cover_image),
            format=FORMAT_OF[facts.format],
            status=facts.status.value,
            hostName=facts.host_name or None,
            series=EventSeriesBody.of(facts, base_url),
            tiers=[CommunityTierBody.of(tier) for tier in tiers if tier.is_active],
        )


class CommunityQuestionBody(Body):
    """A question of a tier's form."""

    id: UUID
    label: str
    kind: Annotated[str, QuestionKind]
    required: bool
    options: list[str]
    help: str | None

    @classmethod
    def of(cls, facts: QuestionFacts) -> Self:
        """A question."""
        return cls.like(
            facts,
            help=facts.help or None,
        )


class TierFormBody(Body):
    """The questions of a tier's form; an empty list if it asks none."""

    tierId: UUID
    questions: list[CommunityQuestionBody]

"""One RSVP for several occurrences of a series, in the Capability and Tenant APIs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Self
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer
from rest_framework.request import Request
from rest_framework.response import Response

from access.events import ensure_owns_series, seen
from access.sentences import message_of
from api.base import ApiViewSet
from api.bodies import Body, Url, described
from api.capability.bodies import RsvpBody
from api.filters import parameter
from api.tenant.bodies import TenantRsvpBody
from config.errors import Invalid, flaw
from events.addresses import rsvp_links
from events.domain.listing import events_in_series
from events.enums import Scope, Standing
from events.rows import EventRow
from rsvps.domain.respond import create_rsvp
from rsvps.domain.series_answers import Respond, SeriesAnswer, answer_following
from rsvps.facts import rsvp_facts

_OCCURRENCES = (Scope.THIS.value, Scope.FOLLOWING.value)
FOR = OpenApiParameter(
    "for",
    enum=_OCCURRENCES,
    description="following: also every later occurrence of the series that takes answers.",
)


class RsvpLinksBody(Body):
    """Where the guest finds their RSVP: in the API, and as a page that needs no token."""

    self: Url
    html: Url


class NewRsvpEnvelope(Body):
    """A new RSVP, with the guest's token."""

    rsvp: RsvpBody
    links: RsvpLinksBody


class OccurrenceRsvpBody(Body):
    """How an answer went for one occurrence: an RSVP with its guest's token, or the ``code`` and
    the sentence of its refusal."""

    event_id: UUID
    start_time: datetime
    rsvp: RsvpBody | None
    links: RsvpLinksBody | None
    code: str | None
    detail: str | None

    @classmethod
    def of(cls, answer: SeriesAnswer, base_url: str) -> Self:
        """The answer to an occurrence, for whoever gave it."""
        body, links = None, None
        if answer.rsvp is not None:
            facts = rsvp_facts(answer.rsvp, Standing.GUEST, own=True)
            body = RsvpBody.of(facts)
            links = RsvpLinksBody(**rsvp_links(base_url, answer.event.id, facts.token or ""))
        return cls(rsvp=body, links=links, **_outcome(answer))


class OccurrenceRsvpsEnvelope(Body):
    """The answers to several occurrences, by start."""

    rsvps: list[OccurrenceRsvpBody]


class TenantOccurrenceRsvpBody(Body):
    """How the RSVP of the key's user went for one occurrence: the RSVP, or the ``code`` and the
    sentence of its refusal."""

    event_id: UUID
    start_time: datetime
    rsvp: TenantRsvpBody | None
    code: str | None
    detail: str | None

    @classmethod
    def of(cls, answer: SeriesAnswer) -> Self:
        """The answer to an occurrence, for the account that gave it."""
        body = None
        if answer.rsvp is not None:
            body = TenantRsvpBody.of(rsvp_facts(answer.rsvp, Standing.GUEST, own=True))
        return cls(rsvp=body, **_outcome(answer))


class TenantOccurrenceRsvpsEnvelope(Body):
    """The RSVPs of the key's user to several occurrences, by start."""

    rsvps: list[TenantOccurrenceRsvpBody]


NEW_RSVPS = PolymorphicProxySerializer(
    component_name="NewRsvps",
    serializers=[described(NewRsvpEnvelope), described(OccurrenceRsvpsEnvelope)],
    resource_type_field_name=None,
)
ACCOUNTS_RSVPS = PolymorphicProxySerializer(
    component_name="AccountsRsvps",
    serializers=[described(TenantRsvpBody), described(TenantOccurrenceRsvpsEnvelope)],
    resource_type_field_name=None,
)


def asks_for_following(request: Request) -> bool:
    """Whether later occurrences are answered, too. Raises Invalid for another word."""
    sent, spelt = parameter(request, FOR.name)
    if sent not in (None, *_OCCURRENCES):
        raise Invalid({spelt: flaw("not_one_of", choices=", ".join(_OCCURRENCES))})
    return sent == Scope.FOLLOWING


def respond_to_following(
    view: ApiViewSet, event: EventRow, values: Mapping[str, Any], *, force: bool
) -> Response:
    """Answers the event and those that follow it; ``force`` takes whoever owns the series."""
    if force and event.series_id is not None:
        ensure_owns_series(view.actor, seen(view.actor, event.id))
    given = _given(view, event, values, partial(create_rsvp, force=force))
    bodies = [OccurrenceRsvpBody.of(each, view.base_url) for each in given]
    return Response(OccurrenceRsvpsEnvelope(rsvps=bodies), status=201)


def respond_to_following_as_account(
    view: ApiViewSet, event: EventRow, values: Mapping[str, Any], respond: Respond
) -> Response:
    """The same for an account, whose answers there are changed."""
    given = _given(view, event, values, respond)
    bodies = [TenantOccurrenceRsvpBody.of(each) for each in given]
    return Response(TenantOccurrenceRsvpsEnvelope(rsvps=bodies), status=201)


def _given(
    view: ApiViewSet, event: EventRow, values: Mapping[str, Any], respond: Respond
) -> list[SeriesAnswer]:
    if event.series_id is None:
        raise Invalid({FOR.name: "not_in_series"})
    shown = events_in_series(view.actor, event.series_id)
    return answer_following(event=event, shown=shown, values=values, respond=respond)


def _outcome(answer: SeriesAnswer) -> dict[str, Any]:
    refusal = answer.refusal
    return {
        "event_id": answer.event.id,
        "start_time": answer.event.start_time,
        "code": None if refusal is None else refusal.code,
        "detail": None if refusal is None else message_of(refusal),
    }

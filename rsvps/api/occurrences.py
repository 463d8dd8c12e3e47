"""One RSVP for several occurrences of a series, in the Capability API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
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
from config.errors import Invalid, flaw
from events.addresses import rsvp_links
from events.domain.listing import events_in_series
from events.enums import Scope, Standing
from events.rows import EventRow
from rsvps.domain.series_answers import SeriesAnswer, answer_following
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
        return cls(
            event_id=answer.event.id,
            start_time=answer.event.start_time,
            rsvp=body,
            links=links,
            code=None if answer.refusal is None else answer.refusal.code,
            detail=None if answer.refusal is None else message_of(answer.refusal),
        )


class OccurrenceRsvpsEnvelope(Body):
    """The answers to several occurrences, by start."""

    rsvps: list[OccurrenceRsvpBody]


NEW_RSVPS = PolymorphicProxySerializer(
    component_name="NewRsvps",
    serializers=[described(NewRsvpEnvelope), described(OccurrenceRsvpsEnvelope)],
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
    if event.series_id is None:
        raise Invalid({FOR.name: "not_in_series"})
    if force:
        ensure_owns_series(view.actor, seen(view.actor, event.id))
    shown = events_in_series(view.actor, event.series_id)
    given = answer_following(event=event, shown=shown, values=values, force=force)
    bodies = [OccurrenceRsvpBody.of(each, view.base_url) for each in given]
    return Response(OccurrenceRsvpsEnvelope(rsvps=bodies), status=201)

"""Series in the Capability API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField

from access.events import seen_series
from access.standing import standings
from api.bodies import Body, Url
from api.capability.base import CapabilityViewSet, PageQuery, PaginationBody, numbers
from api.capability.bodies import EventBody
from api.conditional import LIST_RENDERED
from api.schema import errors_of
from config.paging import read_page
from events.addresses import series_url
from events.facts import many_event_facts
from events.rows import event_rows

_RULE = CharField(help_text="RFC 5545, like FREQ=WEEKLY;BYDAY=TU.")


class SeriesBody(Body):
    """A series. Its rule counts by the clock on the wall of ``timezone``; ``url`` is its page,
    ``ics`` a calendar to subscribe to."""

    id: UUID
    rrule: Annotated[str, _RULE]
    timezone: str
    url: Url
    ics: Url


class SeriesEventPaginationBody(PaginationBody):
    """Pages of a series' occurrences."""

    total_events: int


class SeriesEnvelope(Body):
    """A series and a page of its occurrences by start: those that were made, past ones too."""

    series: SeriesBody
    events: Sequence[EventBody]
    pagination: SeriesEventPaginationBody


class SeriesViewSet(CapabilityViewSet):
    """A series and its occurrences."""

    public_actions: ClassVar = frozenset({"retrieve"})
    tags: ClassVar = {"retrieve": LIST_RENDERED}

    @extend_schema(
        operation_id="getSeries",
        parameters=[PageQuery],
        responses={200: SeriesEnvelope, **errors_of(400, 404)},
    )
    def retrieve(self, request: Request, series_id: UUID) -> Response:
        """A series with its occurrences; private ones for their organizers alone."""
        query = self.read_query(PageQuery)
        series, events = seen_series(self.actor, series_id)
        page = read_page(
            events.order_by("start_time", "id"),
            event_rows,
            number=query["page"],
            size=query["per_page"],
        )
        facts = many_event_facts(page.rows, standings(self.actor, page.rows), timezone.now())
        here = self.base_url
        url = series_url(here, series_id)
        return Response(
            SeriesEnvelope(
                series=SeriesBody.like(series, url=url, ics=f"{url}.ics"),
                events=[
                    EventBody.of(each, here, self.actor.owner_token_of(each.id)) for each in facts
                ],
                pagination=SeriesEventPaginationBody(total_events=page.total, **numbers(page)),
            )
        )

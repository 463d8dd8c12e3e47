"""A community's events, tiers and forms in the Communities API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import Body
from api.communities.base import CommunityViewSet
from api.communities.bodies import (
    CommunityEventBody,
    CommunityQuestionBody,
    CommunityTierBody,
    TierFormBody,
)
from api.conditional import ONE
from api.feeds import CALENDAR, answer_feed
from api.schema import errors_of
from api.words import folded
from channels.models import Channel
from config.downloads import disposition
from config.errors import Invalid, NotFound
from config.keyset import Order, build_keyset
from events.addresses import page_url
from events.domain.calendar import write_feed
from events.enums import Standing
from events.facts import event_facts, tier_form, tiers_of_events
from events.models import Event
from events.querysets import EventQuerySet
from events.rows import EventRow, calendar_versions, event_rows, rows_of_versions


class CommunityEventQuery(serializers.Serializer[Any]):
    """Which of the community's events."""

    limit = serializers.IntegerField(default=20, min_value=1, max_value=100)
    offset = serializers.IntegerField(required=False, min_value=0, max_value=2**31)
    cursor = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="Pages by position: empty for the first page, then pagination.nextCursor.",
    )
    featured = serializers.BooleanField(default=False, help_text="Only the featured event.")
    upcoming = serializers.BooleanField(default=False, help_text="Only events that have not begun.")


class CursorPaginationBody(Body):
    """How to go on; null on the last page."""

    nextCursor: str | None
    limit: int


class CommunityEventPage(Body):
    """The page when ``cursor`` was sent."""

    data: Sequence[CommunityEventBody]
    pagination: CursorPaginationBody


_HEADERS = [
    OpenApiParameter(
        "Link", str, OpenApiParameter.HEADER, response=[200], description='<…>; rel="next"'
    ),
    OpenApiParameter(
        "X-Next-Cursor",
        str,
        OpenApiParameter.HEADER,
        response=[200],
        description="The cursor behind the last event, when more follow.",
    ),
]


class CommunityEventViewSet(CommunityViewSet):
    """List a community's public events and read one with its tiers and forms."""

    tags: ClassVar = {"retrieve": ONE, "tiers": ONE, "form": ONE, "event_form": ONE}

    @extend_schema(
        operation_id="listCommunityTagEvents",
        parameters=[CommunityEventQuery, *_HEADERS],
        responses={
            200: OpenApiResponse(
                Sequence[CommunityEventBody],
                description="The events by start. With ``cursor`` in the query they come as "
                "``{data, pagination: {nextCursor, limit}}``.",
            ),
            **errors_of(400, 401, 403, 404),
        },
    )
    def list(self, request: Request, tag: str) -> Response:
        """The community's public events by start."""
        channel, query = self.community(tag), self.read_query(CommunityEventQuery)
        by_cursor = "cursor" in query
        if by_cursor and "offset" in query:
            raise Invalid({"cursor": "offset_and_cursor"})
        events = Event.objects.public().in_channel(channel.id)
        if query["featured"]:
            events = events.filter(featured=True)
        name = f"community {channel.id.hex} {query['featured']:d}{query['upcoming']:d}"
        if query["upcoming"]:
            # Events that began since a walk by cursor did are behind its position anyway.
            events = events.scheduled(timezone.now())
        order, offset = Order("start_time", False, name), query.get("offset", 0)
        page = build_keyset(
            lambda at, most: event_rows(order.part(events, at)[offset : offset + most]),
            order,
            size=query["limit"],
            token=query.get("cursor"),
            field="cursor",
        )
        bodies = self._bodies(page.rows)
        if by_cursor:
            block = CursorPaginationBody(nextCursor=page.next, limit=query["limit"])
            return Response(CommunityEventPage(data=bodies, pagination=block))
        return Response(bodies, headers=self._headers(query, page.next))

    @extend_schema(
        operation_id="getCommunityTagCalendar",
        responses={(200, "text/calendar"): OpenApiTypes.STR, **errors_of(401, 403, 404)},
    )
    def calendar(self, request: Request, tag: str) -> Any:
        """The community's public events as a calendar to subscribe to."""
        channel, now = self.community(tag), timezone.now()
        versions = calendar_versions(channel.id, now)
        return answer_feed(
            request,
            (channel.name, versions),
            lambda: write_feed(
                channel.name,
                [
                    (event_facts(row, Standing.PUBLIC, now), page_url(self.base_url, row.id))
                    for row in rows_of_versions(versions)
                ],
            ),
            content_type=CALENDAR,
            name=disposition(channel.name, ".ics", fallback="events", attached=False),
        )

    @extend_schema(
        operation_id="getCommunityTagEvent",
        responses={200: CommunityEventBody, **errors_of(401, 403, 404)},
    )
    def retrieve(self, request: Request, tag: str, slug: str) -> Response:
        """One event by its slug."""
        return Response(self._bodies([self._event(tag, slug=slug)])[0])

    @extend_schema(
        operation_id="listCommunityTagEventTiers",
        responses={200: Sequence[CommunityTierBody], **errors_of(401, 403, 404)},
    )
    def tiers(self, request: Request, tag: str, slug: str) -> Response:
        """An event's tiers, those that take no RSVPs now included."""
        event = self._event(tag, slug=slug)
        tiers = tiers_of_events([event.id], Standing.PUBLIC)[event.id]
        return Response([CommunityTierBody.of(tier) for tier in tiers])

    @extend_schema(
        operation_id="getCommunityTagTierForm",
        parameters=[OpenApiParameter("tier_id", OpenApiTypes.UUID, OpenApiParameter.PATH)],
        responses={200: TierFormBody, **errors_of(401, 403, 404)},
    )
    def form(self, request: Request, tag: str, tier_id: UUID) -> Response:
        """The questions a tier asks its guests."""
        return self._form(self._event(tag, tiers=tier_id), tier_id)

    @extend_schema(
        operation_id="getCommunityTagEventTierForm",
        responses={200: TierFormBody, **errors_of(401, 403, 404)},
    )
    def event_form(self, request: Request, tag: str, slug: str, tier_id: UUID) -> Response:
        """The same form, found by its event."""
        return self._form(self._event(tag, slug=slug), tier_id)

    def _event(self, tag: str, **by: Any) -> EventRow:
        event = public_event(self.community(tag), **by)
        self.tell_of(event)
        return event

    def _form(self, event: EventRow, tier_id: UUID) -> Response:
        questions = tier_form(event.id, tier_id)
        if questions is None:
            raise NotFound("tier_not_found")
        asked = [CommunityQuestionBody.of(question) for question in questions]
        return Response(TierFormBody(tierId=tier_id, questions=asked))

    def _bodies(self, rows: Sequence[EventRow]) -> Sequence[CommunityEventBody]:
        now = timezone.now()
        tiers = tiers_of_events([row.id for row in rows], Standing.PUBLIC)
        return [
            CommunityEventBody.of(
                event_facts(row, Standing.PUBLIC, now), tiers[row.id], self.base_url
            )
            for row in rows
        ]

    def _headers(self, query: dict[str, Any], following: str | None) -> dict[str, str]:
        if following is None:
            return {}
        asked = self.request.query_params.dict().items()
        kept = {name: value for name, value in asked if folded(name) != "offset"}
        kept |= {"offset": str(query.get("offset", 0) + query["limit"])}
        here = f"{self.base_url}{self.request.path}"
        return {"Link": f'<{here}?{urlencode(kept)}>; rel="next"', "X-Next-Cursor": following}


def public_event(channel: Channel, **by: Any) -> EventRow:
    """The community's public event with this slug, or this tier. Raises NotFound: a private event
    answers to its id alone, not to a name that can be guessed."""
    events: EventQuerySet = Event.objects.public().in_channel(channel.id)
    rows = event_rows(events.filter(**by)[:1])
    if not rows:
        raise NotFound("tier_not_found" if "tiers" in by else "event_not_found")
    return rows[0]

"""Events in the Capability API."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Annotated, Any, ClassVar, TypeVar
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from access.events import owned
from access.standing import standing
from api.bodies import OMITTED, Body, Omitted
from api.capability.base import CapabilityViewSet, PageQuery, Search, numbers
from api.capability.bodies import EventBody, EventDetailBody, EventLinksBody
from api.conditional import CHANGE, LIST, LIST_RENDERED, ONE
from api.events import EventChanges, EventWords
from api.feeds import calendar_file
from api.fields import Choice, Moment, Text, Whole
from api.filters import parameter
from api.previews import PreviewEnvelope, changed_or, preview
from api.schema import errors_of
from api.series import Recurrence, ScopeNoticeQuery, ScopeQuery, change_of, end_of
from channels.enums import Visibility
from comments.domain.erasing import delete_event
from comments.facts import public_announcements
from config.errors import Invalid, NotFound, flaw
from config.kept import stand_on
from config.keyset import Order, build_keyset, name_of_list
from config.paging import COMING_CAP, LISTED_CAP, SEARCH_CAP, Page, build_page
from config.text import clean_text
from events import limits
from events.domain.lifecycle import create_event
from events.domain.notices import clean_notice
from events.domain.series import occurrences_of
from events.domain.times import next_change, to_utc
from events.enums import Format, Standing
from events.facts import event_facts, many_event_facts
from events.fields import EVENT
from events.rows import (
    EventRow,
    count_public_listing,
    event_row,
    public_listing_rows,
    public_listing_versions,
)
from rsvps.facts import listed_rsvps

Row = TypeVar("Row")


class EventInput(EventWords):
    """What an event is made or changed with. Limits are the domain's; see clean_event()."""

    table = EVENT.without("featured", "cover_id")
    names: ClassVar = {"capacity": "max_attendees", "approval_required": "admin_approval_required"}
    timezone_offset_minutes = Whole(
        required=False, allow_null=True, help_text="Positive is east of UTC: -300 is UTC-5."
    )
    recurrence = Recurrence(
        required=False, allow_null=True, help_text="Makes a series; or, with scope, a new rule."
    )
    channel_name = Text(required=False, allow_null=True)
    channel_visibility = Choice(choices=Visibility.choices, required=False)
    untold: ClassVar = EventWords.untold | {"channel": None}


class EventChangeInput(EventInput, EventChanges):
    """What an event is changed with."""


class EventListQuery(PageQuery):
    """Filters of the public listing."""

    start_after = Moment(required=False)
    start_before = Moment(required=False)
    q = Search(
        "Words that each begin a word of the title, the description, the tags, the names "
        "of the hosts, or the location and the channel if these are public. Case and accents do "
        "not count."
    )
    format = Choice(choices=Format.choices, required=False)
    channel = serializers.SlugField(required=False, help_text="Slug of a public channel.")
    upcoming = serializers.BooleanField(
        required=False,
        help_text="true: only events that are neither over nor cancelled. false: all, as without.",
    )
    cursor = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="Pages by position instead of number, without totals; empty for the first page.",
    )


class EventEnvelope(Body):
    """One event."""

    event: EventBody


class EventDetailEnvelope(Body):
    """One event with its public RSVPs and announcements."""

    event: EventDetailBody


class NewEventEnvelope(Body):
    """A new event with its organizer's token."""

    event: EventBody
    admin_token: str
    links: EventLinksBody


class EventPaginationBody(Body):
    """Pages of events; with ``cursor`` only per_page, has_next and next_cursor. ``per_page`` is the
    number that was applied, which may be less than was asked for."""

    page: int | Omitted = OMITTED
    per_page: int
    total_pages: int | Omitted = OMITTED
    total_is_capped: bool | Omitted = OMITTED
    has_prev: bool | Omitted = OMITTED
    has_next: bool
    prev_page: int | Omitted | None = OMITTED
    next_page: int | Omitted | None = OMITTED
    total_events: int | Omitted = OMITTED
    next_cursor: str | Omitted | None = OMITTED


class EventFiltersBody(Body):
    """The filters that were applied; null where none was given."""

    start_after: datetime | None
    start_before: datetime | None
    q: str | None
    format: Annotated[str, Format] | None
    channel: str | None
    upcoming: bool | None


class EventListEnvelope(Body):
    """A page of public events."""

    events: Sequence[EventBody]
    pagination: EventPaginationBody
    filters: EventFiltersBody


class EventViewSet(CapabilityViewSet):
    """Make, list, read, change and delete events."""

    public_actions: ClassVar = frozenset({"list", "create", "retrieve", "ics"})
    acts: ClassVar = {"create": "events"}
    tags: ClassVar = {
        "list": LIST_RENDERED,
        "create": ONE,
        "retrieve": ONE,
        "partial_update": CHANGE,
        "destroy": CHANGE,
        "ics": LIST,
    }
    located: ClassVar = frozenset({"create"})
    previews: ClassVar = frozenset({"partial_update", "destroy"})

    @extend_schema(
        operation_id="listEvents",
        parameters=[EventListQuery],
        responses={200: EventListEnvelope, **errors_of(400)},
    )
    def list(self, request: Request) -> Response:
        """Public events by start, with filters."""
        query = self.read_query(EventListQuery)
        filters = _filters(query)
        state: object
        read: Callable[..., Any]
        if "cursor" in query:
            read = _read_behind
            found = read(query, filters, public_listing_rows)
            state = _versions(found)
            rows, block = _cursor_page(query, filters, found)
        else:
            read = _read_page
            page: Page[EventRow] = read(query, filters, public_listing_rows)
            state, rows = replace(page, rows=_versions(page.rows)), page.rows  # type: ignore[arg-type]
            block = EventPaginationBody(total_events=page.total, **numbers(page))
        now = timezone.now()
        moments = [next_change(row, now) for row in rows]
        stand_on(
            request,
            state,
            partial(read, query, filters, public_listing_versions),
            until=min((each for each in moments if each is not None), default=None),
        )
        return Response(
            EventListEnvelope(
                events=self._bodies(rows), pagination=block, filters=EventFiltersBody(**filters)
            )
        )

    @extend_schema(
        operation_id="createEvent",
        request=EventInput,
        responses={201: NewEventEnvelope, **errors_of(400, 403, 413, 415)},
    )
    def create(self, request: Request) -> Response:
        """A new event; the response holds its organizer's token."""
        values = self.read(EventInput)
        self.count_events(occurrences_of(values))
        new = create_event(actor=self.actor, values=values)
        event = self._owned_body(new.event_id, new.owner_token)
        body = NewEventEnvelope(event=event, admin_token=new.owner_token, links=event.links)
        return self.created(body, new.event_id)

    @extend_schema(
        operation_id="getEvent",
        parameters=[OpenApiParameter("rsvps_after", str, description="Taken from rsvps_next.")],
        responses={200: EventDetailEnvelope, **errors_of(400, 404)},
    )
    def retrieve(self, request: Request, event_id: UUID) -> Response:
        """One event with its public RSVPs and announcements."""
        facts = self.seen(event_id).facts
        after, spelt = parameter(request, "rsvps_after")
        listed = listed_rsvps(facts, after, field=spelt)
        body = EventDetailBody.of_parts(
            EventBody.of(facts, self.base_url, self.actor.owner_token_of(event_id)),
            facts,
            listed.rows,
            public_announcements(event_id),
            base_url=self.base_url,
            next_cursor=listed.next,
        )
        return Response(EventDetailEnvelope(event=body))

    @extend_schema(
        operation_id="updateEvent",
        parameters=[ScopeQuery],
        request=EventChangeInput,
        responses={200: changed_or(EventEnvelope), **errors_of(400, 401, 403, 404, 409, 413, 415)},
    )
    def partial_update(self, request: Request, event_id: UUID) -> Response:
        """Changes what is sent, and tells guests of it if ``notify`` says so; with ``scope`` also
        in other occurrences of the series. For organizers."""
        event, token = owned(self.actor, event_id), self.actor.owner_token_of(event_id)
        told = partial(EventBody.of, base_url=self.base_url, owner_token=token)
        values = self.read(EventChangeInput, partial=True, told=lambda: told(event.facts))
        notice = clean_notice(values)
        act = change_of(self, event, values, notice)
        if self.is_preview:
            return preview(event, act, notice, told)
        act()
        return Response(EventEnvelope(event=self._owned_body(event_id, token)))

    @extend_schema(
        operation_id="deleteEvent",
        parameters=[ScopeNoticeQuery],
        responses={200: PreviewEnvelope, 204: None, **errors_of(400, 401, 403, 404)},
    )
    def destroy(self, request: Request, event_id: UUID) -> Response:
        """Erases the event and all that belongs to it, and tells guests of it if ``notify`` says
        so; with ``scope`` also other occurrences of the series. For organizers."""
        event, token = owned(self.actor, event_id), self.actor.owner_token_of(event_id)
        query = self.read_query(ScopeNoticeQuery)
        notice = clean_notice(query)
        act = end_of(self, event, query, notice, delete_event)
        if self.is_preview:
            told = partial(EventBody.of, base_url=self.base_url, owner_token=token)
            return preview(event, act, notice, told)
        act()
        return Response(status=204)

    @extend_schema(
        operation_id="downloadEventIcs",
        responses={(200, "text/calendar"): OpenApiTypes.STR, **errors_of(404)},
    )
    def ics(self, request: Request, event_id: UUID) -> HttpResponse:
        """The event as an iCalendar file."""
        return calendar_file(self.seen(event_id).facts, self.base_url)

    def _bodies(self, rows: Sequence[EventRow]) -> Sequence[EventBody]:
        facts = many_event_facts(rows, lambda row: standing(self.actor, row), timezone.now())
        return [
            EventBody.of(each, self.base_url, self.actor.owner_token_of(each.id)) for each in facts
        ]

    def _owned_body(self, event_id: UUID, owner_token: str | None) -> EventBody:
        row = event_row(event_id)
        if row is None:  # deleted by another request since
            raise NotFound("event_not_found")
        self.tell_of(row)
        facts = event_facts(row, Standing.OWNER, timezone.now())
        return EventBody.of(facts, self.base_url, owner_token)


def _filters(query: dict[str, Any]) -> dict[str, Any]:
    earliest, latest = (
        to_utc(query[name], field=name) if query.get(name) else None
        for name in ("start_after", "start_before")
    )
    if earliest and latest and latest < earliest:
        raise Invalid(
            {"start_before": flaw("not_after", later="start_before", earlier="start_after")}
        )
    words = query.get("q")
    return {
        "start_after": earliest,
        "start_before": latest,
        "q": clean_text(words, field="q", limit=limits.TITLE) if words else None,
        "format": query.get("format"),
        "channel": query.get("channel"),
        "upcoming": query.get("upcoming"),
    }


def _cap(narrowed: dict[str, Any]) -> int:
    """How far the total of such a list is counted."""
    if "q" in narrowed:
        return SEARCH_CAP
    return COMING_CAP if "upcoming_at" in narrowed else LISTED_CAP


def _narrowed(filters: dict[str, Any]) -> dict[str, Any]:
    """The filters of public_listing() that these mean now."""
    given = {name: value for name, value in filters.items() if value is not None}
    if given.pop("upcoming", False):
        given["upcoming_at"] = timezone.now()
    return given


def _read_page(
    query: dict[str, Any], filters: dict[str, Any], read: Callable[..., list[Row]]
) -> Page[Row]:
    """The page asked for, of what ``read`` tells of the events of the public listing."""
    narrowed = _narrowed(filters)
    return build_page(
        partial(count_public_listing, **narrowed),
        partial(read, **narrowed),
        number=query["page"],
        size=query["per_page"],
        cap=_cap(narrowed),
    )


def _order(filters: dict[str, Any]) -> Order:
    return Order("start_time", False, name_of_list("events", **filters))


def _read_behind(
    query: dict[str, Any], filters: dict[str, Any], read: Callable[..., list[Row]]
) -> list[Row]:
    """What ``read`` tells of the events of the page that the cursor leads to, and of one more."""
    behind = {}
    if query["cursor"]:
        position = _order(filters).position(query["cursor"], field="cursor")
        behind = {"after_start": position.moment, "after_id": position.id}
    return read(0, query["per_page"] + 1, **_narrowed(filters), **behind)


def _cursor_page(
    query: dict[str, Any], filters: dict[str, Any], found: list[EventRow]
) -> tuple[list[EventRow], EventPaginationBody]:
    size = query["per_page"]
    page = build_keyset(
        lambda *_: found, _order(filters), size=size, token=query["cursor"], field="cursor"
    )
    more = page.next is not None
    return page.rows, EventPaginationBody(per_page=size, has_next=more, next_cursor=page.next)


def _versions(rows: list[EventRow]) -> list[tuple[UUID, int]]:
    return [(row.id, row.version) for row in rows]

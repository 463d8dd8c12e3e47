"""Community events in the Tenant API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django_filters import FilterSet, UUIDFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from access.events import owned
from access.standing import standings
from api.bodies import Body
from api.conditional import CHANGE, LIST, ONE
from api.events import EventChanges, EventWords
from api.fields import Choice
from api.filters import ChoiceFilter, filtered, parameter, parameters_of
from api.previews import PreviewEnvelope, changed_or, preview
from api.schema import errors_of
from api.series import Recurrence, ScopeNoticeQuery, ScopeQuery, change_of
from api.tenant.base import SliceBody, SliceQuery, TenantViewSet, read_slice
from api.tenant.bodies import TenantEventBody
from events.addresses import page_url
from events.domain.calendar import calendar_filename, write_event
from events.domain.lifecycle import create_event
from events.domain.listing import in_group, listed_events, reachable_events
from events.domain.notices import clean_notice
from events.domain.series import occurrences_of
from events.enums import Format, Status
from events.facts import EventFacts, many_event_facts
from events.fields import EVENT
from events.querysets import EventQuerySet
from events.rows import event_rows
from rsvps.enums import Attendance

_LISTS = [(name, name) for name in ("upcoming", "past", "my_events")]
_SORTS = {"start_time": "start_time", "attendee_count": "shown_going_count"}


class TenantEventInput(EventWords):
    """What an event is made or changed with. Limits are the domain's; see clean_event()."""

    table = EVENT.without("cover_id")
    names: ClassVar = {"format": "event_type"}
    group_id = serializers.UUIDField(required=False, allow_null=True, source="channel_id")
    recurrence = Recurrence(
        required=False, allow_null=True, help_text="Makes a series; or, with scope, a new rule."
    )


class TenantEventChangeInput(TenantEventInput, EventChanges):
    """What an event is changed with."""


class GroupFilter(FilterSet):  # type: ignore[misc]
    """Events of one group."""

    group_id = UUIDFilter(method="in_group", help_text="Only events of this group.")

    def in_group(self, events: EventQuerySet, name: str, group_id: UUID) -> EventQuerySet:
        """Through the rule that keeps private channels secret."""
        return in_group(events, group_id, self.request.auth)


class EventFilter(GroupFilter):
    """Filters of the plain list."""

    filter_type = ChoiceFilter(choices=_LISTS, method="of_type", help_text="Which list.")

    def of_type(self, events: EventQuerySet, name: str, value: str) -> EventQuerySet:
        """upcoming: may still be gone to; past: over or called off; my_events: one's own."""
        now = timezone.now()
        if value == "upcoming":
            return events.upcoming(now)
        if value == "past":
            return events.past(now)
        return events.filter(creator_id=self.request.auth.user_id)


class BrowseFilter(GroupFilter):
    """Filters of discovery."""

    event_type = ChoiceFilter(choices=Format.choices, field_name="format")


class MineQuery(SliceQuery):
    """Which part of the events one answered."""

    limit = serializers.IntegerField(default=20, min_value=1, max_value=100)
    upcoming_only = serializers.BooleanField(default=True)
    status_filter = Choice(
        choices=Attendance.choices, required=False, help_text="The caller's RSVP status."
    )


class BrowseQuery(SliceQuery):
    """Which part of discovery, in which order."""

    limit = serializers.IntegerField(default=20, min_value=1, max_value=100)
    sort_by = Choice(choices=list(_SORTS), default="start_time")
    sort_order = Choice(choices=["asc", "desc"], default="asc")


class TenantEventList(SliceBody):
    """A part of a list of events."""

    events: list[TenantEventBody]


class CalendarBody(Body):
    """An iCalendar file as JSON."""

    ical_content: str
    filename: str


class TenantEventViewSet(TenantViewSet):
    """Create, find, read, change, cancel and export events of the tenant."""

    acts: ClassVar = {"create": "events"}
    tags: ClassVar = {
        "create": ONE,
        "retrieve": ONE,
        "partial_update": CHANGE,
        "destroy": CHANGE,
        "ical": LIST,
    }
    located: ClassVar = frozenset({"create"})
    previews: ClassVar = frozenset({"partial_update", "destroy"})

    @extend_schema(
        operation_id="listCommunityEvents",
        parameters=[SliceQuery, *parameters_of(EventFilter)],
        responses={200: TenantEventList, **errors_of(400, 401, 403)},
    )
    def list(self, request: Request) -> Response:
        """The tenant's events by start; past ones latest first."""
        wanted, _ = parameter(request, "filter_type")
        if wanted == "my_events":
            self.require_user()
        events = filtered(EventFilter, listed_events(self.actor), request)
        latest_first = wanted == "past"
        order = ("-start_time", "-id") if latest_first else ("start_time", "id")
        return self._list(events.order_by(*order), self.read_query(SliceQuery))

    @extend_schema(
        operation_id="createCommunityEvent",
        request=TenantEventInput,
        responses={201: TenantEventBody, **errors_of(400, 401, 403, 413, 415)},
    )
    def create(self, request: Request) -> Response:
        """A new event; the key's user becomes its creator."""
        values = self.read(TenantEventInput)
        self.count_events(occurrences_of(values))
        new = create_event(actor=self.actor, values=values)
        return self.created(self._told(self.seen(new.event_id).facts), new.event_id)

    @extend_schema(
        operation_id="getCommunityEvent",
        responses={200: TenantEventBody, **errors_of(400, 401, 404)},
    )
    def retrieve(self, request: Request, event_id: UUID) -> Response:
        """One event."""
        return Response(self._told(self.seen(event_id).facts))

    @extend_schema(
        operation_id="updateCommunityEvent",
        parameters=[ScopeQuery],
        request=TenantEventChangeInput,
        responses={
            200: changed_or(TenantEventBody),
            **errors_of(400, 401, 403, 404, 409, 413, 415),
        },
    )
    def partial_update(self, request: Request, event_id: UUID) -> Response:
        """Changes what is sent, and tells guests of it if ``notify`` says so; with ``scope`` also
        in other occurrences of the series. For the creator and the tenant's organizers."""
        event = owned(self.actor, event_id)
        values = self.read(
            TenantEventChangeInput, partial=True, told=lambda: self._told(event.facts)
        )
        notice = clean_notice(values)
        act = change_of(self, event, values, notice)
        if self.is_preview:
            return preview(event, act, notice, self._told)
        act()
        return Response(self._told(self.seen(event_id).facts))

    @extend_schema(
        operation_id="cancelCommunityEvent",
        parameters=[ScopeNoticeQuery],
        responses={200: PreviewEnvelope, 204: None, **errors_of(400, 401, 403, 404)},
    )
    def destroy(self, request: Request, event_id: UUID) -> Response:
        """Cancels the event, and tells guests of it if ``notify`` says so; with ``scope`` also
        other occurrences of the series. For the creator and the tenant's organizers."""
        event = owned(self.actor, event_id)
        notice = clean_notice(self.read_query(ScopeNoticeQuery))
        act = change_of(self, event, {"status": Status.CANCELLED}, notice)
        if self.is_preview:
            return preview(event, act, notice, self._told)
        act()
        return Response(status=204)

    @extend_schema(
        operation_id="listMyCommunityEvents",
        parameters=[MineQuery],
        responses={200: TenantEventList, **errors_of(400, 401, 403)},
    )
    def mine(self, request: Request) -> Response:
        """The events the key's user has an RSVP to."""
        query = self.read_query(MineQuery)
        events = reachable_events(self.actor).answered_by(
            self.require_user(), query.get("status_filter")
        )
        if query["upcoming_only"]:
            events = events.not_over(timezone.now())
        return self._list(events.order_by("start_time", "id"), query)

    @extend_schema(
        operation_id="browseCommunityEvents",
        parameters=[BrowseQuery, *parameters_of(BrowseFilter)],
        responses={200: TenantEventList, **errors_of(400, 401)},
    )
    def browse(self, request: Request) -> Response:
        """Public events that are scheduled and have not begun."""
        query = self.read_query(BrowseQuery)
        events = reachable_events(self.actor).public().scheduled(timezone.now())
        sign = "-" if query["sort_order"] == "desc" else ""
        order = (f"{sign}{_SORTS[query['sort_by']]}", f"{sign}id")
        return self._list(filtered(BrowseFilter, events, request).order_by(*order), query)

    @extend_schema(
        operation_id="exportCommunityEventToIcal",
        responses={200: CalendarBody, **errors_of(400, 401, 404)},
    )
    def ical(self, request: Request, event_id: UUID) -> Response:
        """The event as an iCalendar file, in JSON."""
        facts = self.seen(event_id).facts
        content = write_event(facts, page_url(self.base_url, event_id))
        return Response(
            CalendarBody(ical_content=content.decode(), filename=calendar_filename(facts))
        )

    def _told(self, facts: EventFacts) -> TenantEventBody:
        return TenantEventBody.of(facts, self.base_url)

    def _list(self, events: Any, query: dict[str, Any]) -> Response:
        rows, block = read_slice(events, event_rows, query)
        facts: Sequence[EventFacts] = many_event_facts(
            rows, standings(self.actor, rows), timezone.now()
        )
        return Response(TenantEventList(events=[self._told(each) for each in facts], **block))

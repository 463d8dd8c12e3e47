"""Answers and attendees in the Tenant API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from access.events import SeenEvent, event_for, reach
from api.bodies import Body
from api.conditional import CHANGE, LIST
from api.filters import ChoiceFilter, filtered, parameter, parameters_of
from api.rsvps import RsvpWords
from api.schema import errors_of
from api.tenant.base import SliceQuery, TenantViewSet
from api.tenant.bodies import AttendeeBody, TenantRsvpBody
from config.errors import NotAllowed, NotFound
from events.enums import Standing
from rsvps.api.occurrences import (
    ACCOUNTS_RSVPS,
    FOR,
    asks_for_following,
    respond_to_following_as_account,
)
from rsvps.domain.capacity import AttendanceCounts, attendance_counts
from rsvps.domain.respond import change_rsvp, respond_as_account
from rsvps.enums import Attendance
from rsvps.facts import RsvpFacts, many_rsvp_facts, organizers_rsvps, readable_rsvps, rsvp_facts
from rsvps.fields import RSVP, TICKET, WAITING
from rsvps.rows import RsvpRow, account_rsvp_row, rsvp_row, rsvp_rows

# The attendees answer is not paged by its reference; past this many, the paged list serves.
MOST_ATTENDEES = 1000


class TenantRsvpInput(RsvpWords):
    """The caller's RSVP."""

    table = RSVP.only("attendance", "note", "guest_count", "guest_names", "reminders_off")
    table += TICKET + WAITING
    names: ClassVar = {"attendance": "status", "note": "response_message"}


class AttendeeFilter(FilterSet):  # type: ignore[misc]
    """Filter of the attendee lists."""

    status_filter = ChoiceFilter(choices=Attendance.choices, field_name="attendance")


class AttendeeList(Body):
    """RSVPs with counts. ``total`` follows the filter, the three counts do not. Counts are null
    unless the caller may see them; ``attendees`` is empty unless they may read the guest list."""

    total: int | None
    going_count: int | None
    interested_count: int | None
    not_going_count: int | None
    attendees: list[AttendeeBody]


class RsvpSlice(AttendeeList):
    """A part of the RSVPs."""

    offset: int
    limit: int
    has_more: bool


class TenantRsvpViewSet(TenantViewSet):
    """One answer for each account, and who else is coming."""

    tags: ClassVar = {
        "respond": CHANGE,
        "partial_update": CHANGE,
        "attendees": LIST,
        "list": LIST,
    }

    @extend_schema(
        operation_id="answerCommunityEvent",
        request=TenantRsvpInput,
        parameters=[FOR],
        responses={201: ACCOUNTS_RSVPS, **errors_of(400, 401, 403, 404, 413, 415)},
    )
    def respond(self, request: Request, event_id: UUID) -> Response:
        """Makes or changes the RSVP of the key's user. With ``for=following`` that of each
        occurrence from this one on that takes answers."""
        user_id = self.require_user()
        reach(self.actor, event_id)
        following = asks_for_following(request)
        values = self.read(TenantRsvpInput, told=lambda: self._told(event_id, user_id))
        unchanged = self.if_match_own(event_id)
        own = {"user_id": user_id, "name": self.actor.user_name}
        if not following:
            rsvp = respond_as_account(event_id=event_id, values=values, if_version=unchanged, **own)
            return Response(self._own(rsvp), status=201)
        row = event_for(self.actor, event_id)

        def respond(*, event_id: UUID, **told: Any) -> RsvpRow:
            if_version = unchanged if event_id == row.id else None
            return respond_as_account(event_id=event_id, if_version=if_version, **own, **told)

        return respond_to_following_as_account(self, row, values, respond)

    @extend_schema(
        operation_id="changeCommunityRsvp",
        request=TenantRsvpInput,
        responses={200: TenantRsvpBody, **errors_of(400, 401, 403, 404, 413, 415)},
    )
    def partial_update(self, request: Request, rsvp_id: UUID) -> Response:
        """Changes the caller's own RSVP."""
        rsvp = rsvp_row(rsvp_id)
        if rsvp is None:
            raise NotFound("rsvp_not_found")
        try:
            reach(self.actor, rsvp.event_id)
        except NotFound:
            raise NotFound("rsvp_not_found") from None
        if rsvp.user_id is None or rsvp.user_id != self.actor.user_id:
            raise NotAllowed("not_your_rsvp")
        unchanged = self.if_match(rsvp)
        values = self.read(TenantRsvpInput, partial=True, told=lambda: self._own(rsvp))
        changed = change_rsvp(
            event_id=rsvp.event_id, rsvp_id=rsvp_id, values=values, if_version=unchanged
        )
        return Response(self._own(changed))

    @extend_schema(
        operation_id="listCommunityEventAttendees",
        parameters=parameters_of(AttendeeFilter),
        responses={200: AttendeeList, **errors_of(400, 401, 404)},
    )
    def attendees(self, request: Request, event_id: UUID) -> Response:
        """The RSVPs; private ones and those that wait for organizers only."""
        event, rsvps = self._listed(event_id)
        return Response(AttendeeList(**self._listing(event, rsvp_rows(rsvps[:MOST_ATTENDEES]))))

    @extend_schema(
        operation_id="listCommunityEventRsvps",
        parameters=[SliceQuery, *parameters_of(AttendeeFilter)],
        responses={200: RsvpSlice, **errors_of(400, 401, 404)},
    )
    def list(self, request: Request, event_id: UUID) -> Response:
        """The same, paged."""
        query = self.read_query(SliceQuery)
        event, rsvps = self._listed(event_id)
        offset, limit = query["offset"], query["limit"]
        rows = rsvp_rows(rsvps[offset : offset + limit + 1])
        listing = self._listing(event, rows[:limit])
        return Response(
            RsvpSlice(offset=offset, limit=limit, has_more=len(rows) > limit, **listing)
        )

    def _listed(self, event_id: UUID) -> tuple[SeenEvent, Any]:
        event = self.seen(event_id)
        rsvps = readable_rsvps(event.row, event.standing).order_by("created_at", "id")
        return event, filtered(AttendeeFilter, rsvps, self.request)

    def _listing(self, event: SeenEvent, rows: Any) -> dict[str, Any]:
        counts = self._counts(event)
        wanted, _ = parameter(self.request, "status_filter")
        return {
            "total": counts and (getattr(counts, wanted) if wanted else sum(counts)),
            "going_count": counts and counts.going,
            "interested_count": counts and counts.interested,
            "not_going_count": counts and counts.not_going,
            "attendees": [AttendeeBody.of(rsvp) for rsvp in self._as_seen(event, rows)],
        }

    def _as_seen(self, event: SeenEvent, rows: Sequence[RsvpRow]) -> Sequence[RsvpFacts]:
        if event.standing >= Standing.OWNER:
            return organizers_rsvps(event.row.id, rows)
        return many_rsvp_facts(rows, event.standing, self._is_mine)

    def _counts(self, event: SeenEvent) -> AttendanceCounts | None:
        if event.standing >= Standing.OWNER:
            return attendance_counts(event.row.id)
        seen = event.facts
        counts = (seen.going_count, seen.interested_count, seen.not_going_count)
        return None if seen.counts_hidden else AttendanceCounts(*(count or 0 for count in counts))

    def _is_mine(self, rsvp: RsvpRow) -> bool:
        return rsvp.user_id is not None and rsvp.user_id == self.actor.user_id

    def _told(self, event_id: UUID, user_id: UUID) -> TenantRsvpBody | None:
        rsvp = account_rsvp_row(event_id, user_id)
        return rsvp and self._own(rsvp)

    def _own(self, rsvp: RsvpRow) -> TenantRsvpBody:
        self.tell_of(rsvp)
        return TenantRsvpBody.of(rsvp_facts(rsvp, Standing.GUEST, own=True))

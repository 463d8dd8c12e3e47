"""Answers in the Social API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from access.events import reach, seen
from access.standing import standings
from api.conditional import CHANGE, LIST_RENDERED, ONE_RENDERED
from api.fields import Choice
from api.rsvps import RsvpWords
from api.social.base import PagingBody, SocialViewSet, TokenQuery
from api.social.bodies import EventResponseBody
from api.social.errors import errors_of
from api.social.side_loads import SocialResponsePage, SocialResponses
from config.errors import NotFound
from config.keyset import Order
from events.domain.listing import reachable_events
from events.enums import Standing
from events.facts import many_event_facts
from events.rows import EventRow, event_rows
from rsvps.domain.respond import respond_as_account
from rsvps.enums import Attendance
from rsvps.facts import many_rsvp_facts, readable_rsvps, rsvp_facts
from rsvps.fields import RSVP, TICKET, WAITING
from rsvps.models import Rsvp
from rsvps.querysets import RsvpQuerySet
from rsvps.rows import RsvpRow, account_rsvp_row, rsvp_rows


class SocialRsvpInput(RsvpWords):
    """The caller's RSVP; with a ticket and its form where the event hands out tickets."""

    table = RSVP.only("attendance") + TICKET + WAITING
    names: ClassVar = {
        "attendance": "status",
        "tier_id": "tierId",
        "form_answers": "formAnswers",
        "join_waitlist": "joinWaitlist",
    }


class SocialRsvpQuery(TokenQuery):
    """Which answers."""

    status = Choice(choices=Attendance.choices, required=False)


class SocialRsvpViewSet(SocialViewSet):
    """One answer for each member, and who else answered. Beside them stand people, whom no version
    counts."""

    tags: ClassVar = {
        "respond": CHANGE,
        "update": CHANGE,
        "mine": ONE_RENDERED,
        "list": LIST_RENDERED,
        "all_mine": LIST_RENDERED,
    }

    @extend_schema(
        operation_id="createSocialRsvp",
        request=SocialRsvpInput,
        responses={200: SocialResponses, **errors_of(400, 401, 403, 404, 413, 415)},
    )
    def respond(self, request: Request, event_id: UUID) -> Response:
        """Makes or changes the RSVP of the key's user."""
        user_id = self.require_user()
        reach(self.actor, event_id)
        rsvp = respond_as_account(
            event_id=event_id,
            user_id=user_id,
            name=self.actor.user_name,
            values=self.read(SocialRsvpInput, told=lambda: self._told(event_id, user_id)),
            if_version=self.if_match_own(event_id),
        )
        return self._own(rsvp)

    @extend_schema(
        operation_id="updateSocialRsvp",
        request=SocialRsvpInput,
        responses={200: SocialResponses, **errors_of(400, 401, 403, 404, 413, 415)},
    )
    def update(self, request: Request, event_id: UUID) -> Response:
        """Changes the RSVP of the key's user: the same as posting it."""
        return self.respond(request, event_id)

    @extend_schema(
        operation_id="getMySocialRsvp",
        responses={200: SocialResponses, **errors_of(400, 401, 403, 404)},
    )
    def mine(self, request: Request, event_id: UUID) -> Response:
        """The caller's own RSVP to an event."""
        user_id = self.require_user()
        reach(self.actor, event_id)
        rsvp = account_rsvp_row(event_id, user_id)
        if rsvp is None:
            raise NotFound("rsvp_not_found")
        return self._own(rsvp)

    @extend_schema(
        operation_id="querySocialRsvps",
        parameters=[SocialRsvpQuery],
        responses={200: SocialResponsePage, **errors_of(400, 401, 404)},
    )
    def list(self, request: Request, event_id: UUID) -> Response:
        """The RSVPs, by time; private ones and those that wait for organizers only."""
        event = seen(self.actor, event_id)
        rsvps = readable_rsvps(event.row, event.standing)
        facts = [event.facts]
        return self._page(
            rsvps, f"rsvps of {event_id}", lambda rows: facts, standing=event.standing
        )

    @extend_schema(
        operation_id="queryMySocialRsvps",
        parameters=[SocialRsvpQuery],
        responses={200: SocialResponsePage, **errors_of(400, 401, 403)},
    )
    def all_mine(self, request: Request) -> Response:
        """The caller's own RSVPs, the latest first, with their events."""
        reachable = reachable_events(self.actor)
        rsvps = Rsvp.objects.filter(user_id=self.require_user(), event__in=reachable)
        return self._page(rsvps, "my rsvps", self._events_of, own=True)

    def _page(
        self,
        rsvps: RsvpQuerySet,
        name: str,
        events_of: Any,
        *,
        standing: Standing = Standing.PUBLIC,
        own: bool = False,
    ) -> Response:
        query = self.read_parameters(SocialRsvpQuery)
        if "status" in query:
            rsvps = rsvps.filter(attendance=query["status"])
        order = Order("created_at", own, self.list_name(name, query))
        page = self.page_of(rsvps, rsvp_rows, order, query)
        facts = many_rsvp_facts(page.rows, standing, lambda _: own)
        body = SocialResponses.of(facts, events_of(page.rows), self.base_url)
        return Response(SocialResponsePage(paging=PagingBody.like(page), **vars(body)))

    def _events_of(self, rsvps: Sequence[RsvpRow]) -> Any:
        wanted = [rsvp.event_id for rsvp in rsvps]
        found = {
            row.id: row for row in event_rows(reachable_events(self.actor).filter(pk__in=wanted))
        }
        rows: Sequence[EventRow] = [found[event_id] for event_id in wanted if event_id in found]
        return many_event_facts(rows, standings(self.actor, rows), timezone.now())

    def _told(self, event_id: UUID, user_id: UUID) -> EventResponseBody | None:
        rsvp = account_rsvp_row(event_id, user_id)
        return rsvp and EventResponseBody.of(rsvp_facts(rsvp, Standing.GUEST, own=True))

    def _own(self, rsvp: RsvpRow) -> Response:
        self.tell_of(rsvp)
        facts = seen(self.actor, rsvp.event_id).facts
        own = rsvp_facts(rsvp, Standing.GUEST, own=True)
        return Response(SocialResponses.of([own], [facts], self.base_url))

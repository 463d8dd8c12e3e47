"""RSVPs in the Capability API."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from access.events import ensure_reaches, event_for, owned, reach
from access.imported import current_token
from access.sentences import sentence
from access.standing import own_rsvp
from accounts.domain.tokens import read as read_token
from accounts.enums import TokenKind
from api.bodies import Body
from api.capability.base import (
    ANSWER_WORDS,
    ATTENDANCE_OF,
    CapabilityViewSet,
    PageQuery,
    PaginationBody,
    PerPage,
    Search,
    numbers,
)
from api.capability.bodies import EventBody, RsvpBody, RsvpWithMessagesBody
from api.conditional import CHANGE, LIST, ONE
from api.fields import Choice, Text
from api.filters import parameter
from api.rsvps import RsvpWords
from api.schema import errors_of
from api.words import folded
from comments.facts import MessageFacts, messages_with_guest, rsvp_log
from config.errors import Invalid, NotFound, Unauthenticated, flaw
from config.paging import read_page
from config.qr import qr_png
from config.text import clean_text
from events.addresses import rsvp_links
from events.enums import Standing
from rsvps import limits
from rsvps.api.occurrences import (
    FOR,
    NEW_RSVPS,
    NewRsvpEnvelope,
    RsvpLinksBody,
    asks_for_following,
    respond_to_following,
)
from rsvps.domain.approval import approve, back_to_pending, reject
from rsvps.domain.capacity import answer_totals
from rsvps.domain.respond import change_rsvp, create_rsvp, delete_rsvp
from rsvps.domain.tickets import ticket_code
from rsvps.enums import Approval
from rsvps.facts import RsvpFacts, organizers_rsvps, rsvp_facts
from rsvps.fields import RSVP, TICKET, WAITING
from rsvps.models import Rsvp
from rsvps.rows import RsvpRow, rsvp_row, rsvp_rows

_FORCE = OpenApiParameter(
    "force_accept", bool, description="Organizers only: overrides capacity, deadline and approval."
)
_FORCE_FOLDED = folded(_FORCE.name)

_NOT_APPROVED = ("pending", "rejected", "waitlisted")


class RsvpInput(RsvpWords):
    """An RSVP. ``attendance_status``, ``note`` and ``is_private`` are other names for status, notes
    and is_private_rsvp."""

    table = RSVP + TICKET + WAITING
    names: ClassVar = {"note": "notes", "is_private": "is_private_rsvp"}
    also: ClassVar = {"attendance_status": "status", **names}
    status = Choice(choices=ANSWER_WORDS, required=False, source="attendance")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Attendance in the domain's words."""
        if "attendance" in attrs:
            attrs["attendance"] = ATTENDANCE_OF[attrs["attendance"]]
        elif not self.partial:
            raise serializers.ValidationError({"status": sentence(flaw("required"))})
        return attrs


class ReasonInput(serializers.Serializer[Any]):
    """Why an RSVP is declined. The guest sees it."""

    reason = Text(required=False, allow_null=True, max_length=limits.REASON)


class RsvpListQuery(PageQuery):
    """Filters of the organizer's list."""

    per_page = PerPage(default=500, most=500)
    q = Search("Text in the name or e-mail address.")
    status = Choice(choices=ANSWER_WORDS, required=False)
    approval_status = Choice(choices=Approval.choices, required=False)


class RsvpEnvelope(Body):
    """One RSVP with its messages."""

    rsvp: RsvpWithMessagesBody


class StatsBody(Body):
    """Approved RSVPs, their plus-ones and the people in all; how many are pending, were declined or
    wait for seats. Over all of the event's RSVPs, whatever the filters."""

    yes_count: int
    yes_guest_count: int
    yes_total: int
    maybe_count: int
    maybe_guest_count: int
    maybe_total: int
    no_count: int
    no_guest_count: int
    no_total: int
    pending_count: int
    rejected_count: int
    waitlisted_count: int


class RsvpPaginationBody(PaginationBody):
    """Pages of RSVPs."""

    total_rsvps: int


class RsvpListEnvelope(Body):
    """The organizer's list."""

    event: EventBody
    rsvps: list[RsvpBody]
    stats: StatsBody
    pagination: RsvpPaginationBody


class RsvpViewSet(CapabilityViewSet):
    """Answers: guests make and keep their own, organizers see and settle all."""

    public_actions: ClassVar = frozenset({"create"})
    acts: ClassVar = {"create": "answers"}
    tags: ClassVar = {
        "list": LIST,
        "create": ONE,
        "destroy": CHANGE,
        "approve": CHANGE,
        "reject": CHANGE,
        "pending": CHANGE,
    }
    located: ClassVar = frozenset({"create"})

    @extend_schema(
        operation_id="listRsvps",
        parameters=[RsvpListQuery],
        responses={200: RsvpListEnvelope, **errors_of(400, 401, 403, 404)},
    )
    def list(self, request: Request, event_id: UUID) -> Response:
        """Every RSVP with its guest's token, and totals. For organizers."""
        event = owned(self.actor, event_id)
        self.tell_of(event.row)
        query = self.read_query(RsvpListQuery)
        page = read_page(
            _filtered(event_id, query),
            rsvp_rows,
            number=query["page"],
            size=query["per_page"],
        )
        return Response(
            RsvpListEnvelope(
                event=EventBody.of(event.facts, self.base_url, self.actor.owner_token_of(event_id)),
                rsvps=[RsvpBody.of(rsvp) for rsvp in organizers_rsvps(event_id, page.rows)],
                stats=_stats(event_id),
                pagination=RsvpPaginationBody(total_rsvps=page.total, **numbers(page)),
            )
        )

    @extend_schema(
        operation_id="createRsvp",
        request=RsvpInput,
        parameters=[_FORCE, FOR],
        responses={201: NEW_RSVPS, **errors_of(400, 401, 403, 404, 413, 415)},
    )
    def create(self, request: Request, event_id: UUID) -> Response:
        """A guest's RSVP; the response holds the guest's own token and links. With
        ``for=following`` one for each occurrence from this one on that takes answers."""
        following, force = asks_for_following(request), self._force(event_id)
        values = self.read(RsvpInput)
        if following:
            row = event_for(self.actor, event_id)
            return respond_to_following(self, row, values, force=force)
        reached = partial(ensure_reaches, self.actor)
        rsvp = create_rsvp(event_id=event_id, values=values, ensure=reached, force=force)
        self.tell_of(rsvp)
        facts = rsvp_facts(rsvp, Standing.GUEST, own=True)
        links = RsvpLinksBody(**rsvp_links(self.base_url, event_id, facts.token or ""))
        return self.created(NewRsvpEnvelope(rsvp=RsvpBody.of(facts), links=links), "self")

    @extend_schema(
        operation_id="deleteRsvp",
        parameters=[
            OpenApiParameter(
                "reference", str, OpenApiParameter.PATH, description="The RSVP's token or id."
            )
        ],
        responses={204: None, **errors_of(401, 403, 404)},
    )
    def destroy(self, request: Request, event_id: UUID, reference: str) -> Response:
        """Removes an RSVP. For organizers."""
        owned(self.actor, event_id)
        rsvp_id = _rsvp_id(reference)
        delete_rsvp(event_id=event_id, rsvp_id=rsvp_id, if_version=self._unchanged(rsvp_id))
        return Response(status=204)

    @extend_schema(
        operation_id="approveRsvp",
        request=None,
        parameters=[_FORCE],
        responses={200: RsvpEnvelope, **errors_of(400, 401, 403, 404)},
    )
    def approve(self, request: Request, event_id: UUID, rsvp_id: UUID) -> Response:
        """Approves the RSVP, or puts it on the waitlist where there is no seat. For organizers."""
        owned(self.actor, event_id)
        force, unchanged = self._force(event_id), self._unchanged(rsvp_id)
        return self._answer(
            approve(event_id=event_id, rsvp_id=rsvp_id, force=force, if_version=unchanged)
        )

    @extend_schema(
        operation_id="rejectRsvp",
        request=ReasonInput,
        responses={200: RsvpEnvelope, **errors_of(400, 401, 403, 404, 413, 415)},
    )
    def reject(self, request: Request, event_id: UUID, rsvp_id: UUID) -> Response:
        """Declines the RSVP, with a reason for its guest. For organizers."""
        owned(self.actor, event_id)
        reason = self.read(ReasonInput).get("reason") or ""
        unchanged = self._unchanged(rsvp_id)
        return self._answer(
            reject(event_id=event_id, rsvp_id=rsvp_id, reason=reason, if_version=unchanged)
        )

    @extend_schema(
        operation_id="returnRsvpToPending",
        request=None,
        responses={200: RsvpEnvelope, **errors_of(400, 401, 403, 404)},
    )
    def pending(self, request: Request, event_id: UUID, rsvp_id: UUID) -> Response:
        """Returns the RSVP to pending. For organizers."""
        owned(self.actor, event_id)
        unchanged = self._unchanged(rsvp_id)
        return self._answer(
            back_to_pending(event_id=event_id, rsvp_id=rsvp_id, if_version=unchanged)
        )

    def _force(self, event_id: UUID) -> bool:
        body: Any = self.request.data
        for name in body if isinstance(body, dict) else ():
            if folded(name) == _FORCE_FOLDED:
                raise Invalid({name: flaw("send_in_query", name=_FORCE.name)})
        sent, spelt = parameter(self.request, _FORCE.name)
        asked = "false" if sent is None else sent.lower()
        if asked not in ("true", "false", "1", "0"):
            raise Invalid({spelt: "not_a_flag"})
        if asked in ("false", "0"):
            return False
        owned(self.actor, event_id)
        return True

    def _unchanged(self, rsvp_id: UUID) -> int | None:
        """if_match() for a guest's RSVP, which is read only if there is something to compare."""
        if "If-Match" not in self.request.headers:
            return None
        rsvp = rsvp_row(rsvp_id)
        if rsvp is None:
            raise NotFound("rsvp_not_found")
        return self.if_match(rsvp)

    def _answer(self, rsvp: RsvpRow) -> Response:
        self.tell_of(rsvp)
        return with_messages(rsvp_facts(rsvp, Standing.OWNER), rsvp_log(rsvp.id))


class SelfRsvpViewSet(CapabilityViewSet):
    """A guest's own answer, behind the guest's token."""

    tags: ClassVar = {"retrieve": ONE, "partial_update": CHANGE, "destroy": CHANGE}

    @extend_schema(operation_id="getOwnRsvp", responses={200: RsvpEnvelope, **errors_of(401, 404)})
    def retrieve(self, request: Request, event_id: UUID) -> Response:
        """The RSVP with the messages between guest and hosts."""
        event = event_for(self.actor, event_id)
        own = require_own_rsvp(self, event_id)
        self.tell_of(own, event)
        return self._answer(own)

    @extend_schema(
        operation_id="updateOwnRsvp",
        request=RsvpInput,
        responses={200: RsvpEnvelope, **errors_of(400, 401, 403, 404, 413, 415)},
    )
    def partial_update(self, request: Request, event_id: UUID) -> Response:
        """Changes what is sent."""
        own = self._own(event_id)
        unchanged = self.if_match(own)
        values = self.read(
            RsvpInput,
            partial=True,
            told=lambda: RsvpBody.of(rsvp_facts(own, Standing.GUEST, own=True)),
        )
        rsvp = change_rsvp(event_id=event_id, rsvp_id=own.id, values=values, if_version=unchanged)
        self.tell_of(rsvp)
        return self._answer(rsvp)

    @extend_schema(operation_id="deleteOwnRsvp", responses={204: None, **errors_of(401, 404)})
    def destroy(self, request: Request, event_id: UUID) -> Response:
        """Withdraws the RSVP for good."""
        own = self._own(event_id)
        delete_rsvp(event_id=event_id, rsvp_id=own.id, if_version=self.if_match(own))
        return Response(status=204)

    @extend_schema(
        operation_id="getOwnTicket",
        responses={(200, "image/png"): OpenApiTypes.BINARY, **errors_of(401, 404)},
    )
    def ticket(self, request: Request, event_id: UUID) -> HttpResponse:
        """The code to show at the door, as a PNG; 404 unless the guest is attending."""
        code = ticket_code(self._own(event_id))
        if code is None:
            raise NotFound("no_ticket")
        return HttpResponse(qr_png(code), content_type="image/png")

    def _own(self, event_id: UUID) -> RsvpRow:
        reach(self.actor, event_id)
        return require_own_rsvp(self, event_id)

    def _answer(self, rsvp: RsvpRow) -> Response:
        return with_messages(
            rsvp_facts(rsvp, Standing.GUEST, own=True), messages_with_guest(rsvp.id)
        )


def require_own_rsvp(view: CapabilityViewSet, event_id: UUID) -> RsvpRow:
    """The answer the caller's token opens. Unauthenticated without a token; NotFound with one
    that opens no answer to this event."""
    own = own_rsvp(view.actor, event_id)
    if own is not None:
        return own
    if not view.actor.presented:
        raise Unauthenticated
    raise NotFound("rsvp_not_found")


def with_messages(facts: RsvpFacts, messages: Sequence[MessageFacts]) -> Response:
    """The answer with one RSVP and these messages."""
    body = RsvpWithMessagesBody.of_parts(facts, messages)
    return Response(RsvpEnvelope(rsvp=body))


def _filtered(event_id: UUID, query: dict[str, Any]) -> Any:
    rsvps = Rsvp.objects.of_event(event_id).order_by("created_at", "id")
    return rsvps.narrowed(
        attendance=ATTENDANCE_OF.get(query.get("status", ""), ""),
        approval=query.get("approval_status", ""),
        q=clean_text(query.get("q", ""), field="q", limit=limits.NAME),
    )


def _rsvp_id(reference: str) -> UUID:
    token = read_token(current_token(reference))
    if token is not None and token.kind == TokenKind.RSVP:
        return token.id
    try:
        return UUID(reference)
    except ValueError:
        raise NotFound("rsvp_not_found") from None


def _stats(event_id: UUID) -> StatsBody:
    totals = answer_totals(event_id)
    stats: dict[str, int] = {}
    for word, attendance in ATTENDANCE_OF.items():
        rsvps, guests = totals.approved[attendance]
        stats[f"{word}_count"] = rsvps
        stats[f"{word}_guest_count"] = guests
        stats[f"{word}_total"] = rsvps + guests
    stats |= {f"{state}_count": getattr(totals, state) for state in _NOT_APPROVED}
    return StatsBody(**stats)

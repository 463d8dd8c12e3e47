"""Free tickets in the Communities API."""

from __future__ import annotations

from typing import Annotated, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import Scope
from api.bodies import Body
from api.communities.base import CommunityViewSet
from api.fields import Text
from api.rsvps import RsvpWords
from api.schema import errors_of
from config.qr import qr_png_base64
from events.api.communities import public_event
from events.enums import Standing
from rsvps import limits
from rsvps.domain.respond import create_rsvp
from rsvps.enums import Approval, Attendance
from rsvps.facts import rsvp_facts
from rsvps.fields import RSVP, TICKET, WAITING


class TicketInput(RsvpWords):
    """A guest, and the ticket they take."""

    table = RSVP.only("name") + TICKET.only("form_answers") + WAITING
    names: ClassVar = {"form_answers": "formAnswers", "join_waitlist": "joinWaitlist"}
    tierId = serializers.UUIDField(source="tier_id")
    email = Text(max_length=limits.EMAIL, allow_blank=False)


class TicketBody(Body):
    """A new RSVP. ``qrCode`` is a PNG in base64; null while an organizer has to approve, and while
    the guest waits for a seat."""

    ok: bool = True
    rsvpId: UUID
    tierId: UUID
    qrCode: str | None
    approvalStatus: Annotated[str, Approval]
    waitlistPosition: int | None


class CommunityRsvpViewSet(CommunityViewSet):
    """Hand out free tickets."""

    scope: ClassVar = Scope.WRITE_SALES

    @extend_schema(
        operation_id="rsvpToCommunityTagEvent",
        request=TicketInput,
        responses={200: TicketBody, **errors_of(400, 401, 403, 404, 409, 413, 415)},
    )
    def create(self, request: Request, tag: str, slug: str) -> Response:
        """A free ticket, for a guest who has no RSVP to the event yet."""
        event = public_event(self.community(tag), slug=slug)
        values = self.read(TicketInput)
        rsvp = create_rsvp(
            event_id=event.id,
            values=values | {"attendance": Attendance.GOING.value},
            once_per_email=True,
        )
        facts = rsvp_facts(rsvp, Standing.GUEST, own=True)
        return Response(
            TicketBody(
                rsvpId=facts.id,
                tierId=values["tier_id"],
                qrCode=facts.ticket and qr_png_base64(facts.ticket),
                approvalStatus=facts.approval,
                waitlistPosition=facts.waitlist_position,
            )
        )

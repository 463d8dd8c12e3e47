"""Free tickets in the Communities API."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import Scope
from api.communities.base import CommunityViewSet
from api.fields import Text
from api.inputs import Input
from api.schema import errors_of
from config.qr import qr_png_base64
from events.api.communities import public_event
from events.enums import Standing
from rsvps import limits
from rsvps.domain.respond import create_rsvp
from rsvps.enums import Approval, Attendance
from rsvps.facts import rsvp_facts
from rsvps.fields import RSVP, TICKET


class TicketInput(Input):
    """Who takes which ticket."""

    table = RSVP.only("name") + TICKET.only("form_answers")
    names: ClassVar = {"form_answers": "formAnswers"}
    tierId = serializers.UUIDField(source="tier_id")
    email = Text(max_length=limits.EMAIL, allow_blank=False)


class TicketBody(serializers.Serializer[Any]):
    """A fresh RSVP. ``qrCode`` is a PNG in base64; null while an organizer has to approve."""

    ok = serializers.BooleanField()
    rsvpId = serializers.UUIDField()
    tierId = serializers.UUIDField()
    qrCode = serializers.CharField(allow_null=True)
    approvalStatus = serializers.ChoiceField(choices=Approval.choices)


class CommunityRsvpViewSet(CommunityViewSet):
    """Hand out free tickets."""

    scope: ClassVar = Scope.WRITE_SALES

    @extend_schema(
        operation_id="rsvpToCommunityTagEvent",
        request=TicketInput,
        responses={200: TicketBody, **errors_of(400, 401, 403, 404, 409, 413, 415)},
    )
    def create(self, request: Request, tag: str, slug: str) -> Response:
        """A free ticket for who has not answered the event yet."""
        event = public_event(self.community(tag), slug=slug)
        rsvp = create_rsvp(
            event_id=event.id,
            values=self.read(TicketInput) | {"attendance": Attendance.GOING.value},
            once_per_email=True,
        )
        facts = rsvp_facts(rsvp, Standing.GUEST, own=True)
        return Response(
            {
                "ok": True,
                "rsvpId": facts.id,
                "tierId": facts.tier_id,
                "qrCode": facts.ticket and qr_png_base64(facts.ticket),
                "approvalStatus": facts.approval,
            }
        )

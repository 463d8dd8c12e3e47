"""The door in the Capability API: tickets checked in, and taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from access.events import at_door
from api.bodies import Body
from api.capability.base import CapabilityViewSet, Search
from api.conditional import LIST
from api.fields import Moment, Text
from api.inputs import Input
from api.schema import errors_of
from config.errors import Invalid
from config.text import clean_text
from events.domain.times import to_utc
from rsvps import limits
from rsvps.domain.checkin import Admission, check_in, door_counts, undo_check_in
from rsvps.facts import door_guests, latest_check_ins

_TICKET_LENGTH = 200


class CheckInInput(Input):
    """A ticket's code, or a guest found by name. ``scan_id`` makes sending twice harmless,
    ``scanned_at`` is when the device saw the ticket."""

    ticket = Text(required=False, max_length=_TICKET_LENGTH)
    rsvp_id = serializers.UUIDField(required=False)
    scan_id = serializers.UUIDField(required=False)
    scanned_at = Moment(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two ways to name a guest."""
        if ("ticket" in attrs) == ("rsvp_id" in attrs):
            raise serializers.ValidationError({"ticket": "Send a ticket, or an rsvp_id."})
        return attrs


class UndoInput(Input):
    """The ticket whose check-in is taken back."""

    ticket = Text(max_length=_TICKET_LENGTH)


class CheckInQuery(serializers.Serializer[Any]):
    """Whom to look for."""

    q = Search("Text to find in an expected guest's name, whatever its case and accents.")


class CheckInBody(Body):
    """The check-in that counts, with its guest: name and ticket, but no way to reach them. On a
    second scan ``already_checked_in`` is true and the rest describes the first."""

    id: UUID
    event_id: UUID
    rsvp_id: UUID
    name: str
    guest_count: int
    party_size: int
    tier: str | None
    checked_in_at: datetime
    door: str | None
    already_checked_in: bool

    @classmethod
    def of(cls, admission: Admission) -> Self:
        """The result of a scan."""
        facts = admission.first
        return cls.like(
            facts,
            checked_in_at=facts.scanned_at,
            already_checked_in=admission.repeated,
        )


class DoorCountsBody(Body):
    """Tickets and people, expected in all and arrived so far."""

    tickets: int
    people: int
    arrived_tickets: int
    arrived_people: int


class DoorGuestBody(Body):
    """An expected guest."""

    rsvp_id: UUID
    name: str
    guest_count: int
    guest_names: list[str]
    party_size: int
    tier: str | None
    checked_in_at: datetime | None


class ScanBody(Body):
    """One scan, the first of its ticket (``admitted``) or a later one."""

    id: UUID
    rsvp_id: UUID
    name: str
    party_size: int
    tier: str | None
    door: str | None
    admitted: bool
    scanned_at: datetime
    received_at: datetime
    undone_at: datetime | None


class CheckInEnvelope(Body):
    """The result of a scan."""

    check_in: CheckInBody
    counts: DoorCountsBody


class DoorEnvelope(Body):
    """The state of the door: ``guests`` found by ``q``, at most 20, and the last 20 scans."""

    counts: DoorCountsBody
    guests: list[DoorGuestBody]
    latest: list[ScanBody]


class CheckInViewSet(CapabilityViewSet):
    """For holders of a door link, organizers and root."""

    tags: ClassVar = {"list": LIST}

    @extend_schema(
        operation_id="getDoor",
        parameters=[CheckInQuery],
        responses={200: DoorEnvelope, **errors_of(400, 401, 403, 404)},
    )
    def list(self, request: Request, event_id: UUID) -> Response:
        """Who is expected, who has arrived, and guests by name."""
        self.tell_of(at_door(self.actor, event_id).row)
        words = self.read_query(CheckInQuery).get("q")
        name = clean_text(words, field="q", limit=limits.NAME) if words else None
        return Response(
            DoorEnvelope(
                counts=_counts(event_id),
                guests=[DoorGuestBody.like(each) for each in door_guests(event_id, name)]
                if name
                else [],
                latest=[ScanBody.like(scan) for scan in latest_check_ins(event_id)],
            )
        )

    @extend_schema(
        operation_id="checkIn",
        request=CheckInInput,
        responses={200: CheckInEnvelope, **errors_of(400, 401, 403, 404, 409, 413, 415)},
    )
    def create(self, request: Request, event_id: UUID) -> Response:
        """Checks a party in. A second scan of the same ticket is reported as such."""
        at_door(self.actor, event_id)
        values = self.read(CheckInInput)
        if "scanned_at" in values:
            values["scanned_at"] = to_utc(values["scanned_at"], field="scanned_at")
        link = self.actor.link_to(event_id)
        admission = check_in(event_id=event_id, link_id=link.id if link else None, **values)
        return Response(
            CheckInEnvelope(check_in=CheckInBody.of(admission), counts=_counts(event_id))
        )

    @extend_schema(
        operation_id="undoCheckInByTicket",
        request=UndoInput,
        responses={204: None, **errors_of(400, 401, 403, 404)},
    )
    def destroy(self, request: Request, event_id: UUID) -> Response:
        """Undoes a check-in, by ticket."""
        at_door(self.actor, event_id)
        if not isinstance(request.data, dict) or not request.data:
            raise Invalid({"ticket": "required"})
        undo_check_in(event_id=event_id, ticket=self.read(UndoInput)["ticket"])
        return Response(status=204)

    @extend_schema(
        operation_id="undoCheckIn",
        parameters=[OpenApiParameter("rsvp_id", location=OpenApiParameter.PATH)],
        responses={204: None, **errors_of(401, 403, 404)},
    )
    def destroy_of(self, request: Request, event_id: UUID, rsvp_id: UUID) -> Response:
        """Undoes a guest's check-in."""
        at_door(self.actor, event_id)
        undo_check_in(event_id=event_id, rsvp_id=rsvp_id)
        return Response(status=204)


def _counts(event_id: UUID) -> DoorCountsBody:
    return DoorCountsBody(**door_counts(event_id)._asdict())

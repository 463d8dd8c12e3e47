"""The door in the Capability API: tickets checked in, and taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from access.events import at_door
from api.capability.base import CapabilityViewSet
from api.fields import Moment, Text
from api.schema import errors_of
from config.errors import Invalid
from config.text import clean_text
from events.domain.times import to_utc
from rsvps import limits
from rsvps.domain.checkin import Admission, check_in, door_counts, undo_check_in
from rsvps.facts import CheckInFacts, door_guests, latest_check_ins
from rsvps.rows import DoorGuest

_TICKET_LENGTH = 200
_GUEST = ("rsvp_id", "name", "guest_count", "party_size", "tier", "checked_in_at")
_SCAN = (
    *("id", "rsvp_id", "name", "party_size", "tier", "door", "admitted"),
    *("scanned_at", "received_at", "undone_at"),
)


class CheckInInput(serializers.Serializer[Any]):
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


class UndoInput(serializers.Serializer[Any]):
    """The ticket whose check-in is taken back."""

    ticket = Text(max_length=_TICKET_LENGTH)


class CheckInQuery(serializers.Serializer[Any]):
    """Whom to look for."""

    q = serializers.CharField(required=False, help_text="Words in an expected guest's name.")


class CheckInBody(serializers.Serializer[Any]):
    """The check-in that counts, with its guest: name and ticket, and nothing to reach them by.
    On a second scan ``already_checked_in`` is true and the rest tells of the first."""

    id = serializers.UUIDField()
    event_id = serializers.UUIDField()
    rsvp_id = serializers.UUIDField()
    name = serializers.CharField()
    guest_count = serializers.IntegerField()
    party_size = serializers.IntegerField()
    tier = serializers.CharField(allow_null=True)
    checked_in_at = serializers.DateTimeField()
    door = serializers.CharField(allow_null=True)
    already_checked_in = serializers.BooleanField()


class DoorCountsBody(serializers.Serializer[Any]):
    """Tickets and people, expected in all and arrived so far."""

    tickets = serializers.IntegerField()
    people = serializers.IntegerField()
    arrived_tickets = serializers.IntegerField()
    arrived_people = serializers.IntegerField()


class DoorGuestBody(serializers.Serializer[Any]):
    """An expected guest."""

    rsvp_id = serializers.UUIDField()
    name = serializers.CharField()
    guest_count = serializers.IntegerField()
    party_size = serializers.IntegerField()
    tier = serializers.CharField(allow_null=True)
    checked_in_at = serializers.DateTimeField(allow_null=True)


class ScanBody(serializers.Serializer[Any]):
    """One scan, the first of its ticket (``admitted``) or a later one."""

    id = serializers.UUIDField()
    rsvp_id = serializers.UUIDField()
    name = serializers.CharField()
    party_size = serializers.IntegerField()
    tier = serializers.CharField(allow_null=True)
    door = serializers.CharField(allow_null=True)
    admitted = serializers.BooleanField()
    scanned_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)


class CheckInEnvelope(serializers.Serializer[Any]):
    """What became of a scan."""

    check_in = CheckInBody()
    counts = DoorCountsBody()


class DoorEnvelope(serializers.Serializer[Any]):
    """The state of the door: ``guests`` found by ``q``, at most 20, and the last 20 scans."""

    counts = DoorCountsBody()
    guests = DoorGuestBody(many=True)
    latest = ScanBody(many=True)


class CheckInViewSet(CapabilityViewSet):
    """For holders of a door link, organizers and root."""

    @extend_schema(
        operation_id="getDoor",
        parameters=[CheckInQuery],
        responses={200: DoorEnvelope, **errors_of(400, 401, 403, 404)},
    )
    def list(self, request: Request, event_id: UUID) -> Response:
        """Who is expected, who came, and guests by name."""
        at_door(self.actor, event_id)
        words = self.read_query(CheckInQuery).get("q")
        name = clean_text(words, field="q", limit=limits.NAME) if words else None
        return Response(
            {
                "counts": door_counts(event_id)._asdict(),
                "guests": [_guest(guest) for guest in door_guests(event_id, name)] if name else [],
                "latest": [_scan(scan) for scan in latest_check_ins(event_id)],
            }
        )

    @extend_schema(
        operation_id="checkIn",
        request=CheckInInput,
        responses={200: CheckInEnvelope, **errors_of(400, 401, 403, 404, 409, 413, 415)},
    )
    def create(self, request: Request, event_id: UUID) -> Response:
        """Lets a party in; a second scan of its ticket says so."""
        at_door(self.actor, event_id)
        values = self.read(CheckInInput)
        if "scanned_at" in values:
            values["scanned_at"] = to_utc(values["scanned_at"], field="scanned_at")
        link = self.actor.link_to(event_id)
        admission = check_in(event_id=event_id, link_id=link.id if link else None, **values)
        return Response(
            {
                "check_in": admission_body(admission),
                "counts": door_counts(event_id)._asdict(),
            }
        )

    @extend_schema(
        operation_id="undoCheckInByTicket",
        request=UndoInput,
        responses={204: None, **errors_of(400, 401, 403, 404)},
    )
    def destroy(self, request: Request, event_id: UUID) -> Response:
        """Takes a check-in back by the ticket."""
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
        """Takes a guest's check-in back."""
        at_door(self.actor, event_id)
        undo_check_in(event_id=event_id, rsvp_id=rsvp_id)
        return Response(status=204)


def admission_body(admission: Admission) -> dict[str, Any]:
    """A CheckInBody."""
    facts = admission.first
    return {
        "id": facts.id,
        "event_id": facts.event_id,
        "rsvp_id": facts.rsvp_id,
        "name": facts.name,
        "guest_count": facts.guest_count,
        "party_size": facts.party_size,
        "tier": facts.tier,
        "checked_in_at": facts.scanned_at,
        "door": facts.door,
        "already_checked_in": admission.repeated,
    }


def _guest(guest: DoorGuest) -> dict[str, Any]:
    return {name: getattr(guest, name) for name in _GUEST}


def _scan(scan: CheckInFacts) -> dict[str, Any]:
    return {name: getattr(scan, name) for name in _SCAN}

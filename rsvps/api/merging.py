"""Making two answers one, in the Capability and the Tenant API."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from access.events import owned
from api.base import ApiViewSet
from api.capability.base import CapabilityViewSet
from api.conditional import ONE
from api.inputs import Input
from api.schema import errors_of
from api.tenant.base import TenantViewSet
from api.tenant.bodies import AttendeeBody
from comments.facts import rsvp_log
from events.enums import Standing
from rsvps.api.capability import RsvpEnvelope, with_messages
from rsvps.domain.merging import merge_rsvps
from rsvps.facts import RsvpFacts, rsvp_facts
from rsvps.fields import MERGE


class MergeInput(Input):
    """Which RSVP stays."""

    table = MERGE


class _Merging(ApiViewSet):
    """For organizers."""

    tags: ClassVar = {"merge": ONE}

    def _merged(self, event_id: UUID, rsvp_id: UUID) -> RsvpFacts:
        owned(self.actor, event_id)
        rsvp = merge_rsvps(event_id=event_id, rsvp_id=rsvp_id, **self.read(MergeInput))
        self.tell_of(rsvp)
        return rsvp_facts(rsvp, Standing.OWNER)


class MergeViewSet(_Merging, CapabilityViewSet):
    """In the Capability API."""

    @extend_schema(
        operation_id="mergeRsvps",
        request=MergeInput,
        responses={200: RsvpEnvelope, **errors_of(400, 401, 403, 404, 409, 413, 415)},
    )
    def merge(self, request: Request, event_id: UUID, rsvp_id: UUID) -> Response:
        """Merges the RSVP into another, which keeps its link; the answer is what became of it. For
        organizers."""
        facts = self._merged(event_id, rsvp_id)
        return with_messages(facts, rsvp_log(facts.id))


class TenantMergeViewSet(_Merging, TenantViewSet):
    """In the Tenant API."""

    @extend_schema(
        operation_id="mergeCommunityRsvps",
        request=MergeInput,
        responses={200: AttendeeBody, **errors_of(400, 401, 403, 404, 409, 413, 415)},
    )
    def merge(self, request: Request, event_id: UUID, rsvp_id: UUID) -> Response:
        """Merges the RSVP into another, which stays; the answer is what became of it. For
        organizers."""
        return Response(AttendeeBody.of(self._merged(event_id, rsvp_id)))

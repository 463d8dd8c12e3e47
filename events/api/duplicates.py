"""Duplicating an event in the Capability and the Tenant API."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from access.events import owned
from api.base import ApiViewSet
from api.bodies import Body
from api.capability.base import CapabilityViewSet
from api.capability.bodies import EventBody
from api.fields import Moment, Text
from api.schema import errors_of
from api.tenant.base import TenantViewSet
from api.tenant.bodies import TenantEventBody
from config.errors import NotFound
from events import limits
from events.api.capability import NewEventEnvelope
from events.domain.duplicate import duplicate_event
from events.domain.lifecycle import NewEvent
from events.enums import Standing
from events.facts import EventFacts, event_facts
from events.rows import event_row


class DuplicateInput(serializers.Serializer[Any]):
    """What the copy has otherwise. Its end and the closing of RSVPs move along with the start."""

    start_time = Moment(required=False)
    title = Text(required=False, max_length=limits.TITLE)


class _DuplicateAction(ApiViewSet):
    """Organizers make an event anew from one that is there, without its guests."""

    acts: ClassVar = {"create": "events"}
    located: ClassVar = frozenset({"create"})

    def create(self, request: Request, event_id: UUID) -> Response:
        """A copy of the event with its ticket types, their questions and its host, but without
        RSVPs, links, co-hosts and messages. For organizers."""
        owned(self.actor, event_id)
        new = duplicate_event(event_id=event_id, actor=self.actor, values=self.read(DuplicateInput))
        row = event_row(new.event_id)
        if row is None:  # deleted by another request since
            raise NotFound("event_not_found")
        self.private = row.is_private
        body = self._told(event_facts(row, Standing.OWNER, timezone.now()), new)
        there = self.request.path.replace(f"{event_id}/duplicate", str(new.event_id))
        return Response(body, status=201, headers={"Location": f"{self.base_url}{there}"})

    def _told(self, facts: EventFacts, new: NewEvent) -> Body:
        raise NotImplementedError


class DuplicateViewSet(_DuplicateAction, CapabilityViewSet):
    """Duplicates in the Capability API."""

    @extend_schema(
        operation_id="duplicateEvent",
        request=DuplicateInput,
        responses={201: NewEventEnvelope, **errors_of(400, 401, 403, 404, 409, 413, 415)},
    )
    def create(self, request: Request, event_id: UUID) -> Response:
        """A copy of the event with its ticket types, their questions and its host, but without
        RSVPs, links, co-hosts and messages. The response holds its organizer's token.
        For organizers."""
        return super().create(request, event_id)

    def _told(self, facts: EventFacts, new: NewEvent) -> Body:
        event = EventBody.of(facts, self.base_url, new.owner_token)
        return NewEventEnvelope(event=event, admin_token=new.owner_token, links=event.links)


class TenantDuplicateViewSet(_DuplicateAction, TenantViewSet):
    """Duplicates in the Tenant API."""

    @extend_schema(
        operation_id="duplicateCommunityEvent",
        request=DuplicateInput,
        responses={201: TenantEventBody, **errors_of(400, 401, 403, 404, 409, 413, 415)},
    )
    def create(self, request: Request, event_id: UUID) -> Response:
        """A copy of the event with its ticket types, their questions and its host, but without
        RSVPs, links, co-hosts and messages; the key's user becomes its creator. For the creator
        and the tenant's organizers."""
        return super().create(request, event_id)

    def _told(self, facts: EventFacts, new: NewEvent) -> Body:
        return TenantEventBody.of(facts, self.base_url)

"""The webhook of a single event in the Capability API."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from access.events import owned
from api.bodies import Body
from api.capability.base import CapabilityViewSet
from api.inputs import Input
from api.schema import errors_of
from config.errors import NotFound
from notify.api.bodies import EventWebhookBody, NewEventWebhookBody
from notify.domain.endpoints import create_event_endpoint, delete_endpoint, event_endpoint
from notify.fields import ENDPOINT


class EventWebhookInput(Input):
    """The address to be called, and of what."""

    table = ENDPOINT.only("url", "events", "description")


class EventWebhookEnvelope(Body):
    """The event's webhook, or null."""

    webhook: EventWebhookBody | None


class NewEventWebhookEnvelope(Body):
    """The event's new webhook."""

    webhook: NewEventWebhookBody


class EventWebhookViewSet(CapabilityViewSet):
    """One program that is called when something happens to the event. For organizers."""

    @extend_schema(
        operation_id="getEventWebhook",
        responses={200: EventWebhookEnvelope, **errors_of(401, 403, 404)},
    )
    def retrieve(self, request: Request, event_id: UUID) -> Response:
        """The event's webhook."""
        owned(self.actor, event_id)
        endpoint = event_endpoint(event_id)
        told = None
        if endpoint is not None:
            told = EventWebhookBody.told(endpoint, proven=endpoint.proven_at is not None)
        return Response(EventWebhookEnvelope(webhook=told))

    @extend_schema(
        operation_id="createEventWebhook",
        request=EventWebhookInput,
        responses={201: NewEventWebhookEnvelope, **errors_of(400, 401, 403, 404, 409, 413, 415)},
    )
    def create(self, request: Request, event_id: UUID) -> Response:
        """Gives the event a webhook. It is first sent ``endpoint.challenge``, and told of the event
        once its answer has held ``data.challenge``. Only this response holds the secret."""
        owned(self.actor, event_id)
        made = create_event_endpoint(event_id=event_id, values=self.read(EventWebhookInput))
        body = NewEventWebhookBody.told(made.endpoint, proven=False, secret=made.secret)
        return Response(NewEventWebhookEnvelope(webhook=body), status=201)

    @extend_schema(
        operation_id="deleteEventWebhook", responses={204: None, **errors_of(401, 403, 404)}
    )
    def destroy(self, request: Request, event_id: UUID) -> Response:
        """Removes the event's webhook."""
        owned(self.actor, event_id)
        endpoint = event_endpoint(event_id)
        if endpoint is None:
            raise NotFound("webhook_not_found")
        delete_endpoint(endpoint=endpoint)
        return Response(status=204)

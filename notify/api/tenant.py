"""Webhooks and the change feed in the Tenant API."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import Body
from api.inputs import Input
from api.schema import errors_of
from api.tenant.base import SliceBody, SliceQuery, TenantViewSet, read_slice
from config.errors import NotAllowed
from notify.api.bodies import ChangeBody, DeliveryBody, NewWebhookBody, WebhookBody
from notify.domain import endpoints
from notify.domain.feed import read_changes
from notify.fields import ENDPOINT
from notify.models import Delivery

_DELIVERY = OpenApiParameter("delivery_id", location=OpenApiParameter.PATH)


class WebhookInput(Input):
    """A webhook."""

    table = ENDPOINT


class WebhookList(Body):
    """The tenant's webhooks, oldest first."""

    webhooks: list[WebhookBody]


class DeliveryList(SliceBody):
    """A part of what a webhook is told, latest first."""

    deliveries: list[DeliveryBody]


class OrganizerViewSet(TenantViewSet):
    """Base of what is for a tenant's own back end: it reads what organizers may read."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Takes the secret key of an organizer."""
        super().initial(request, *args, **kwargs)
        if self.actor.staff_of is None or not self.actor.may_write:
            raise NotAllowed("organizer_key_needed")


class WebhookViewSet(OrganizerViewSet):
    """Programs that are called when something happens in the tenant."""

    @extend_schema(
        operation_id="listWebhooks", responses={200: WebhookList, **errors_of(400, 401, 403)}
    )
    def list(self, request: Request) -> Response:
        """Every webhook of the tenant; a key limited to a channel sees that channel's."""
        found = endpoints.tenant_endpoints(self.actor)
        return Response(WebhookList(webhooks=[WebhookBody.told(each) for each in found]))

    @extend_schema(
        operation_id="createWebhook",
        request=WebhookInput,
        responses={201: NewWebhookBody, **errors_of(400, 401, 403, 413, 415)},
    )
    def create(self, request: Request) -> Response:
        """A new webhook. Only this response holds its secret."""
        made = endpoints.create_endpoint(
            tenant_id=self.tenant_id,
            values=self.read(WebhookInput),
            within=self.actor.channel_id,
        )
        return Response(NewWebhookBody.told(made.endpoint, secret=made.secret), status=201)

    @extend_schema(
        operation_id="getWebhook", responses={200: WebhookBody, **errors_of(400, 401, 403, 404)}
    )
    def retrieve(self, request: Request, webhook_id: UUID) -> Response:
        """One webhook."""
        return Response(WebhookBody.told(endpoints.endpoint_of(self.actor, webhook_id)))

    @extend_schema(
        operation_id="updateWebhook",
        request=WebhookInput,
        responses={200: WebhookBody, **errors_of(400, 401, 403, 404, 413, 415)},
    )
    def partial_update(self, request: Request, webhook_id: UUID) -> Response:
        """Changes what is sent. ``enabled: true`` switches a webhook on again that was given up: it
        goes on with what waited for it."""
        values = self.read(WebhookInput, partial=True)
        changed = endpoints.change_endpoint(
            endpoint_id=endpoints.endpoint_of(self.actor, webhook_id).id,
            values=values,
            within=self.actor.channel_id,
        )
        return Response(WebhookBody.told(changed))

    @extend_schema(
        operation_id="deleteWebhook", responses={204: None, **errors_of(400, 401, 403, 404)}
    )
    def destroy(self, request: Request, webhook_id: UUID) -> Response:
        """Removes a webhook, and what it was still to be told."""
        endpoints.delete_endpoint(endpoint=endpoints.endpoint_of(self.actor, webhook_id))
        return Response(status=204)

    @extend_schema(
        operation_id="rotateWebhookSecret",
        request=None,
        responses={200: NewWebhookBody, **errors_of(400, 401, 403, 404)},
    )
    def rotate(self, request: Request, webhook_id: UUID) -> Response:
        """A new secret. For a day the old one signs as well."""
        made = endpoints.rotate_secret(endpoint=endpoints.endpoint_of(self.actor, webhook_id))
        return Response(NewWebhookBody.told(made.endpoint, secret=made.secret))

    @extend_schema(
        operation_id="testWebhook",
        request=None,
        responses={202: DeliveryBody, **errors_of(400, 401, 403, 404)},
    )
    def test(self, request: Request, webhook_id: UUID) -> Response:
        """Sends a message of type ``endpoint.test``, which tells nothing."""
        made = endpoints.send_test(endpoint=endpoints.endpoint_of(self.actor, webhook_id))
        return Response(DeliveryBody.of(made), status=202)

    @extend_schema(
        operation_id="listWebhookDeliveries",
        parameters=[SliceQuery],
        responses={200: DeliveryList, **errors_of(400, 401, 403, 404)},
    )
    def deliveries(self, request: Request, webhook_id: UUID) -> Response:
        """What the webhook was told within 30 days, and what it has yet to be told, with every
        attempt."""
        query = self.read_query(SliceQuery)
        endpoint = endpoints.endpoint_of(self.actor, webhook_id)
        told = endpoint.deliveries.select_related("change").prefetch_related("attempts")
        rows, block = read_slice(told.order_by("-created_at", "-id"), list[Delivery], query)
        return Response(DeliveryList(deliveries=[DeliveryBody.of(row) for row in rows], **block))

    @extend_schema(
        operation_id="replayWebhookDelivery",
        parameters=[_DELIVERY],
        request=None,
        responses={202: DeliveryBody, **errors_of(400, 401, 403, 404, 409)},
    )
    def replay(self, request: Request, webhook_id: UUID, delivery_id: UUID) -> Response:
        """Tells it once more, under the same ``webhook-id``."""
        endpoint = endpoints.endpoint_of(self.actor, webhook_id)
        delivery = endpoints.replay(endpoint=endpoint, delivery_id=delivery_id)
        return Response(DeliveryBody.of(delivery), status=202)


class ChangeQuery(serializers.Serializer[Any]):
    """Where to go on."""

    cursor = serializers.CharField(
        required=False, help_text="The last answer's next_cursor; without one, from 30 days ago."
    )
    limit = serializers.IntegerField(default=100, min_value=1, max_value=100)


class ChangePageBody(Body):
    """A part of what happened, in order. Keep ``next_cursor`` also when ``data`` is empty."""

    data: list[ChangeBody]
    next_cursor: str
    has_more: bool


class ChangeViewSet(OrganizerViewSet):
    """What happened in the tenant, for programs that were away."""

    acts: ClassVar = {}

    @extend_schema(
        operation_id="listChanges",
        parameters=[ChangeQuery],
        responses={200: ChangePageBody, **errors_of(400, 401, 403, 410)},
    )
    def list(self, request: Request) -> Response:
        """Everything that happened after the cursor, without a gap and without a repetition. Each
        object is told as it stands now, one that is gone by its ids."""
        query = self.read_query(ChangeQuery)
        page = read_changes(
            actor=self.actor,
            cursor=query.get("cursor"),
            limit=query["limit"],
            now=timezone.now(),
        )
        data = [ChangeBody(**told._asdict()) for told in page.data]
        return Response(ChangePageBody(**page._asdict() | {"data": data}))

"""Webhook endpoints: made, changed, given a new secret and removed by organizers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.domain.actors import Actor
from channels.models import Channel
from config.errors import Conflict, Invalid, NotAllowed, NotFound, flaw
from events.domain.locking import locked_event
from events.models import Event
from notify import limits
from notify.domain.delivering import shelve
from notify.domain.secrets import new_secret, sealed
from notify.enums import CHALLENGE, TEST, DeliveryState, Disabled
from notify.fields import ENDPOINT
from notify.models import Delivery, Endpoint

# How long the old secret signs beside the new one.
_OVERLAP = timedelta(days=1)


class NewEndpoint(NamedTuple):
    """An endpoint and its secret, shown to its maker."""

    endpoint: Endpoint
    secret: str


def tenant_endpoints(actor: Actor) -> QuerySet[Endpoint]:
    """The endpoints of the caller's tenant, oldest first; for a caller closed into one channel,
    that channel's."""
    endpoints = Endpoint.objects.filter(tenant=actor.tenant_id, event_id=None)
    if actor.channel_id is not None:
        endpoints = endpoints.filter(channel=actor.channel_id)
    return endpoints.order_by("created_at", "id")


def create_endpoint(
    *, tenant_id: UUID, values: Mapping[str, Any], within: UUID | None = None
) -> NewEndpoint:
    """An endpoint that hears of what happens in the tenant, or in one channel of it; see ENDPOINT
    for ``values``. ``within`` is the channel that the caller is closed into. Raises Invalid, and
    NotAllowed for another channel than that."""
    cleaned = _cleaned(values, new=True)
    cleaned["channel_id"] = _channel_of(tenant_id, cleaned.get("channel_id"), within)
    with transaction.atomic():
        if Endpoint.objects.filter(tenant=tenant_id, event_id=None).count() >= limits.ENDPOINTS:
            raise Invalid({"url": flaw("too_many_webhooks", most=limits.ENDPOINTS)})
        return _create(tenant_id=tenant_id, **cleaned)


def create_event_endpoint(*, event_id: UUID, values: Mapping[str, Any]) -> NewEndpoint:
    """The one endpoint of a single event. It hears of the event once its receiver echoed a
    challenge. Raises Invalid, NotFound, and Conflict when there is one."""
    cleaned = _cleaned(values, new=True)
    with locked_event(event_id) as event:
        if Endpoint.objects.filter(event_id=event_id).exists():
            raise Conflict("webhook_exists")
        made = _create(tenant_id=event.tenant_id, event_id=event_id, **cleaned)
        Event.objects.filter(pk=event_id).update(has_webhooks=True)
        Delivery.objects.create(endpoint=made.endpoint, type=CHALLENGE, event_id=event_id)
    return made


def change_endpoint(
    *, endpoint_id: UUID, values: Mapping[str, Any], within: UUID | None = None
) -> Endpoint:
    """Changes what ``values`` holds. Switched on again, an endpoint goes on with what waited for
    it. Raises Invalid, NotFound, NotAllowed."""
    cleaned = _cleaned(values, new=False)
    with transaction.atomic():
        endpoint = _held(endpoint_id)
        if "channel_id" in cleaned:
            wanted = cleaned["channel_id"]
            cleaned["channel_id"] = _channel_of(endpoint.tenant_id, wanted, within)
        if "enabled" in cleaned and cleaned["enabled"] != endpoint.enabled:
            off = not cleaned["enabled"]
            cleaned["disabled_at"] = timezone.now() if off else None
            cleaned["disabled_reason"] = Disabled.BY_HAND if off else ""
        for field, value in cleaned.items():
            setattr(endpoint, field, value)
        if cleaned:
            endpoint.save(update_fields=list(cleaned))
        if "disabled_at" in cleaned:
            shelve(endpoint, off=not endpoint.enabled)
    return endpoint


def delete_endpoint(*, endpoint: Endpoint) -> None:
    """Removes an endpoint with its deliveries."""
    with transaction.atomic():
        if endpoint.event_id is not None:
            Event.objects.filter(pk=endpoint.event_id).update(has_webhooks=False)
        endpoint.delete()


def rotate_secret(*, endpoint: Endpoint) -> NewEndpoint:
    """Gives an endpoint a new secret. The old one signs beside it for a day."""
    secret = new_secret()
    with transaction.atomic():
        held = _held(endpoint.id)
        held.old_secret, held.old_secret_until = held.secret, timezone.now() + _OVERLAP
        held.secret = sealed(secret, held.id)
        held.save(update_fields=["secret", "old_secret", "old_secret_until"])
    return NewEndpoint(held, secret)


def send_test(*, endpoint: Endpoint) -> Delivery:
    """Has the endpoint called with a message that tells nothing."""
    return Delivery.objects.create(endpoint=endpoint, type=TEST)


def replay(*, endpoint: Endpoint, delivery_id: UUID) -> Delivery:
    """Delivers something once more, under its old id. Raises NotFound, and Conflict while it still
    waits."""
    with transaction.atomic():
        rows = Delivery.objects.select_for_update().filter(endpoint=endpoint, pk=delivery_id)
        delivery = rows.first()
        if delivery is None:
            raise NotFound("delivery_not_found")
        if delivery.state == DeliveryState.WAITING:
            raise Conflict("delivery_waits")
        delivery.state, delivery.attempts_made = DeliveryState.WAITING, 0
        delivery.next_at = timezone.now()
        delivery.save(update_fields=["state", "attempts_made", "next_at"])
    return delivery


def endpoint_of(actor: Actor, endpoint_id: UUID) -> Endpoint:
    """The endpoint of the caller's tenant with this id. Raises NotFound."""
    endpoint = tenant_endpoints(actor).filter(pk=endpoint_id).first()
    if endpoint is None:
        raise NotFound("webhook_not_found")
    return endpoint


def event_endpoint(event_id: UUID) -> Endpoint | None:
    """The endpoint of a single event, if it has one."""
    return Endpoint.objects.filter(event_id=event_id).first()


def forget_endpoints() -> int:
    """Removes endpoints of events that are gone, once nothing waits for them; how many."""
    waiting = Delivery.objects.filter(endpoint=OuterRef("pk"), state=DeliveryState.WAITING)
    gone = Endpoint.objects.filter(
        ~Exists(Event.objects.filter(pk=OuterRef("event_id"))),
        ~Exists(waiting),
        event_id__isnull=False,
    )
    ids = list(gone.values_list("pk", flat=True))
    if ids:
        Endpoint.objects.filter(pk__in=ids).delete()
    return len(ids)


def _cleaned(values: Mapping[str, Any], *, new: bool) -> dict[str, Any]:
    cleaned, errors = ENDPOINT.clean(values, new=new)
    if errors:
        raise Invalid(errors)
    if "url" in cleaned:
        cleaned["host"] = (urlsplit(cleaned["url"]).hostname or "")[: limits.HOST]
    return cleaned


def _channel_of(
    tenant_id: UUID | None, channel_id: UUID | None, within: UUID | None
) -> UUID | None:
    """The channel an endpoint is limited to. A caller closed into one gets that one."""
    if within is not None:
        if channel_id not in (None, within):
            raise NotAllowed("one_group")
        return within
    if channel_id is None:
        return None
    if not Channel.objects.filter(pk=channel_id, tenant=tenant_id).exists():
        raise Invalid({"channel_id": "unknown_id"})
    return channel_id


def _create(**values: Any) -> NewEndpoint:
    secret = new_secret()
    endpoint = Endpoint(**values)
    endpoint.secret = sealed(secret, endpoint.id)
    if not endpoint.enabled:
        endpoint.disabled_at, endpoint.disabled_reason = timezone.now(), Disabled.BY_HAND
    endpoint.save(force_insert=True)
    return NewEndpoint(endpoint, secret)


def _held(endpoint_id: UUID) -> Endpoint:
    endpoint = Endpoint.objects.select_for_update().filter(pk=endpoint_id).first()
    if endpoint is None:
        raise NotFound("webhook_not_found")
    return endpoint

"""Deliveries, one attempt at a time: taken in hand, written, and settled by how the call went."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from standardwebhooks import Webhook

from notify.domain.secrets import secrets_of
from notify.domain.sending import Answer
from notify.domain.telling import Told, tell_outside
from notify.enums import CHALLENGE, DeliveryState, Disabled
from notify.models import Attempt, Delivery, Endpoint
from outbox.domain.emitting import emit
from outbox.enums import Kind
from outbox.models import Change

_MINUTE, _HOUR = 60, 3600
# Seconds until the next try, after each that failed: three days in all.
_LATER = (
    *(5, 30, 2 * _MINUTE, 10 * _MINUTE, 30 * _MINUTE, _HOUR, 2 * _HOUR, 4 * _HOUR),
    *(8 * _HOUR, 12 * _HOUR, 20 * _HOUR, 24 * _HOUR),
)
# A receiver that does not echo the challenge is asked this often.
_CHALLENGES = 4
_JITTER = 0.2
_GONE = 410
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
# How long a delivery waits while the limit of its host is reached.
_HOST_PAUSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Call:
    """What is to be sent, ready to go: no database is needed any more."""

    delivery_id: UUID
    endpoint_id: UUID
    type: str
    url: str
    body: bytes
    headers: dict[str, str]
    challenge: str


def next_call(now: datetime, busy: Collection[UUID]) -> Call | None:
    """Takes a delivery in hand that is due, of an endpoint that is not ``busy``; None when there is
    none. Whoever took it settles it before its lease runs out, or it is due again. Looking takes no
    lock and writes nothing."""
    due = Delivery.objects.due(now).exclude(endpoint__in=busy).order_by("next_at", "place")
    for delivery_id in due.values_list("id", flat=True)[:10]:
        call = _take(delivery_id, now)
        if call is not None:
            return call
    return None


def _take(delivery_id: UUID, now: datetime) -> Call | None:
    with transaction.atomic():
        held = Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        delivery = held.filter(pk=delivery_id, next_at__lte=now).first()
        if delivery is None or delivery.state != DeliveryState.WAITING:
            return None
        endpoint = Endpoint.objects.get(pk=delivery.endpoint_id)
        if endpoint.event_id is not None and _host_is_full(endpoint.host, now):
            Delivery.objects.filter(pk=delivery_id).update(next_at=now + _HOST_PAUSE)
            return None
        lease = timedelta(seconds=settings.OUTBOX_LEASE + settings.WEBHOOK_SECONDS)
        Delivery.objects.filter(pk=delivery_id).update(next_at=now + lease)
    return _call(delivery, endpoint, now)


def _call(delivery: Delivery, endpoint: Endpoint, now: datetime) -> Call:
    told = _told(delivery)
    challenge = told.data["challenge"] if delivery.type == CHALLENGE else ""
    body = orjson.dumps(told._asdict(), option=orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS)
    message_id = f"msg_{delivery.id.hex}"
    signed = [
        Webhook(secret).sign(message_id, now, body.decode()) for secret in secrets_of(endpoint, now)
    ]
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Convene ({settings.SITE_NAME})".encode("ascii", "replace").decode(),
        "Connection": "close",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signed),
    }
    return Call(
        delivery.id, endpoint.id, delivery.type, endpoint.url, body, headers, str(challenge)
    )


def _told(delivery: Delivery) -> Told:
    if delivery.change is not None:
        return tell_outside([delivery.change])[0]
    data: dict[str, Any] = {"id": delivery.endpoint_id}
    if delivery.type == CHALLENGE:
        data["challenge"] = delivery.id.hex
    return Told(delivery.type, delivery.created_at, data)


def settle(call: Call, answer: Answer, now: datetime) -> None:
    """Writes down how a call went, and when it is tried again, if it is. One that was replayed,
    settled or deleted meanwhile by somebody else is left alone."""
    with transaction.atomic():
        held = Delivery.objects.select_for_update(of=("self",)).filter(pk=call.delivery_id)
        delivery = held.first()
        if delivery is None or delivery.state != DeliveryState.WAITING:
            return
        problem = answer.problem
        if answer.succeeded and call.challenge and call.challenge.encode() not in answer.body:
            problem = "no_echo"
        Attempt.objects.create(
            delivery=delivery,
            status=answer.status,
            problem=problem,
            duration_ms=answer.duration_ms,
            at=now,
        )
        delivery.attempts_made += 1
        if answer.succeeded and not problem:
            delivery.state = DeliveryState.DELIVERED
            if call.challenge:
                Endpoint.objects.filter(pk=call.endpoint_id).update(proven_at=now)
        else:
            _try_again(delivery, answer, now, challenge=bool(call.challenge))
        delivery.save(update_fields=["state", "attempts_made", "next_at"])


def _try_again(delivery: Delivery, answer: Answer, now: datetime, *, challenge: bool) -> None:
    tries = _CHALLENGES - 1 if challenge else len(_LATER)
    if answer.status == _GONE:
        delivery.state = DeliveryState.FAILED
        _disable(delivery, Disabled.GONE, now)
    elif delivery.attempts_made > tries:
        delivery.state = DeliveryState.FAILED
        _disable(delivery, Disabled.UNPROVEN if challenge else Disabled.GAVE_UP, now)
    else:
        wait = _LATER[delivery.attempts_made - 1]
        spread = 1 if delivery.attempts_made == 1 else random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - no secret
        delivery.next_at = now + timedelta(seconds=wait * spread)


def _disable(delivery: Delivery, reason: Disabled, now: datetime) -> None:
    """Switches the endpoint off, and tells organizers."""
    endpoints = Endpoint.objects.filter(pk=delivery.endpoint_id, enabled=True)
    if not endpoints.update(enabled=False, disabled_at=now, disabled_reason=reason):
        return
    endpoint = Endpoint.objects.get(pk=delivery.endpoint_id)
    shelve(endpoint, off=True)
    emit(
        [
            Change(
                kind=Kind.WEBHOOK_DISABLED,
                tenant_id=endpoint.tenant_id,
                channel_id=endpoint.channel_id,
                event_id=endpoint.event_id,
                object_id=endpoint.id,
                data={"reason": reason, "url": endpoint.url},
            )
        ]
    )


def shelve(endpoint: Endpoint, *, off: bool) -> None:
    """Puts what waits for an endpoint that was switched off where no worker comes across it, or
    back."""
    waiting = Delivery.objects.filter(endpoint=endpoint, state=DeliveryState.WAITING)
    waiting.update(next_at=_NEVER if off else timezone.now())


def _host_is_full(host: str, now: datetime) -> bool:
    """Whether the webhooks of single events called this host often enough within the hour: nobody
    is to have this instance flood somebody else."""
    called = Attempt.objects.filter(
        at__gt=now - timedelta(hours=1),
        delivery__endpoint__host=host,
        delivery__endpoint__event_id__isnull=False,
    )
    return bool(called.count() >= settings.WEBHOOK_LIMIT_HOST)

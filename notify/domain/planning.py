"""Which endpoints hear of what happened."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from notify.domain.telling import type_of
from notify.models import Delivery, Endpoint
from outbox.enums import PUBLISHED, Kind
from outbox.models import Change

_BATCH = 500
_TOLD = {*PUBLISHED, Kind.EVENT_LEFT_CHANNEL}


def plan_deliveries(changes: Sequence[Change]) -> None:
    """Writes a delivery for each endpoint that asked for each of these changes. Two queries,
    whatever their number; one when nobody hears of them."""
    told = [change for change in changes if change.kind in _TOLD]
    tenants = {change.tenant_id for change in told if change.tenant_id is not None}
    events = {change.event_id for change in told if change.event_id is not None}
    if not tenants | events:
        return
    own = Q(event_id__in=events, proven_at__isnull=False)
    theirs = Q(event_id=None, tenant__in=tenants)
    endpoints = list(Endpoint.objects.filter(own | theirs, enabled=True).order_by("id"))
    Delivery.objects.bulk_create(
        (
            Delivery(
                endpoint=endpoint,
                change=change,
                place=change.pk,
                type=type_of(change.kind),
                event_id=change.event_id,
            )
            for change in told
            for endpoint in endpoints
            if _hears(endpoint, change)
        ),
        _BATCH,
    )


def _hears(endpoint: Endpoint, change: Change) -> bool:
    if endpoint.event_id is not None:
        within = endpoint.event_id == change.event_id
    else:
        within = endpoint.tenant_id == change.tenant_id
    if endpoint.channel_id is not None:
        within = within and endpoint.channel_id == change.channel_id
    elif change.kind == Kind.EVENT_LEFT_CHANNEL:
        within = False
    return within and (not endpoint.events or type_of(change.kind) in endpoint.events)

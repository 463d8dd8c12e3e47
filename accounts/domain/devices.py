"""Browsers that keep events: known by a random key, of which only a keyed digest is stored."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import limits
from accounts.models import Device

# Logs mask what begins like this: config/logs.py.
_PREFIX = "cvd_"
_KEY_BYTES = 32
# The last use is kept to the day: looking is not a write each time.
_USE_NOTED_EVERY = timedelta(days=1)


class NewDevice(NamedTuple):
    """A fresh device and its key, for the browser alone."""

    id: UUID
    key: str


def make_device() -> NewDevice:
    """A device with a key of 256 random bits."""
    key = _PREFIX + secrets.token_urlsafe(_KEY_BYTES)
    device = Device.objects.create(digest=_digest(settings.CAPABILITY_KEYS[0], key))
    return NewDevice(device.id, key)


def device_of(key: str | None) -> UUID | None:
    """The device that holds this key, or None. One query, and once a day an update."""
    device = _holders(key).first() if key else None
    if device is None:
        return None
    note_use(device)
    return device.id


def lock_device(key: str | None) -> UUID | None:
    """The same, held until the transaction ends: nobody forgets it meanwhile."""
    if not key:
        return None
    return _holders(key).select_for_update().values_list("id", flat=True).first()


def note_use(device: Device) -> None:
    """Remembers that the device, or its calendar, was used."""
    now = timezone.now()
    if now - device.last_used_at >= _USE_NOTED_EVERY:
        Device.objects.filter(pk=device.pk).update(last_used_at=now)


def forget_device(device_id: UUID) -> None:
    """Removes the device with all that it keeps; its calendar ends."""
    with transaction.atomic():
        for device in Device.objects.select_for_update().filter(pk=device_id):
            device.delete()


def forget_devices(now: datetime, *, dry_run: bool = False) -> int:
    """Removes devices that nobody used for DEVICE_DAYS; with ``dry_run`` only counts them. How many
    they are."""
    unused = Device.objects.filter(last_used_at__lt=now - timedelta(days=limits.DEVICE_DAYS))
    if dry_run:
        return unused.count()
    ids = list(unused.values_list("id", flat=True))
    for device_id in ids:
        forget_device(device_id)
    return len(ids)


def _holders(key: str | None) -> QuerySet[Device]:
    digests = [_digest(secret, key or "") for secret in settings.CAPABILITY_KEYS]
    return Device.objects.filter(digest__in=digests)


def _digest(secret: str, key: str) -> str:
    return hmac.digest(secret.encode(), f"device|{key}".encode(), hashlib.sha256).hex()

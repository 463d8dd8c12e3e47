"""Which images events show, and what becomes of those that none shows any more."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.domain.images import describe_image, erase_images
from accounts.models import Image
from config.errors import Conflict
from events.domain.locking import edit_all, touch
from events.models import Event

_GRACE = timedelta(days=1)


def discard_unshown(image_id: UUID) -> None:
    """Removes an image that is no event's cover any more; one that is stays. Runs in the
    transaction that took it off an event."""
    held = Image.objects.select_for_update().filter(pk=image_id).first()
    if held is not None and not Event.objects.filter(cover_id=image_id).exists():
        discard_images([image_id])


@transaction.atomic
def delete_image(image_id: UUID) -> None:
    """Removes an image that no event shows; nothing happens when it is gone already. Raises
    Conflict (file_in_use) for one that an event shows."""
    held = Image.objects.select_for_update().filter(pk=image_id).first()
    if held is None:
        return
    if Event.objects.filter(cover_id=image_id).exists():
        raise Conflict("file_in_use")
    erase_images([image_id])


@transaction.atomic
def describe_shown(image_id: UUID, alt_text: str) -> None:
    """Says what an image shows, wherever it is shown. Raises Invalid (alt_text)."""
    touch(Event.objects.filter(cover=image_id))
    describe_image(image_id, alt_text)


def unused_images(now: datetime) -> QuerySet[Image]:
    """Images that no event shows and that were kept for longer than a day: one that was just
    uploaded may be about to become a cover."""
    return Image.objects.filter(events=None, created_at__lt=now - _GRACE)


def discard_images(image_ids: Collection[UUID]) -> None:
    """Removes images and, after commit, their files. Events that showed one show none."""
    told = {"cover_id": [list(image_ids), None]}
    edit_all(Event.objects.filter(cover__in=image_ids), told=told, cover=None)
    erase_images(image_ids)

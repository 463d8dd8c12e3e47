"""An event's cover: given, described and taken away by its organizers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from accounts.domain.actors import Actor
from accounts.domain.images import describe_image, keep_image
from config.errors import DomainError
from config.images import CleanImage
from events.domain.images import discard_images, discard_unshown
from events.domain.lifecycle import NewEvent, change_event, create_event
from events.domain.locking import locked_event, touch
from events.models import Event
from events.rows import EventRow
from outbox.domain.emitting import tell
from outbox.enums import Kind


def create_with_cover(
    *, actor: Actor, values: Mapping[str, Any], drawn: CleanImage | None
) -> NewEvent:
    """Makes an event as create_event() does, with a picture when there is one; the whole series
    shows it. Raises what create_event() raises."""
    if drawn is None:
        return create_event(actor=actor, values=values)
    tenant_id = actor.tenant_id or actor.staff_of
    image = keep_image(drawn, tenant_id=tenant_id, uploader_id=actor.user_id)
    try:
        return create_event(actor=actor, values={**values, "cover_id": image.id})
    except DomainError:
        discard_images([image.id])
        raise


def give_cover(
    *, event: EventRow, drawn: CleanImage, alt_text: str = "", uploader_id: UUID | None = None
) -> None:
    """Shows a new picture on the event. The one before is discarded, unless another event shows
    it. Raises Invalid (alt_text), NotFound."""
    image = keep_image(drawn, tenant_id=event.tenant_id, uploader_id=uploader_id, alt_text=alt_text)
    try:
        _replace(event, image.id)
    except DomainError:
        discard_images([image.id])
        raise


def describe_cover(*, event_id: UUID, alt_text: str) -> None:
    """Says what the cover shows; without a cover nothing changes. Raises Invalid (alt_text),
    NotFound."""
    with locked_event(event_id) as event:
        cover_id = _cover_of(event_id)
        if cover_id is not None:
            describe_image(cover_id, alt_text)
            touch(event_id)
            tell(event, Kind.EVENT_UPDATED, parts=["cover"])


def remove_cover(*, event: EventRow) -> None:
    """Takes the cover away, and discards it unless another event shows it. Raises NotFound."""
    _replace(event, None)


def _replace(event: EventRow, cover_id: UUID | None) -> None:
    with locked_event(event.id):
        before = _cover_of(event.id)
        change_event(event=event, values={"cover_id": cover_id})
        if before is not None:
            discard_unshown(before)


def _cover_of(event_id: UUID) -> UUID | None:
    return Event.objects.values_list("cover_id", flat=True).get(pk=event_id)

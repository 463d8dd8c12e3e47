"""Fetching an uploaded image by its id: whose it is decides who finds and who changes it."""

from __future__ import annotations

from uuid import UUID

from accounts.domain.actors import Actor
from accounts.models import Image
from config.errors import NotAllowed, NotFound
from events.domain.listing import organizes_all


def seen_file(actor: Actor, file_id: UUID) -> Image:
    """An image of the caller's tenant. Raises NotFound."""
    image = Image.objects.filter(pk=file_id).first()
    if image is None or image.tenant_id != actor.tenant_id:
        raise NotFound("file_not_found")
    return image


def owned_file(actor: Actor, file_id: UUID) -> Image:
    """The image, for whoever uploaded it and the tenant's organizers. Raises NotFound,
    NotAllowed."""
    image = seen_file(actor, file_id)
    uploaded = actor.user_id is not None and image.uploader_id == actor.user_id
    if not uploaded and not organizes_all(actor):
        raise NotAllowed("file_of_another")
    return image

"""People and images as others may see them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.domain.api_keys import called
from accounts.rows import ImageRow, UserRow, image_rows, user_rows


@dataclass(frozen=True, slots=True)
class UserFacts:
    """A person's public face: what they are called, never their address. ``avatar`` is a name in
    the storage."""

    id: UUID
    name: str
    avatar: str | None
    organizes: bool
    is_active: bool
    created_at: datetime


# An image carries nothing to cut out: who knows its id may see it.
ImageFacts = ImageRow


def people(user_ids: Collection[UUID]) -> list[UserFacts]:
    """These people, each once. At most one query."""
    return [_person(row) for row in user_rows(user_ids)] if user_ids else []


def images(image_ids: Collection[UUID]) -> list[ImageFacts]:
    """These images, each once. At most one query."""
    return image_rows(image_ids) if image_ids else []


def _person(row: UserRow) -> UserFacts:
    return UserFacts(
        id=row.id,
        name=called(row.display_name, row.email),
        avatar=row.avatar or None,
        organizes=row.is_staff,
        is_active=row.is_active,
        created_at=row.date_joined,
    )

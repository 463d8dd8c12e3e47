"""People and images as doors read them, several in one query."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Q

from accounts.models import Image, User
from config.prepared import read_rows


class UserRow(NamedTuple):
    """A person with an account, unredacted."""

    id: UUID
    display_name: str
    email: str
    avatar: str
    is_staff: bool
    is_active: bool
    date_joined: datetime


def user_rows(user_ids: Collection[UUID]) -> list[UserRow]:
    """These people, by id. One query, whatever their number."""
    people = User.objects.filter(pk__in=user_ids).order_by("id")
    return read_rows(people.values_list(*UserRow._fields), UserRow._make)


class ImageRow(NamedTuple):
    """An uploaded image."""

    id: UUID
    tenant_id: UUID | None
    file: str
    name: str
    extension: str
    mime_type: str
    size: int
    width: int
    height: int
    alt_text: str
    created_at: datetime


def image_rows(image_ids: Collection[UUID]) -> list[ImageRow]:
    """These images, by id. One query, whatever their number."""
    images = Image.objects.filter(pk__in=image_ids).order_by("id")
    return read_rows(images.values_list(*ImageRow._fields), ImageRow._make)


class MemberCounts(NamedTuple):
    """How many active people an organisation has, and how many of them organize."""

    members: int
    organizers: int


def member_counts(tenant_ids: Collection[UUID]) -> dict[UUID, MemberCounts]:
    """The people of each organisation. One query, whatever their number."""
    counted = (
        User.objects.filter(tenant__in=tenant_ids, is_active=True)
        .order_by()
        .values_list("tenant")
        .annotate(members=Count("id"), organizers=Count("id", filter=Q(is_staff=True)))
    )
    return {tenant_id: MemberCounts(*counts) for tenant_id, *counts in counted}

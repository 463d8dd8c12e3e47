"""People and images as doors read them, several in one query."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.models import ApiKey, Image, User
from config.prepared import ID, MOMENT, TEXT, PreparedRead, read_rows


class UserRow(NamedTuple):
    """A person with an account, unredacted."""

    id: UUID
    display_name: str
    email: str
    avatar: str
    is_staff: bool
    is_active: bool
    date_joined: datetime


# Up to so many people, what one event or answer names, are read by a prepared query.
_FEW = 4


def user_rows(user_ids: Collection[UUID]) -> list[UserRow]:
    """These people, by id. One query at most, whatever their number."""
    if not 0 < len(user_ids) <= _FEW:
        return read_rows(_people(user_ids), UserRow._make)
    named = {f"id_{number}": user_id for number, user_id in enumerate(user_ids)}
    return _few(len(named)).all(**named)


@cache
def _few(number: int) -> PreparedRead[UserRow]:
    return PreparedRead(
        lambda **ids: _people(ids.values()),
        keys={f"id_{each}": ID for each in range(number)},
        make=UserRow._make,
    )


def _people(user_ids: Collection[UUID]) -> QuerySet[User, Any]:
    people = User.objects.filter(pk__in=list(user_ids)).order_by("id")
    return people.values_list(*UserRow._fields)


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


class KeyRow(NamedTuple):
    """An API key with what it takes from the account that it acts for."""

    id: UUID
    kind: str
    digest: str
    scopes: list[str]
    tenant_id: UUID | None
    channel_id: UUID | None
    last_used_at: datetime | None
    user_id: UUID
    user_tenant_id: UUID | None
    display_name: str
    email: str
    is_staff: bool
    is_superuser: bool


_OF_THE_USER = {
    "user_tenant_id": "user__tenant_id",
    **{name: f"user__{name}" for name in ("display_name", "email", "is_staff", "is_superuser")},
}
_keys = PreparedRead(
    lambda prefix, now: (
        ApiKey.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now))
        .filter(prefix=prefix, revoked_at=None, user__is_active=True)
        .order_by()
        .values_list(*(_OF_THE_USER.get(name, name) for name in KeyRow._fields))
    ),
    keys={"prefix": TEXT, "now": MOMENT},
    make=KeyRow._make,
)


def key_rows(prefix: str, now: datetime) -> list[KeyRow]:
    """The API keys with this visible prefix that open something now. One query."""
    return _keys.all(prefix=prefix, now=now)

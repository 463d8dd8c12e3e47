"""The Tenant API's base: API keys, limit and offset, everything within the key's tenant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import QuerySet
from rest_framework import serializers

from api.bodies import Body
from api.keys import MemberViewSet

Row = TypeVar("Row")


class TenantViewSet(MemberViewSet):
    """Base of the Tenant API's viewsets."""


class SliceQuery(serializers.Serializer[Any]):
    """Which part of a list."""

    limit = serializers.IntegerField(default=50, min_value=1, max_value=100)
    offset = serializers.IntegerField(default=0, min_value=0, max_value=2**31)


class SliceBody(Body):
    """Which part of how many."""

    total: int
    offset: int
    limit: int
    has_more: bool


def read_slice(
    queryset: QuerySet[Any, Any], rows_of: Callable[[Any], list[Row]], query: dict[str, Any]
) -> tuple[list[Row], dict[str, Any]]:
    """The rows from ``offset`` on and the fields of a SliceBody. Two queries, whatever the size."""
    offset, limit = query["offset"], query["limit"]
    rows = rows_of(queryset[offset : offset + limit + 1])
    total = queryset.order_by().count()
    return rows[:limit], {
        "total": total,
        "offset": offset,
        "limit": limit,
        "has_more": len(rows) > limit,
    }

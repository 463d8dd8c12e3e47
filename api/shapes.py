"""Serializers that read bodies and queries, without building their fields for each request."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils.translation import get_language
from rest_framework import serializers

Shape = type[serializers.Serializer[Any]]


def reader(
    shape: Shape, data: Any, *, partial: bool = False, context: Mapping[str, Any] | None = None
) -> serializers.Serializer[Any]:
    """``shape(data=data, …)`` with fields that all requests share. DRF would copy every field for
    every request, which costs more than reading the body."""
    serializer = shape(data=data, partial=partial, context=context or {})
    fields = _fields(shape, partial, get_language())
    if fields is not None:
        serializer.__dict__["fields"] = fields
    return serializer


@cache
def _fields(shape: Shape, partial: bool, language: str | None) -> dict[str, Any] | None:
    """The fields of a shape by their names, for each language: error messages stay in the one they
    are made in. None for a shape with serializers inside, which remember what they read."""
    fields = dict(shape(partial=partial).fields)
    parts = [getattr(field, "child", field) for field in fields.values()]
    return None if any(isinstance(part, serializers.BaseSerializer) for part in parts) else fields

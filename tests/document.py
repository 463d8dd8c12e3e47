"""The OpenAPI document of all four APIs, as the server publishes it."""

from __future__ import annotations

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator


@cache
def openapi() -> dict[str, Any]:
    """Generated once in a process, for it takes half a second; to be read, not changed."""
    document: dict[str, Any] = SchemaGenerator().get_schema(  # type: ignore[no-untyped-call]
        request=None, public=True
    )
    return document

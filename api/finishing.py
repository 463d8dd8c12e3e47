"""What is done to a whole OpenAPI document before it is published."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from api.examples import NULL, add_examples
from api.subjects import declare_tags


def finish(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The document with its contact, its server, its tags and an example in every body. A hook of
    drf-spectacular."""
    result["info"]["contact"] = {"name": settings.SITE_NAME}
    result["servers"] = [{"url": settings.SITE_URL or "/", "description": "This server"}]
    _allow_null(result["components"]["schemas"])
    declare_tags(result)
    add_examples(result)
    return result


def _allow_null(schemas: dict[str, Any]) -> None:
    """Says that a body or a word of a set may be null as OpenAPI 3.0 has it: ``nullable`` counts
    beside a type alone."""
    for schema in [*schemas.values()]:
        for field in schema.get("properties", {}).values():
            if field.get("nullable") and "type" not in field:
                del field["nullable"]
                told = field.pop("allOf", None) or field["oneOf"]
                field["oneOf"] = [*(each for each in told if each != NULL), NULL]
                schemas["NullEnum"] = {"enum": [None]}

"""JSON in and out of every API, by orjson: times as ``…Z``, UUIDs as text."""

from __future__ import annotations

from typing import Any

import orjson
from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from api.bodies import Body
from config.errors import PayloadTooLarge

_OPTIONS = (
    orjson.OPT_UTC_Z
    | orjson.OPT_NAIVE_UTC
    | orjson.OPT_OMIT_MICROSECONDS
    # orjson would drop names like _id, and cannot leave out a field.
    | orjson.OPT_PASSTHROUGH_DATACLASS
)


def to_json(data: Any) -> bytes:
    """``data`` as UTF-8 JSON: bodies as objects, UTC datetimes to the second with Z, UUIDs and
    enums as text."""
    return orjson.dumps(data, _plain, _OPTIONS)


def _plain(value: Any) -> dict[str, Any] | str:
    if isinstance(value, Body):
        return value.__dict__  # faster than vars(), and lists hold hundreds
    if isinstance(value, str):  # lazy translations and marked-safe text
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


class OrjsonRenderer(BaseRenderer):
    """Renders application/json."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        """The body; empty for None, as a 204 has none."""
        return b"" if data is None else to_json(data)


class OrjsonParser(BaseParser):
    """Reads application/json strictly: no NaN, no lone surrogates, no numbers past 64 bits."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The value of the body. ParseError (400) when it is not JSON, PayloadTooLarge (413)
        when it is longer than the limit."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise PayloadTooLarge("body_too_large", limit=limit)
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as problem:
            raise ParseError(f"This is not valid JSON: {problem}.") from None

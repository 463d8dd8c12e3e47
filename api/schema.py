"""How the OpenAPI documents are made: readable operation ids, every error documented."""

from __future__ import annotations

from typing import Annotated, Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import is_list_serializer
from drf_spectacular.utils import Direction, OpenApiParameter, OpenApiResponse
from rest_framework.serializers import ChoiceField

from access.idempotency import HEADER, LONGEST_KEY, REPLAYED
from api.bodies import OMITTED, Body, Omitted, described

_QUOTA_HEADERS = {
    name: {"schema": {"type": "string"}, "description": said}
    for name, said in {
        "RateLimit-Policy": 'Where the request was counted: `"writes";q=1200;w=3600`, at most '
        "`q` in `w` seconds.",
        "RateLimit": 'Where the request was counted: `"writes";r=1199;t=3600`, `r` are left, all '
        "are free again in `t` seconds.",
    }.items()
}
_RETRY_AFTER = {
    "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds until the next try."}
}
_REPLAYED = {
    REPLAYED: {
        "schema": {"type": "string", "enum": ["true"]},
        "description": "Where the request had been carried out before: this is its first answer.",
    }
}
_IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="Makes it safe to send a request again: with the same key it is carried out once. "
    "A random UUID for each new request.",
)


class ErrorBody(Body):
    """Every error: a sentence for a person, a code for a program, sentences for each field."""

    detail: str
    code: str
    errors: dict[str, list[str]] | Omitted = OMITTED


class RefusalBody(ErrorBody):
    """A full or closed event; ``error`` and ``message`` are the reference's names."""

    error: Annotated[str, ChoiceField(choices=["EventFull", "RSVPsClosed"])] | Omitted = OMITTED
    message: str | Omitted = OMITTED


class ConveneSchema(AutoSchema):
    """Describes bodies, and adds what every write takes and may answer with."""

    def get_override_parameters(self) -> list[Any]:
        """The Idempotency-Key of writes."""
        return [] if self.method == "GET" else [_IDEMPOTENCY_KEY]

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        """The declared responses; for writes also those to an Idempotency-Key, and 429 with where
        their caller stands."""
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        if self.method == "GET":
            return bodies
        describe: Any = self._get_response_for_code
        for status, body in errors_of(400, 409, 422, 429).items():
            if (code := str(status)) not in bodies:
                bodies[code] = describe(body, code, direction=direction)
        for code, body in bodies.items():
            headers = body.setdefault("headers", {})
            if code.startswith("2"):
                headers |= _REPLAYED
            if code.startswith("2") or code == "429":
                headers |= _QUOTA_HEADERS
            if code in ("409", "429"):
                headers |= _RETRY_AFTER
        return {code: bodies[code] for code in sorted(bodies)}

    def _get_response_for_code(
        self,
        serializer: Any,
        status_code: str,
        media_types: Any = None,
        direction: Direction = "response",
    ) -> Any:
        """A response of a body, or of whatever else was declared."""
        if isinstance(serializer, OpenApiResponse):
            serializer.response = described(serializer.response)
        describe: Any = super()._get_response_for_code
        return describe(described(serializer), status_code, media_types, direction)

    def _is_list_view(self, serializer: Any = None) -> bool:
        """Only what is declared with many=True is an array: our lists answer with an envelope,
        whatever the view's action is called."""
        declared = self.get_response_serializers() if serializer is None else serializer
        if isinstance(declared, dict) and declared:
            declared = declared[min(declared, key=str)]
        return bool(is_list_serializer(declared))


def errors_of(*codes: int) -> dict[int, Any]:
    """Response entries for these statuses, each with the common error body."""
    return {code: RefusalBody if code in (400, 403) else ErrorBody for code in codes}


def only_apis(endpoints: list[Any], **_: Any) -> list[Any]:
    """Keeps the documented APIs, each path once: its twin with a trailing slash is the same."""
    paths = {entry[0] for entry in endpoints}
    return [
        entry
        for entry in endpoints
        if entry[0].startswith(("/api/v1/", "/social/"))
        and not (entry[0].endswith("/") and entry[0][:-1] in paths)
    ]

"""How operations get into the OpenAPI documents: with their API and subject, a summary, every
credential they take, every parameter and every error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import is_list_serializer
from drf_spectacular.utils import Direction, OpenApiResponse
from rest_framework.serializers import ChoiceField

from access.idempotency import REPLAYED
from api.bodies import OMITTED, Body, Omitted, described
from api.parameters import ACCEPT_LANGUAGE, IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, MEANINGS
from api.subjects import tag_of

if TYPE_CHECKING:
    from api.conditional import Tagged  # which imports the views, which take their schema from here

_QUOTA_HEADERS = {
    name: {"schema": {"type": "string"}, "description": said}
    for name, said in {
        "RateLimit-Policy": 'Where the request was counted: `"writes";q=1200;w=3600`, at most '
        "`q` in `w` seconds.",
        "RateLimit": 'Where the request was counted: `"writes";r=1199;t=3600`, `r` are left, all '
        "are free again in `t` seconds.",
    }.items()
}
_ETAG = {
    "ETag": {"schema": {"type": "string"}, "description": "Tag of this answer."},
}
_LOCATION = {
    "Location": {
        "schema": {"type": "string", "format": "uri"},
        "description": "Where what was made can be read.",
    }
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

# The words of operation ids, and how some of them are written for people.
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_SPELT = {
    "rsvp": "RSVP",
    "rsvps": "RSVPs",
    "ical": "iCalendar",
    "ics": "iCalendar",
    "sdk": "SDK",
    "community tag": "a community's",
}
_SPELT_OTHERWISE = re.compile(rf"\b({'|'.join(_SPELT)})\b")


class ErrorBody(Body):
    """Every error: a sentence for a person, a code for a program, sentences for each field."""

    detail: str
    code: str
    errors: dict[str, list[str]] | Omitted = OMITTED


class RefusalBody(ErrorBody):
    """A full or closed event; ``error`` and ``message`` are the reference's names.
    ``waitlist_open`` is true where the same request with ``join_waitlist`` waits for seats."""

    error: Annotated[str, ChoiceField(choices=["EventFull", "RSVPsClosed"])] | Omitted = OMITTED
    message: str | Omitted = OMITTED
    waitlist_open: bool | Omitted = OMITTED


class ConveneSchema(AutoSchema):
    """Describes bodies, and adds what every operation takes and may answer with."""

    def get_override_parameters(self) -> list[Any]:
        """The declared parameters, the reader's languages, the headers that make a request
        conditional, and the Idempotency-Key of writes."""
        declared = [*super().get_override_parameters(), ACCEPT_LANGUAGE]
        how = self._tagged
        if self.method == "GET":
            return [*declared, IF_NONE_MATCH] if how else declared
        return [*declared, *([IF_MATCH] if how and how.matches else []), IDEMPOTENCY_KEY]

    def get_tags(self) -> list[str]:
        """The API that the operation belongs to, which is the room of the view's base, and what it
        is about."""
        rooms = (each.__module__.split(".") for each in type(self.view).__mro__)
        api = next(room[1] for room in rooms if len(room) == 3 and room[0] == "api")
        return [tag_of(api, self.path)]

    def get_summary(self) -> str:
        """The operation id in words: "Create event"."""
        words = " ".join(_WORD.findall(self.get_operation_id())).lower()
        told = _SPELT_OTHERWISE.sub(lambda found: _SPELT[found[0]], words)
        return told[0].upper() + told[1:]

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Each credential that is taken, and none where none is needed."""
        taken: list[dict[str, list[str]]] = super().get_auth()
        view: Any = self.view
        return [{}, *taken] if view.action in view.public_actions else taken

    def _get_parameters(self) -> list[dict[str, Any]]:
        """Parameters, each with what it means."""
        parameters: list[dict[str, Any]] = super()._get_parameters()
        for each in parameters:
            if not each.get("description"):
                each["description"] = MEANINGS[each["name"]]
        return parameters

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        """The declared responses; 304 and 412 for conditional requests; 403 where a secret key may
        come from a browser; for writes also those to an Idempotency-Key, and 429 with where their
        caller stands."""
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        describe: Any = self._get_response_for_code
        view: Any = self.view
        errors = getattr(view, "errors_of", errors_of)
        how, reads = self._tagged, self.method == "GET"
        if "X-API-Key" in getattr(view, "credentials", ()) and "403" not in bodies:
            bodies["403"] = describe(errors(403)[403], "403", direction=direction)
        if how and reads:
            bodies["304"] = {"description": "You have this answer already."}
        if how and how.matches:
            bodies["412"] = describe(errors(412)[412], "412", direction=direction)
        for code, body in bodies.items():
            if how and (code in ("200", "201", "304") and (reads or "content" in body)):
                body["headers"] = body.get("headers", {}) | _ETAG
            if code == "201" and view.action in getattr(view, "located", ()):
                body["headers"] = body.get("headers", {}) | _LOCATION
        if reads:
            return bodies
        for status, body in errors(400, 409, 422, 429).items():
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

    @property
    def _tagged(self) -> Tagged | None:
        view: Any = self.view
        return getattr(view, "tags", {}).get(view.action)

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

"""What the four APIs share: reading input, knowing the caller, and one shape of error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from rest_framework import exceptions, serializers, status, viewsets
from rest_framework.response import Response

from accounts.domain.actors import ANONYMOUS, Actor
from config import errors
from config.links import base_url
from config.throttling import ClientThrottle

Name = TypeVar("Name")

# How a refusal is told in HTTP; an API may differ in single lines of this table.
STATUSES: dict[type[errors.DomainError], int] = {
    errors.Invalid: status.HTTP_400_BAD_REQUEST,
    errors.EventFull: status.HTTP_400_BAD_REQUEST,
    errors.RsvpsClosed: status.HTTP_400_BAD_REQUEST,
    errors.EventCancelled: status.HTTP_400_BAD_REQUEST,
    errors.Unauthenticated: status.HTTP_401_UNAUTHORIZED,
    errors.NotAllowed: status.HTTP_403_FORBIDDEN,
    errors.NotFound: status.HTTP_404_NOT_FOUND,
    errors.Conflict: status.HTTP_409_CONFLICT,
    errors.NoTenant: status.HTTP_400_BAD_REQUEST,
    errors.CommentRejected: status.HTTP_400_BAD_REQUEST,
    errors.PayloadTooLarge: status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    errors.TicketUnknown: status.HTTP_400_BAD_REQUEST,
    errors.TicketRevoked: status.HTTP_400_BAD_REQUEST,
    errors.TooManyRequests: status.HTTP_429_TOO_MANY_REQUESTS,
}
# The reference's own names for the refusals its clients look for.
_REFERENCE_NAMES = {errors.EventFull: "EventFull", errors.RsvpsClosed: "RSVPsClosed"}


class ApiViewSet(viewsets.ViewSet):
    """Base of every viewset: translates between the API's words and the domain.

    ``statuses`` overrides single lines of STATUSES; ``field_names`` maps domain field names to the
    API's, so that an error names the field the client sent.
    """

    statuses: ClassVar[Mapping[type[errors.DomainError], int]] = {}
    field_names: ClassVar[Mapping[str, str]] = {}
    # How this request spelt parameters that go by several names.
    spelt: Mapping[str, str] = {}

    @property
    def actor(self) -> Actor:
        """Who is calling; settled by the API's authentication class."""
        actor: Any = self.request.auth
        return actor or ANONYMOUS

    @property
    def base_url(self) -> str:
        """Scheme and host that links start with."""
        return base_url(self.request)

    def read(
        self, shape: type[serializers.Serializer[Any]], *, partial: bool = False
    ) -> dict[str, Any]:
        """The body in domain words, checked for shape and types by ``shape``."""
        serializer = shape(data=self.request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        values: dict[str, Any] = serializer.validated_data
        return values

    def read_query(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The query string in domain words; repeated parameters count by their last value."""
        serializer = shape(data=self.request.query_params.dict())
        serializer.is_valid(raise_exception=True)
        values: dict[str, Any] = serializer.validated_data
        return values

    def get_throttles(self) -> list[Any]:
        """Anonymous writes are throttled; creating events has a limit of its own."""
        if self.request.method in ("GET", "HEAD", "OPTIONS"):
            return []
        return [ClientThrottle(getattr(self, "throttle_scope", "writes"))]


def exception_handler(problem: Exception, context: dict[str, Any]) -> Response | None:
    """Turns whatever a view raised into the one error shape: detail, code, errors.

    Returns None for what nobody expected, which Django reports as a 500.
    """
    view = context.get("view")
    if isinstance(problem, errors.DomainError):
        return _domain_response(problem, view)
    if isinstance(problem, RequestDataTooBig):
        return _domain_response(errors.PayloadTooLarge(), view)
    if isinstance(problem, Http404):
        problem = exceptions.NotFound()
    elif isinstance(problem, PermissionDenied):
        problem = exceptions.PermissionDenied()
    if not isinstance(problem, exceptions.APIException):
        return None
    headers: dict[str, str] = {}
    if isinstance(problem, exceptions.Throttled):
        headers["Retry-After"] = str(int(getattr(problem, "wait", None) or 1) + 1)
    if isinstance(problem, exceptions.ValidationError):
        fields = flatten(problem.detail)
        body = error_body(_first(fields), "invalid", fields)
    else:
        body = error_body(str(problem.detail), _code_of(problem))
    return Response(body, status=problem.status_code, headers=headers)


def error_body(
    detail: str, code: str, fields: Mapping[str, list[str]] | None = None
) -> dict[str, Any]:
    """The body of every error in all four APIs."""
    body: dict[str, Any] = {"detail": detail, "code": code}
    if fields:
        body["errors"] = fields
    return body


def flatten(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Nested validation details as {"outer.inner": ["sentence", …]}."""
    if isinstance(detail, dict):
        flat: dict[str, list[str]] = {}
        for key, inner in detail.items():
            flat |= flatten(inner, f"{path}.{key}" if path else str(key))
        return flat
    if isinstance(detail, list) and any(isinstance(entry, dict | list) for entry in detail):
        flat = {}
        for index, inner in enumerate(detail):
            if inner:
                flat |= flatten(inner, f"{path}.{index}" if path else str(index))
        return flat
    sentences = [str(entry) for entry in (detail if isinstance(detail, list) else [detail])]
    return {path or "non_field_errors": sentences}


def _domain_response(problem: errors.DomainError, view: Any) -> Response:
    table = {**STATUSES, **getattr(view, "statuses", {})}
    names = {**getattr(view, "field_names", {}), **getattr(view, "spelt", {})}
    fields = None
    if isinstance(problem, errors.Invalid):
        fields = {_renamed(field, names): said for field, said in problem.errors.items()}
    body = error_body(problem.message, problem.code, fields)
    code = next(table[kind] for kind in type(problem).__mro__ if kind in table)
    for kind, name in _REFERENCE_NAMES.items():
        if isinstance(problem, kind):
            body |= {"error": name, "message": problem.message}
    headers = {"WWW-Authenticate": "Bearer"} if code == status.HTTP_401_UNAUTHORIZED else None
    return Response(body, status=code, headers=headers)


def _renamed(field: str, names: Mapping[str, str]) -> str:
    """A field in the API's words: ``form_answers.3`` may be its ``formAnswers.3``. What a part of
    a list is called stands in the names as ``list.part``."""
    first, *inner = field.split(".")
    if inner:
        inner[-1] = names.get(f"{first}.{inner[-1]}", inner[-1])
    return ".".join([names.get(first, first), *inner])


def _first(fields: Mapping[str, list[str]]) -> str:
    field, said = next(iter(fields.items()))
    return said[0] if field == "non_field_errors" else f"{field}: {said[0]}"


def _code_of(problem: exceptions.APIException) -> str:
    codes = problem.get_codes()
    return codes if isinstance(codes, str) else "error"

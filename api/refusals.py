"""How a refusal is told in JSON: one shape of error for all four APIs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response

from access.errors import IdempotencyInFlight, IdempotencyKeyNotRandom, IdempotencyKeyReused
from access.sentences import field_messages, message_of
from accounts.errors import NoTenant
from api.conditional import NotModified
from comments.errors import CommentRejected, CommentsClosed
from config import errors
from config.outages import outage_of
from rsvps.errors import EventCancelled, EventFull, RsvpsClosed, TicketRevoked, TicketUnknown

# How a refusal is told in HTTP; an API may differ in single lines of this table.
STATUSES: dict[type[errors.DomainError], int] = {
    errors.Invalid: status.HTTP_400_BAD_REQUEST,
    EventFull: status.HTTP_400_BAD_REQUEST,
    RsvpsClosed: status.HTTP_400_BAD_REQUEST,
    EventCancelled: status.HTTP_400_BAD_REQUEST,
    errors.Unauthenticated: status.HTTP_401_UNAUTHORIZED,
    errors.NotAllowed: status.HTTP_403_FORBIDDEN,
    errors.NotFound: status.HTTP_404_NOT_FOUND,
    errors.Conflict: status.HTTP_409_CONFLICT,
    errors.Unsupported: status.HTTP_400_BAD_REQUEST,
    errors.ChangedMeanwhile: status.HTTP_412_PRECONDITION_FAILED,
    errors.Gone: status.HTTP_410_GONE,
    NoTenant: status.HTTP_400_BAD_REQUEST,
    CommentRejected: status.HTTP_400_BAD_REQUEST,
    CommentsClosed: status.HTTP_403_FORBIDDEN,
    errors.PayloadTooLarge: status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    TicketUnknown: status.HTTP_400_BAD_REQUEST,
    TicketRevoked: status.HTTP_400_BAD_REQUEST,
    IdempotencyKeyNotRandom: status.HTTP_400_BAD_REQUEST,
    IdempotencyInFlight: status.HTTP_409_CONFLICT,
    IdempotencyKeyReused: status.HTTP_422_UNPROCESSABLE_ENTITY,
    errors.TooManyRequests: status.HTTP_429_TOO_MANY_REQUESTS,
    errors.Unavailable: status.HTTP_503_SERVICE_UNAVAILABLE,
}
# The reference's own names for the refusals its clients look for.
_REFERENCE_NAMES = {EventFull: "EventFull", RsvpsClosed: "RSVPsClosed"}


def exception_handler(problem: Exception, context: dict[str, Any]) -> Response | None:
    """Turns whatever a view raised into the one error shape: detail, code, errors.

    What the reader has already is a 304. Returns None for what nobody expected, which Django
    reports as a 500.
    """
    view = context.get("view")
    if isinstance(problem, NotModified):
        return Response(status=status.HTTP_304_NOT_MODIFIED)
    problem = outage_of(problem) or problem
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
    if isinstance(problem, exceptions.ValidationError):
        fields = flatten(problem.detail)
        body = error_body(_first(fields), "invalid", fields)
    else:
        body = error_body(str(problem.detail), _code_of(problem))
    return Response(body, status=problem.status_code)


def status_of(
    problem: errors.DomainError, differing: Mapping[type[errors.DomainError], int] | None = None
) -> int:
    """The HTTP status of a refusal; ``differing`` holds the lines of an API's own."""
    table = {**STATUSES, **(differing or {})}
    return next((table[kind] for kind in type(problem).__mro__ if kind in table), 400)


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
    names = getattr(view, "spelt", {})
    fields = None
    if isinstance(problem, errors.Invalid):
        fields = {_renamed(field, names): said for field, said in field_messages(problem).items()}
    told = message_of(problem)
    body = error_body(told, problem.code, fields)
    code = status_of(problem, getattr(view, "statuses", {}))
    for kind, name in _REFERENCE_NAMES.items():
        if isinstance(problem, kind):
            body |= {"error": name, "message": told}
    if isinstance(problem, EventFull) and problem.waitlist_open:
        body["waitlist_open"] = True
    headers: dict[str, str] = {}
    if code == status.HTTP_401_UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(problem, errors.TooManyRequests | errors.Unavailable | IdempotencyInFlight):
        headers["Retry-After"] = str(problem.wait)
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

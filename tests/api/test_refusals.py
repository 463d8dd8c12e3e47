"""One shape of error, whatever went wrong."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.test import Client
from rest_framework import exceptions

from api.base import ApiViewSet
from api.capability.base import CapabilityViewSet
from api.refusals import STATUSES, exception_handler, flatten
from config import errors
from events.api.capability import EventInput
from rsvps.errors import EventCancelled, EventFull, RsvpsClosed, TierFull
from tests.makers import make_event
from tests.wording import in_words


@pytest.mark.parametrize(
    ("detail", "flat"),
    [
        ("no", {"non_field_errors": ["no"]}),
        (["a", "b"], {"non_field_errors": ["a", "b"]}),
        ({"x": ["a", "b"], "y": "c"}, {"x": ["a", "b"], "y": ["c"]}),
        ({"x": {"y": {"z": ["a"]}}}, {"x.y.z": ["a"]}),
        ({"tags": {0: ["a"], 3: ["b"]}}, {"tags.0": ["a"], "tags.3": ["b"]}),
        ({"rows": [{}, {"name": ["a"]}, {}]}, {"rows.1.name": ["a"]}),
        ([{"x": ["a"]}, {}, {"x": ["b"]}], {"0.x": ["a"], "2.x": ["b"]}),
        ({}, {}),
    ],
)
def test_nested_details_are_flattened(detail: Any, flat: dict[str, list[str]]) -> None:
    """One line for each field, its place spelt with dots."""
    assert flatten(detail) == flat


def answer(problem: Exception, view: ApiViewSet | None = None) -> Any:
    return exception_handler(problem, {"view": view})


@pytest.mark.parametrize(
    ("problem", "status", "code"),
    [
        (errors.Invalid({"x": "required"}), 400, "invalid"),
        (EventFull(), 400, "event_full"),
        (TierFull(), 400, "tier_full"),
        (EventCancelled(), 400, "event_cancelled"),
        (RsvpsClosed(), 400, "rsvps_closed"),
        (errors.Unauthenticated(), 401, "not_authenticated"),
        (errors.NotAllowed(), 403, "not_allowed"),
        (errors.NotFound(), 404, "not_found"),
        (errors.PayloadTooLarge(), 413, "payload_too_large"),
        (RequestDataTooBig(), 413, "payload_too_large"),
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "permission_denied"),
        (exceptions.ParseError(), 400, "parse_error"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.UnsupportedMediaType("x"), 415, "unsupported_media_type"),
        (exceptions.ValidationError({"x": ["a"]}), 400, "invalid"),
        (errors.TooManyRequests(9), 429, "throttled"),
    ],
)
def test_statuses_and_codes(problem: Exception, status: int, code: str) -> None:
    """Detail and code in every answer; field errors only where input was wrong."""
    response = answer(problem)
    assert (response.status_code, response.data["code"]) == (status, code)
    assert isinstance(response.data["detail"], str)
    assert ("errors" in response.data) is (code == "invalid")


def test_every_domain_error_has_a_status() -> None:
    """A new kind of refusal has to be placed in the table."""

    def kinds(kind: type[errors.DomainError]) -> set[type[errors.DomainError]]:
        return {kind}.union(*(kinds(each) for each in kind.__subclasses__()))

    for kind in kinds(errors.DomainError) - {errors.DomainError}:
        assert STATUSES.keys() & set(kind.__mro__), kind


def test_closed_is_a_403_in_the_capability_api_only() -> None:
    """One line of the table differs, with the reference's names."""
    response = answer(RsvpsClosed(), CapabilityViewSet())
    assert response.status_code == 403
    assert response.data["error"] == "RSVPsClosed"


def test_fields_are_named_as_the_client_knows_them() -> None:
    """The domain's capacity is the API's max_attendees, once an input was read that says so."""
    problem = errors.Invalid({"capacity": "null", "title": ["blank", "control_characters"]})
    null, title = in_words("null"), [in_words("blank"), in_words("control_characters")]
    view = CapabilityViewSet()
    assert answer(problem, view).data["errors"] == {"capacity": [null], "title": title}
    request: Any = SimpleNamespace(data={})
    view.request = request
    view.read(EventInput, partial=True)
    response = answer(problem, view)
    assert response.data == {
        "detail": null,
        "code": "invalid",
        "errors": {"max_attendees": [null], "title": title},
    }


def test_throttled_says_when_to_come_back() -> None:
    """In whole seconds."""
    assert answer(errors.TooManyRequests(9))["Retry-After"] == "9"


def test_the_unexpected_is_not_swallowed() -> None:
    """Only what is understood becomes an answer here."""
    assert answer(ZeroDivisionError()) is None


def test_a_broken_view_still_answers_json(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """500 in the common shape, with nothing of the error in it."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("api.base.standing", broken)
    client = Client(raise_request_exception=False)
    response = client.get(make_event().path)
    assert (response.status_code, response["Content-Type"]) == (500, "application/json")
    assert response.json()["code"] == "server_error"
    assert b"secret" not in response.content

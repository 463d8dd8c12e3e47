"""The Capability API against its own schema: generated requests meet documented answers only."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.domain.root import root_token
from config.wsgi import application
from tests.makers import make_channel, make_event, make_rsvp

with warnings.catch_warnings():  # what its own dependencies deprecate is not ours to mend
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
OPERATIONS = {
    "announce",
    "approveRsvp",
    "createEvent",
    "createRsvp",
    "deleteEvent",
    "deleteOwnRsvp",
    "deleteRsvp",
    "downloadEventIcs",
    "getChannel",
    "getEvent",
    "getOwnRsvp",
    "listChannels",
    "listEvents",
    "listRsvps",
    "rejectRsvp",
    "returnRsvpToPending",
    "updateEvent",
    "updateOwnRsvp",
    "writeToGuest",
    "writeToHost",
}


@cache
def document() -> dict[str, Any]:
    generator = SchemaGenerator(urlconf="config.urls.capability_schema")  # type: ignore[no-untyped-call]
    schema: dict[str, Any] = generator.get_schema(request=None, public=True)
    return schema


@cache
def operations() -> dict[str, Any]:
    schema = schemathesis.openapi.from_dict(document())
    schema.app = application
    schema.location = "http://localhost/"
    found = (each.ok() for each in schema.get_all_operations())
    return {each.definition.raw["operationId"]: each for each in found}


def test_the_operations_are_all_of_the_schemas() -> None:
    """A new endpoint is fuzzed too, or this list says why not."""
    assert set(operations()) == OPERATIONS


@dataclass
class Somewhere:
    """Real ids and tokens, so that requests get past the door."""

    ids: dict[str, list[str]]
    tokens: list[str | None]


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Keeps requests from closing the connection that holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def somewhere(db: None, _one_connection: None) -> Somewhere:
    event = make_event(capacity=3, approval_required=True, channel_name="Club")
    rsvp, circle = make_rsvp(event), make_channel("Circle", "private")
    return Somewhere(
        {
            "event_id": [str(event.id), str(uuid4())],
            "rsvp_id": [str(rsvp.id), str(uuid4())],
            "reference": [str(rsvp.id), rsvp.token, "x"],
            "slug": ["club", circle.slug, "nowhere"],
        },
        [None, event.owner_token, rsvp.token, root_token(), "garbage"],
    )


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_generated_requests(name: str, somewhere: Somewhere) -> None:
    """No 5xx; status, content type and body are among the documented ones."""
    operation = operations()[name]
    cases = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )

    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(case=cases, data=st.data())
    def send(case: Any, data: st.DataObject) -> None:
        for parameter in case.path_parameters or {}:
            case.path_parameters[parameter] = data.draw(
                st.sampled_from(somewhere.ids[parameter]), label=parameter
            )
        token = data.draw(st.sampled_from(somewhere.tokens), label="token")
        case.headers.pop("Authorization", None)
        if token is not None:
            case.headers["Authorization"] = f"Bearer {token}"
        case.validate_response(case.call(), checks=CHECKS)

    send()

"""Three APIs against their own schemas: generated requests meet documented answers only."""

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
from accounts.enums import LinkRole
from api.urls import api_alone
from comments.domain.messages import announce
from config.wsgi import application
from events.domain.links import make_link
from rsvps.domain.approval import approve
from tests.community_cast import make_community
from tests.conftest import Api
from tests.makers import (
    make_channel,
    make_door,
    make_event,
    make_image,
    make_rsvp,
    make_stream,
    make_tier,
)
from tests.tenant_cast import make_cast

pytestmark = pytest.mark.slow

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
    "createEventLink",
    "listEventLinks",
    "revokeEventLink",
    "approveRsvp",
    "checkIn",
    "createEvent",
    "createRsvp",
    "createTier",
    "deleteEvent",
    "deleteOwnRsvp",
    "deleteRsvp",
    "deleteTier",
    "downloadEventIcs",
    "getChannel",
    "getDoor",
    "getEvent",
    "getOwnRsvp",
    "getOwnTicket",
    "getTier",
    "listChannels",
    "listEvents",
    "listRsvps",
    "listTiers",
    "rejectRsvp",
    "returnRsvpToPending",
    "undoCheckIn",
    "undoCheckInByTicket",
    "updateEvent",
    "updateOwnRsvp",
    "updateTier",
    "writeToGuest",
    "writeToHost",
}


SOCIAL = {
    "createSocialEvent",
    "createSocialRsvp",
    "deleteSocialEvent",
    "getMySocialRsvp",
    "getSocialEvent",
    "getSocialFile",
    "getSocialRoom",
    "queryMySocialRsvps",
    "querySocialEvents",
    "querySocialRsvps",
    "removeSocialRoom",
    "setSocialRoom",
    "updateSocialEvent",
    "updateSocialRsvp",
    "uploadSocialFile",
}

COMMUNITY = {
    "getCommunityTagEvent",
    "getCommunityTagEventTierForm",
    "getCommunityTagTierForm",
    "listCommunityTagEventTiers",
    "listCommunityTagEvents",
    "rsvpToCommunityTagEvent",
}


@cache
def document(api: str) -> dict[str, Any]:
    generator = SchemaGenerator(patterns=api_alone(api))  # type: ignore[no-untyped-call]
    schema: dict[str, Any] = generator.get_schema(request=None, public=True)
    return schema


@cache
def operations(api: str) -> dict[str, Any]:
    schema = schemathesis.openapi.from_dict(document(api))
    schema.app = application
    schema.location = "http://localhost/"
    found = (each.ok() for each in schema.get_all_operations())
    return {each.definition.raw["operationId"]: each for each in found}


def test_the_operations_are_all_of_the_schemas() -> None:
    """A new endpoint is fuzzed too, or this list says why not."""
    assert set(operations("capability")) == OPERATIONS
    assert set(operations("communities")) == COMMUNITY
    assert set(operations("social")) == SOCIAL


@dataclass
class Somewhere:
    """Real ids and tokens, so that requests get past the door."""

    ids: dict[str, list[str]]
    tokens: list[str | None]

    def fuzz(self, operation: Any, header: str, scheme: str = "") -> None:
        """Sends generated requests for an operation, each with one of the ids and tokens."""
        cases = st.one_of(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        )

        @settings(max_examples=15, suppress_health_check=list(HealthCheck))
        @given(case=cases, data=st.data())
        def send(case: Any, data: st.DataObject) -> None:
            for parameter in case.path_parameters or {}:
                case.path_parameters[parameter] = data.draw(
                    st.sampled_from(self.ids[parameter]), label=parameter
                )
            token = data.draw(st.sampled_from(self.tokens), label="token")
            case.headers.pop(header, None)
            if token is not None:
                case.headers[header] = f"{scheme}{token}"
            case.validate_response(case.call(), checks=CHECKS)

        send()


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
    event = make_event(capacity=9, approval_required=True, channel_name="Club")
    rsvp, circle = make_rsvp(event), make_channel("Circle", "private")
    approve(event_id=event.id, rsvp_id=rsvp.id)
    tier = make_tier(event, questions=[{"label": "Q", "kind": "number"}])
    link = make_link(event_id=event.id, role=LinkRole.VIEWER)
    return Somewhere(
        {
            "event_id": [str(event.id), str(uuid4())],
            "rsvp_id": [str(rsvp.id), str(uuid4())],
            "reference": [str(rsvp.id), rsvp.token, "x"],
            "link_id": [str(link.id), str(uuid4())],
            "tier_id": [str(tier.pk), str(uuid4())],
            "slug": ["club", circle.slug, "nowhere"],
        },
        [None, event.owner_token, make_door(event), rsvp.token, root_token(), "garbage"],
    )


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_generated_requests(name: str, somewhere: Somewhere) -> None:
    """No 5xx; status, content type and body are among the documented ones."""
    somewhere.fuzz(operations("capability")[name], "Authorization", "Bearer ")


@pytest.fixture
def club(api: Api, _one_connection: None) -> Somewhere:
    """A community's ids and keys, private and unknown ones among them."""
    club = make_community(api)
    event, hidden = club.event(capacity=9), club.event(is_private=True)
    tiers = [make_tier(event), make_tier(event, questions=[{"label": "Q"}]), make_tier(hidden)]
    return Somewhere(
        {
            "tag": [club.channel.slug, "no-such"],
            "slug": [event.row.slug, hidden.row.slug, "no-such"],
            "tier_id": [str(tier.pk) for tier in tiers] + [str(uuid4())],
        },
        list(club.keys.values()),
    )


@pytest.mark.parametrize("name", sorted(COMMUNITY))
def test_generated_requests_to_a_community(name: str, club: Somewhere) -> None:
    """The same for a community's site, with keys of every kind."""
    club.fuzz(operations("communities")[name], "X-API-Key")


@pytest.fixture
def members(db: None, _one_connection: None) -> Somewhere:
    """Events with streams, a cover and posts, and the keys of everybody."""
    cast = make_cast()
    event = cast.event(capacity=3, approval_required=True)
    guarded = cast.event(hide_location=True, cover_id=make_image(cast.tenant).pk)
    for each in (event, guarded):
        make_stream(each)
        announce(event_id=each.id, content="Doors at six")
    make_rsvp(event, user=cast.colleague.user)
    return Somewhere(
        {
            "event_id": [str(event.id), str(guarded.id), str(uuid4())],
            "file_id": [str(guarded.stored.cover_id), str(uuid4())],
        },
        [*cast.keys.values(), "garbage"],
    )


@pytest.mark.parametrize("name", sorted(SOCIAL))
def test_generated_requests_of_members(name: str, members: Somewhere) -> None:
    """The same for apps with members."""
    members.fuzz(operations("social")[name], "Authorization", "Bearer ")

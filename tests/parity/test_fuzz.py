"""The four APIs against their own schemas: generated requests of everybody, to ids that exist, meet
documented answers only, and are told nobody else's secrets.

FUZZ_CASES in the environment asks for so many requests in all, by FUZZ_SEED
(`python -m tests.fire fuzz`)."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.core.cache import cache as cache_of_django
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from api.urls import MOUNTS, api_alone
from config.wsgi import application
from tests.access.world import TOKEN, World, make_world

pytestmark = [pytest.mark.slow, pytest.mark.stricter]

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
    "actOnRsvps",
    "getSeries",
    "duplicateEvent",
    "invite",
    "listInvitations",
    "announce",
    "askForLostLinks",
    "createEventWebhook",
    "deleteEventComment",
    "listEventComments",
    "postEventComment",
    "deleteEventWebhook",
    "getEventWebhook",
    "listMessages",
    "listOwnMessages",
    "listRsvpMessages",
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
    "mergeRsvps",
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
    "createSocialRoom",
    "createSocialRsvp",
    "deleteSdkFile",
    "deleteSocialEvent",
    "deleteSocialRoom",
    "describeSdkFile",
    "getMySocialRsvp",
    "getSdkFile",
    "getSocialEvent",
    "getSocialFile",
    "getSocialRoom",
    "getSocialRoomById",
    "getSocialRoomRecording",
    "queryMySocialRsvps",
    "querySocialEvents",
    "querySocialRooms",
    "querySocialRsvps",
    "removeSocialRoom",
    "setSocialRoom",
    "stopSocialRoom",
    "updateSocialEvent",
    "updateSocialRoom",
    "updateSocialRsvp",
    "uploadSdkFile",
    "uploadSdkImage",
    "uploadSocialFile",
}

COMMUNITY = {
    "getCommunityTagCalendar",
    "getCommunityTagEvent",
    "getCommunityTagEventTierForm",
    "getCommunityTagTierForm",
    "listCommunityTagEventTiers",
    "listCommunityTagEvents",
    "rsvpToCommunityTagEvent",
}


TENANT = {
    "actOnCommunityEventRsvps",
    "duplicateCommunityEvent",
    "inviteToCommunityEvent",
    "listCommunityEventInvitations",
    "answerCommunityEvent",
    "browseCommunityEvents",
    "cancelCommunityEvent",
    "changeCommunityRsvp",
    "createCommunityEvent",
    "createCommunityEventTier",
    "deleteComment",
    "deleteCommunityEventTier",
    "exportCommunityEventToIcal",
    "getCommunityEvent",
    "getCommunityEventTier",
    "getMyFeed",
    "listComments",
    "listCommunityEventAttendees",
    "listCommunityEventRsvps",
    "listCommunityEventTiers",
    "listCommunityEvents",
    "listMyCommunityEvents",
    "mergeCommunityRsvps",
    "postComment",
    "rotateMyFeed",
    "updateCommunityEvent",
    "updateCommunityEventTier",
    "createWebhook",
    "deleteWebhook",
    "getWebhook",
    "listChanges",
    "listWebhookDeliveries",
    "listWebhooks",
    "replayWebhookDelivery",
    "rotateWebhookSecret",
    "testWebhook",
    "updateWebhook",
}

# Which secrets an event's callers know, by the letters of tests.access.world; nobody is told a mail
# address.
KNOWN = {
    **dict.fromkeys(("cohost", "owner", "root", "creator", "staff", "super"), "pcne"),
    **dict.fromkeys(("viewer", "door"), "pn"),
    **dict.fromkeys(("guest", "member"), "pe"),
    "waiting": "ne",
}
UNKNOWN = "0b8f5bd4-6a3c-4b0c-9c1e-6a2f5a1d7e11"
# Requests to each operation, over 350 in all, unless FUZZ_CASES asks for more.
EACH = 3


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


@pytest.mark.once
def test_the_operations_are_all_of_the_schemas() -> None:
    """A new endpoint is fuzzed too, or this list says why not."""
    assert set(operations("capability")) == OPERATIONS
    assert set(operations("tenant")) == TENANT
    assert set(operations("communities")) == COMMUNITY
    assert set(operations("social")) == SOCIAL


def ids(world: World, api: str) -> dict[str, list[str]]:
    """What an address may be filled with: ids that are there, hidden ones, and one that is not."""
    plain = (
        *("event_id", "tier_id", "link_id", "file_id", "room_id", "comment_id", "series_id", "id"),
        *("webhook_id", "delivery_id"),
    )
    own = {name: [world.ids[name], UNKNOWN] for name in plain}
    own["event_id"].append(str(world.public.id))
    own["tier_id"].append(world.ids["public_tier"])
    own["rsvp_id"] = [str(world.guest.id), str(world.waiting.id), world.ids["member_rsvp"], UNKNOWN]
    own["reference"] = [str(world.guest.id), str(world.waiting.id), "x"]
    own["content_type"] = ["event", "video"]
    own["content_id"] = [str(world.event.id), "123", UNKNOWN]
    own["tag"] = own["slug"] = [world.ids["slug"], world.ids["circle"], "no-such"]
    if api == "communities":
        own["slug"] = [world.ids["public_slug"], world.ids["private_slug"], "no-such"]
    return own


def fuzz(world: World, api: str, operation: Any) -> None:
    """Sends generated requests for an operation, each as somebody and to one of the ids. What a
    request wrote is undone."""
    cases = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )
    fill = ids(world, api)

    def send(case: Any, data: st.DataObject) -> None:
        for parameter in case.path_parameters or {}:
            case.path_parameters[parameter] = data.draw(
                st.sampled_from(fill[parameter]), label=parameter
            )
        name = data.draw(st.sampled_from([*world.callers, "garbage"]), label="caller")
        caller = world.callers.get(name)
        for header in ("Authorization", "X-API-Key"):
            case.headers.pop(header, None)
        if name == "garbage" or (caller and caller.key):
            case.headers["Authorization"] = f"Bearer {caller.key if caller else name}"
        with transaction.atomic():
            answer = case.call()
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKS)
        hold_secrets(world, name, answer.content.decode(errors="replace"), path=case.formatted_path)

    cases_each = int(os.environ.get("FUZZ_CASES", 0)) // _operations_in_all() or EACH
    given_cases = given(case=cases, data=st.data())(send)
    random = os.environ.get("FUZZ_SEED")
    if random is not None:
        given_cases = seed(int(random))(given_cases)
    settings(
        max_examples=cases_each,
        derandomize=random is None,
        suppress_health_check=list(HealthCheck),
    )(given_cases)()


def hold_secrets(world: World, name: str, text: str, *, path: str = "") -> None:
    """Fails for a secret in an answer to somebody who may not know it. Who asks with the name of a
    private channel knows it."""
    caller = world.callers.get(name, world.callers["stranger"])
    known = set(KNOWN.get(name, "")) | ({"c"} if world.ids["circle"] in path else set())
    assert set(caller.told(text)) - {"k"} <= known, (name, text)
    if "c" not in KNOWN.get(name, ""):  # organizers may see their guests' links
        others = {each for one in world.callers.values() for each in one.holds} - caller.holds
        assert not others & set(TOKEN.findall(text)), (name, text)


@cache
def _operations_in_all() -> int:
    return sum(len(operations(api)) for api in MOUNTS)


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Keeps requests from closing the connection that holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def world(db: None, _one_connection: None) -> World:
    """The private event with everything in it, and everybody."""
    return make_world()


@pytest.mark.parametrize("api", MOUNTS)
def test_generated_requests(api: str, world: World) -> None:
    """No 5xx; status, content type and body are among the documented ones; no secret is told."""
    problems: list[Exception] = []
    for name, operation in sorted(operations(api).items()):
        cache_of_django.clear()
        try:
            fuzz(world, api, operation)
        except Exception as problem:  # one operation's fault hides no other's
            problem.add_note(f"in {name}")
            problems.append(problem)
    if problems:
        raise ExceptionGroup(f"generated requests to {api}", problems)


def test_a_secret_that_is_told_is_found(world: World) -> None:
    """The check itself fails, for those who may not know."""
    place = "Zwiebelgasse 7"
    hold_secrets(world, "guest", place)
    for name, text in (
        ("stranger", place),
        ("owner", "gale@guests.example"),
        ("guest2", world.guest.token),
    ):
        with pytest.raises(AssertionError):
            hold_secrets(world, name, text)

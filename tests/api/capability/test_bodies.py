"""What the Capability API renders is what its schema says: names, types and nothing besides."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
import pytest
from django.core.management import call_command
from django.urls import get_resolver, resolve
from rest_framework import serializers

from api.capability import bodies
from api.json import to_json
from events.addresses import event_links, rsvp_links
from tests.conftest import Api
from tests.makers import make_event, make_rsvp

Shape = type[serializers.Serializer[Any]]


def _mismatches(shape: Shape, body: dict[str, Any], path: str = "") -> list[str]:
    """Every place where ``body`` is not what ``shape`` describes."""
    fields = shape().fields
    required = {name for name, field in fields.items() if field.required}
    found = [f"{path}{name} is missing" for name in sorted(required - body.keys())]
    found += [f"{path}{name} is undocumented" for name in sorted(body.keys() - fields.keys())]
    for name in body.keys() & fields.keys():
        found += _mismatch(fields[name], body[name], f"{path}{name}")
    return found


def _mismatch(field: Any, value: Any, path: str) -> list[str]:
    if value is None:
        return [] if field.allow_null else [f"{path} is null"]
    if isinstance(field, serializers.ListSerializer):
        return [
            said
            for index, each in enumerate(value)
            for said in _mismatches(type(field.child), each, f"{path}.{index}.")
        ]
    if isinstance(field, serializers.Serializer):
        return _mismatches(type(field), value, f"{path}.")
    if isinstance(field, serializers.DateTimeField):
        fits = isinstance(value, str) and value.endswith("Z") and datetime.fromisoformat(value)
        return [] if fits else [f"{path} is no UTC time: {value!r}"]
    if isinstance(field, serializers.URLField):
        return [] if str(value).startswith("http://testserver/") else [f"{path} is not absolute"]
    try:
        said = field.run_validation(value)
    except serializers.ValidationError as problem:
        return [f"{path}: {problem.detail}"]
    return [] if str(said) == str(value) else [f"{path} reads as {said!r}"]


@pytest.fixture
def full_event(api: Api) -> Any:
    """An event of which every part holds something."""
    event = make_event(
        description="*All* welcome",
        location="12 Elm St",
        online_url="https://meet.example.org/x",
        capacity=9,
        tags=["cigars"],
        metadata={"a": [1]},
        channel_name="ATX Cigars",
    )
    make_rsvp(event, pronouns="they/them", note="Hello", guest_count=1)
    make_rsvp(event, is_private=True)
    api.post(f"{event.path}/messages", {"content": "Doors at 7"}, event.owner_token)
    return event


def test_event_detail(api: Api, full_event: Any) -> None:
    """Detail, with RSVPs, counts, messages and channel."""
    body = api.get(full_event.path).json()["event"]
    assert len(body["rsvps"]) == len(body["messages"]) == 1
    assert _mismatches(bodies.EventDetailBody, body) == []


def test_event_in_a_list(api: Api, full_event: Any) -> None:
    """A list's events are the plain body."""
    (body,) = api.get("events").json()["events"]
    assert _mismatches(bodies.EventBody, body) == []


def test_owner_list(api: Api, full_event: Any) -> None:
    """The owner's list holds tokens and notes, and the event its admin link."""
    answer = api.get(f"{full_event.path}/rsvps", full_event.owner_token).json()
    assert {"admin", "api", "ics", "public"} == answer["event"]["links"].keys()
    assert [_mismatches(bodies.RsvpBody, each) for each in answer["rsvps"]] == [[], []]


def test_own_rsvp_and_its_messages(api: Api, full_event: Any) -> None:
    """A guest's answer with the messages to and from the hosts."""
    rsvp = make_rsvp(full_event)
    path = f"{full_event.path}/rsvps/self"
    thread = api.post(f"{path}/messages", {"content": "Hi"}, rsvp.token).json()
    assert _mismatches(bodies.MessageBody, thread["message"]) == []
    body = api.get(path, rsvp.token).json()["rsvp"]
    assert len(body["messages"]) == 1
    assert _mismatches(bodies.RsvpWithMessagesBody, body) == []


def test_channel(api: Api, full_event: Any) -> None:
    """A channel in the list and on its own."""
    (listed,) = api.get("channels").json()["channels"]
    assert _mismatches(bodies.ChannelBody, listed) == []
    assert api.get("channels/atx-cigars").json()["channel"] == listed


def test_the_comparison_notices_each_kind_of_difference(api: Api, full_event: Any) -> None:
    """The check itself can fail: missing, undocumented, wrong type, null, wrong time."""
    body = api.get(full_event.path).json()["event"]
    del body["title"]
    body |= {"new": 1, "yes_count": "many", "id": None, "start_time": "2030-01-01T00:00:00+00:00"}
    assert len(_mismatches(bodies.EventDetailBody, body)) == 5


def test_links_lead_somewhere() -> None:
    """The written-out links are the routes of the URL tables."""
    event = "0b8f5bd4-6a3c-4b0c-9c1e-6a2f5a1d7e11"
    links = event_links("", event, "t") | rsvp_links("", event, "t")  # type: ignore[arg-type]
    for link in links.values():
        assert resolve(link).kwargs["event_id"].__str__() == event


def test_schema_is_clean_and_complete(tmp_path: Any) -> None:
    """No warning, and every route of the Capability API is described under its methods."""
    target = tmp_path / "schema.json"
    call_command(
        "spectacular", validate=True, fail_on_warn=True, format="openapi-json", file=str(target)
    )
    schema = orjson.loads(target.read_bytes())
    described = {(path, method) for path, methods in schema["paths"].items() for method in methods}
    operations = [o["operationId"] for m in schema["paths"].values() for o in m.values()]
    assert len(operations) == len(set(operations)) == len(described)
    assert described >= set(_routes())
    for methods in schema["paths"].values():
        for operation in methods.values():
            assert operation["description"]
            for status, response in operation["responses"].items():
                if status >= "400":
                    content = response["content"]["application/json"]["schema"]["$ref"]
                    assert content.endswith(("ErrorBody", "RefusalBody"))


def _routes() -> Any:
    for route in get_resolver("api.capability.urls").url_patterns:
        path = "/api/v1/" + str(route.pattern)
        for kind in ("uuid", "slug", "str"):
            path = path.replace(f"<{kind}:", "{")
        for method in route.callback.actions.keys() - {"head"}:
            yield path.replace(">", "}"), method


def test_json_is_written_in_utc_to_the_second() -> None:
    """Times end in Z; UUIDs are text; unknown types are refused."""
    moment = datetime.fromisoformat("2030-05-01T10:00:00.123456+00:00")
    assert to_json({"at": moment}) == b'{"at":"2030-05-01T10:00:00Z"}'
    with pytest.raises(TypeError):
        to_json({"at": object()})

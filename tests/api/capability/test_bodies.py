"""The Capability API's bodies, written out, and its OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
import pytest
from django.core.management import call_command
from django.urls import get_resolver, resolve

from api.json import to_json
from events.addresses import event_links, rsvp_links
from tests.conftest import Api
from tests.makers import make_event, make_rsvp


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
    """Every field by its name, with RSVPs, counts, messages and channel."""
    body = api.get(full_event.path).json()["event"]
    event, links = full_event.row, event_links("http://testserver", full_event.id)
    (rsvp,), (message,) = body.pop("rsvps"), body.pop("messages")
    assert body == {
        "id": str(event.id),
        "title": event.title,
        "description": "*All* welcome",
        "start_time": _utc(event.start_time),
        "end_time": None,
        "timezone": event.timezone,
        "format": "in_person",
        "location": "12 Elm St",
        "online_url": "https://meet.example.org/x",
        "hide_location": False,
        "waitlist": True,
        "show_online_url": True,
        "show_guests": "everybody",
        "show_counts": True,
        "comments_enabled": True,
        "is_private": False,
        "admin_approval_required": False,
        "max_attendees": 9,
        "max_guests_per_rsvp": 5,
        "yes_count": 3,
        "spots_left": 6,
        "rsvps_closed": False,
        "rsvp_close_at": None,
        "status": "scheduled",
        "cover_image": None,
        "tags": ["cigars"],
        "metadata": {"a": [1]},
        "host_name": None,
        "hosts": [],
        "series": None,
        "created_at": _utc(event.created_at),
        "last_modified": _utc(event.updated_at),
        "links": links,
        "channel": {
            "id": str(event.channel_id),
            "name": "ATX Cigars",
            "slug": "atx-cigars",
            "visibility": "public",
        },
        "rsvps_next": None,
        "rsvp_counts": {
            "public": 1,
            "private": 1,
            "public_party_size": 2,
            "private_party_size": 1,
        },
    }
    assert rsvp == {
        "id": rsvp["id"],
        "event_id": str(event.id),
        "name": rsvp["name"],
        "pronouns": "they/them",
        "status": "yes",
        "attendance_status": "yes",
        "approval_status": "approved",
        "waitlist_position": None,
        "guest_count": 1,
        "guest_names": None,
        "is_private": False,
        "reminders_off": None,
        "notes": None,
        "tier_id": None,
        "form_answers": None,
        "checked_in_at": None,
        "created_at": rsvp["created_at"],
        "last_modified": rsvp["last_modified"],
    }
    assert message == {
        "id": message["id"],
        "event_id": str(event.id),
        "rsvp_id": None,
        "author": "organizer",
        "message_type": "event_update",
        "visibility": "public",
        "content": "Doors at 7",
        "created_at": message["created_at"],
    }


def test_what_is_left_out_for_the_public(api: Api, full_event: Any) -> None:
    """The owner's list holds tokens and who shares an address, and the event its admin link; a
    guest's own RSVP the ticket and the messages."""
    shown = api.get(full_event.path).json()["event"]
    told = api.get(f"{full_event.path}/rsvps", full_event.owner_token).json()
    assert told["event"]["links"].keys() - shown["links"].keys() == {"admin"}
    beside = shown.keys() - {"rsvps", "rsvps_next", "rsvp_counts", "messages"}
    assert told["event"].keys() == beside | {"host_email", "host_digest", "reminders"}
    for rsvp in told["rsvps"]:
        assert rsvp.keys() - shown["rsvps"][0].keys() == {"rsvp_token", "same_email"}
    own = api.get(f"{full_event.path}/rsvps/self", make_rsvp(full_event).token).json()["rsvp"]
    assert own.keys() - shown["rsvps"][0].keys() == {"rsvp_token", "ticket", "messages"}


def test_channel(api: Api, full_event: Any) -> None:
    """A channel in the list and on its own: what its events say of it, and more."""
    (listed,) = api.get("channels").json()["channels"]
    assert api.get("channels/atx-cigars").json()["channel"] == listed
    (event,) = api.get("events").json()["events"]
    assert event["channel"].items() < listed.items()
    assert listed.keys() - event["channel"].keys() == {"description", "created_at", "last_used_at"}


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_links_lead_somewhere() -> None:
    """The written-out links are the routes of the URL tables."""
    event = "0b8f5bd4-6a3c-4b0c-9c1e-6a2f5a1d7e11"
    links = event_links("", event, "t") | rsvp_links("", event, "t")  # type: ignore[arg-type]
    for link in links.values():
        assert resolve(link).kwargs["event_id"].__str__() == event


@pytest.mark.slow
@pytest.mark.once
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

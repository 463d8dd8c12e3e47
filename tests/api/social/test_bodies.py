"""Every answer of the Social API against the schema written from its reference."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.test import Client
from jsonschema import Draft202012Validator
from PIL import Image

from api.examples import NULL
from api.social import urls
from comments.models import Message
from events.domain.lifecycle import cancel_event
from events.models import Event
from tests.conftest import Api
from tests.makers import MadeEvent, make_channel, make_image, make_rsvp, make_stream
from tests.reference import social_schemas as schemas
from tests.social_cast import BASE, SIDE_LOADS, Social, make_social
from tests.tenant_cast import said, soon

pytestmark = pytest.mark.once

READERS = ("creator", "colleague", "organizer", "superuser", "publishable", "reads")
_TEXT = (Path(__file__).parents[2] / "reference" / "social_examples.txt").read_text("utf-8")
EXAMPLES = dict(part.split("\n", 1) for part in _TEXT.split("--- ") if part)


def mismatches(schema: schemas.Schema, body: Any) -> list[str]:
    """Every place where ``body`` is not what the schema says."""
    found = Draft202012Validator(schema).iter_errors(body)
    return [f"{each.json_path}: {each.message}" for each in found]


@pytest.fixture
def social(api: Api) -> Social:
    """Who calls."""
    return make_social(api)


@pytest.fixture
def events(social: Social) -> list[MadeEvent]:
    """Events that name everything, nothing, and what their readers may not know."""
    full = social.rich(
        description="*All* welcome",
        end_time=soon(days=9),
        location="12 Elm St",
        online_url="https://meet.example.org/x",
        format="hybrid",
        capacity=9,
        tags=["jazz", "žluť"],
        metadata={"a": [1, None, {"b": 2.5}]},
    )
    bare = social.event()
    nobodys = social.event(format="virtual")
    Event.objects.filter(pk=nobodys.id).update(creator=None)
    recorded = {"url": "https://v.example/1", "thumbnail_url": "https://v.example/1.png"}
    make_stream(nobodys, status="recorded", recordings=[recorded, {"url": "https://v.example/2"}])
    guarded = social.rich(
        approval_required=True, hide_location=True, location="Hidden", is_private=True
    )
    secret = make_channel("Circle", "private", social.cast.tenant)
    hidden = social.rich(channel_id=secret.pk)
    cancel_event(event_id=hidden.id)
    past = social.event(start_time=soon(days=-2), end_time=soon(days=-1))
    made = [full, bare, nobodys, guarded, hidden, past]
    for event in (full, bare, nobodys):
        make_rsvp(event, user=social.cast.colleague.user)
        make_rsvp(event, attendance="interested", is_private=True)
        make_rsvp(event, attendance="not_going")
    make_rsvp(guarded, user=social.cast.colleague.user)
    return made


# --- The schema itself ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "schema"),
    [("query: answer", schemas.EVENT_PAGE), ("rsvp: answer", schemas.RESPONSES)],
)
def test_the_references_own_answers(name: str, schema: schemas.Schema) -> None:
    """They pass, with nothing missing and nothing besides; and the schema is one."""
    Draft202012Validator.check_schema(schema)
    assert mismatches(schema, json.loads(EXAMPLES[name])) == []


def test_the_comparison_notices_each_kind_of_difference() -> None:
    """Missing, undocumented, wrong type, null, another word, another time, deep down too."""
    body = json.loads(EXAMPLES["query: answer"])
    event, room, post = body["events"][0], body["rooms"][0], body["posts"][0]
    del event["title"]
    event |= {"new": 1, "rsvpCount": True, "tags": None, "status": "over"}
    event["startTime"] = "2030-01-01T00:00:00+00:00"
    del room["moderation"]["updatedAt"]
    post["data"]["videoFileId"]["more"] = None
    del body["paging"]["next"]
    assert len(mismatches(schemas.EVENT_PAGE, body)) == 9


# --- What is read -----------------------------------------------------------------------------


@pytest.mark.parametrize("who", READERS)
def test_lists_of_events(social: Social, events: list[MadeEvent], who: str) -> None:
    """Whole, in pages, and with nothing in them."""
    for query in ({"limit": 100}, {"limit": 2}, {"tags": "none"}, {"status": "cancelled"}):
        body = said(social.get("events", who, query), 200)
        assert mismatches(schemas.EVENT_PAGE, body) == []
        if body["paging"]["next"]:
            rest = said(social.get("events", who, query, token=body["paging"]["next"]), 200)
            assert mismatches(schemas.EVENT_PAGE, rest) == []
    whole = said(social.get("events", who, limit=100), 200)
    assert all(whole[name] for name in ("events", *SIDE_LOADS))


@pytest.mark.parametrize("who", READERS)
def test_single_events_and_their_answers(social: Social, events: list[MadeEvent], who: str) -> None:
    """Each event by its id, who answered it, and its stream where there is one to know of."""
    rooms = 0
    for event in events:
        body = said(social.get(f"events/{event.id}", who), 200)
        assert mismatches(schemas.EVENTS, body) == []
        body = said(social.get(f"events/{event.id}/rsvp", who), 200)
        assert mismatches(schemas.RESPONSE_PAGE, body) == []
        room = social.get(f"events/{event.id}/room", who)
        if room.status_code == 200:
            rooms += 1
            assert mismatches(schemas.ROOMS, room.json()) == []
    told_all = who in ("creator", "organizer", "superuser", "reads")
    assert rooms == (4 if told_all else 3)


def test_ones_own_answers(social: Social, events: list[MadeEvent]) -> None:
    """The list of them, in pages, and each by its event."""
    for query in ({}, {"limit": 1}, {"status": "not_going"}):
        body = said(social.get("events/me/rsvps", "colleague", query), 200)
        assert mismatches(schemas.RESPONSE_PAGE, body) == []
    for event in events[:4]:
        body = said(social.get(f"events/{event.id}/me/rsvp"), 200)
        assert mismatches(schemas.RESPONSES, body) == []
        assert len(body["eventResponses"]) == 1


# --- What writing answers ---------------------------------------------------------------------


def test_writing_events(social: Social) -> None:
    """Made and changed, in full and barely; erased."""
    bare = {"title": "T", "startTime": "2100-01-01T10:00:00Z"}
    full = bare | {
        "description": "D",
        "type": "virtual",
        "endTime": "2100-01-01T12:00:00Z",
        "location": "L",
        "externalUrl": "https://meet.example.org",
        "originType": "community",
        "originId": str(social.channel.pk),
        "isInviteOnly": True,
        "isLocationVisible": False,
        "capacity": 3,
        "tags": ["a"],
        "metadata": {"b": 1},
    }
    for sent in (bare, full):
        full["coverImageFileId"] = str(make_image(social.cast.tenant).pk)
        made = said(social.send("POST", "events", sent), 201)
        assert mismatches(schemas.EVENTS, made) == []
        path = f"events/{made['events'][0]['eventId']}"
        assert mismatches(schemas.EVENTS, said(social.send("PUT", path, full), 200)) == []
        assert mismatches(schemas.GONE, said(social.send("DELETE", path), 200)) == []


@pytest.mark.parametrize("status", ["going", "interested", "not_going"])
def test_writing_answers(social: Social, events: list[MadeEvent], status: str) -> None:
    """Made, changed, and waiting for approval."""
    for event in (events[0], events[3]):
        for method in ("POST", "PUT"):
            answer = social.send(method, f"events/{event.id}/rsvp", {"status": status})
            assert mismatches(schemas.RESPONSES, said(answer, 200)) == []


def test_writing_streams(social: Social) -> None:
    """In each state, and taken away."""
    path = f"events/{social.event().id}/room"
    watch = {"livePlaybackUrl": "https://v.example/x", "liveThumbnailUrl": "https://v.example/t"}
    recorded = {"recordedPlaybackInfos": [{"url": "https://v.example/1", "thumbnailUrl": None}]}
    for sent in (
        {},
        {"status": "live", "liveChatEnabled": True} | watch,
        {"status": "ended"},
        {"status": "recorded"} | recorded,
    ):
        body = said(social.send("PUT", path, sent), 200)
        assert mismatches(schemas.ROOMS, body) == []
    assert mismatches(schemas.GONE, said(social.send("DELETE", path), 200)) == []


def test_files(social: Social) -> None:
    """Uploaded and read."""
    drawn = io.BytesIO()
    Image.new("RGB", (3, 2)).save(drawn, "PNG")
    drawn.seek(0)
    drawn.name = "x.png"
    headers = {"Authorization": f"Bearer {social.cast.creator.key}"}
    made = said(Client().post(f"{BASE}/files", {"file": drawn}, headers=headers), 201)
    assert mismatches(schemas.FILES, made) == []
    read = said(social.get(f"files/{made['files'][0]['fileId']}"), 200)
    assert read == made


@pytest.mark.parametrize("who", READERS)
def test_rooms(social: Social, events: list[MadeEvent], who: str) -> None:
    """In the list and each by its id."""
    page = said(social.get("rooms", who, limit=100), 200)
    assert mismatches(schemas.EVENT_PAGE, page) == []
    for room in page["rooms"]:
        body = said(social.get(f"rooms/{room['roomId']}", who), 200)
        assert mismatches(schemas.EVENTS, body) == []
    assert page["rooms"]


def test_posts_are_there_to_be_compared(social: Social, events: list[MadeEvent]) -> None:
    """The walk over the lists above met posts with comments and posts without."""
    assert Message.objects.filter(visibility="public").count() == 6
    posts = said(social.get("events", limit=100), 200)["posts"]
    assert sorted(post["commentsCount"] for post in posts) == [0, 0, 1, 1]


# --- The OpenAPI document ---------------------------------------------------------------------

_READS = {"200", "400", "401", "404"}
_TAGGED = _READS | {"304"}
_WRITES = {"400", "401", "403", "404", "413", "415", "429"}
_CHANGES = _WRITES | {"412"}
# What each operation answers with, besides what all of them may; 404 is left out where no address
# is asked for. Secret keys are refused to browsers everywhere; what may be sent again is told on
# every write.
WRITES = {"400", "409", "422", "429"}
DOCUMENTED: dict[str, set[str]] = {
    "get events": {"200", "400", "401", "403"},
    "post events": (_WRITES | {"201"}) - {"404"},
    "get events/me/rsvps": {"200", "304", "400", "401", "403"},
    "get events/{event_id}": _TAGGED,
    "put events/{event_id}": _CHANGES | {"200", "409"},
    "delete events/{event_id}": (_CHANGES | {"200"}) - {"413", "415"},
    "get events/{event_id}/rsvp": _TAGGED,
    "post events/{event_id}/rsvp": _CHANGES | {"200"},
    "put events/{event_id}/rsvp": _CHANGES | {"200"},
    "get events/{event_id}/me/rsvp": _TAGGED | {"403"},
    "get events/{event_id}/room": _TAGGED,
    "put events/{event_id}/room": _CHANGES | {"200"},
    "delete events/{event_id}/room": (_CHANGES | {"200"}) - {"413", "415"},
    "get rooms": {"200", "400", "401"},
    "post rooms": _WRITES | {"200"},
    "get rooms/{room_id}": _READS,
    "put rooms/{room_id}": _WRITES | {"200"},
    "delete rooms/{room_id}": (_WRITES | {"200"}) - {"413", "415"},
    "post rooms/{room_id}/stop": (_WRITES | {"200"}) - {"413", "415"},
    "get rooms/{room_id}/recorded": _READS,
    "post files": (_WRITES | {"201"}) - {"404"},
    "get files/{file_id}": _READS,
    "get v3/files/{file_id}": _READS,
    "put v3/files/{file_id}": _WRITES | {"200"},
    "delete v3/files/{file_id}": (_WRITES | {"200", "409"}) - {"413", "415"},
    "post v4/images": (_WRITES | {"200"}) - {"404"},
    "post v4/files": (_WRITES | {"200"}) - {"404"},
}

# What always refuses is no part of the document.
REFUSED = {
    "get rooms/{room_id}/token",
    "post rooms/{room_id}/leave",
    "put rooms/{room_id}/participants/{id}",
    "delete rooms/{room_id}/participants/{id}",
    "get presence/settings",
    "get presence/rooms/{room_id}/users",
    "get presence/rooms/{room_id}/users/count",
    "post presence/rooms/{room_id}/heartbeat",
    "post invitations",
    "get invitations/me",
    "post v3/user-event/room",
    "post v3/channels",
    "post v4/videos",
    "post v4/clips",
    "post v4/audios",
}


def _short(path: str) -> str:
    """An address beneath /social/api/, without the version that nearly all have."""
    return path.removeprefix("v1/")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The Social API's own document, as it is served."""
    response = Api().client.get("/api/schema/social/", headers={"Accept": "application/json"})
    assert response.status_code == 200
    read: dict[str, Any] = orjson.loads(response.content)
    return read


@pytest.mark.once
def test_every_operation_and_its_errors(document: dict[str, Any]) -> None:
    """Each route and method of the URL table once, with exactly the statuses above."""
    described = {
        f"{method} {_short(path.removeprefix('/social/api/'))}": set(operation["responses"])
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert described == {
        operation: statuses | {"403"} | (set() if operation.startswith("get ") else WRITES)
        for operation, statuses in DOCUMENTED.items()
    }
    routed = {
        f"{method} {_short(str(route.pattern).replace('<uuid:', '{').replace('>', '}'))}"
        for route in urls.urlpatterns
        for method in route.callback.actions.keys() - {"head"}
    }
    assert routed == described.keys() | REFUSED


@pytest.mark.once
def test_operations_are_readable(document: dict[str, Any]) -> None:
    """An id and a description each, the ids unique; errors have the common body."""
    operations = [each for methods in document["paths"].values() for each in methods.values()]
    assert len({each["operationId"] for each in operations}) == len(operations)
    for operation in operations:
        assert operation["description"]
        for status, response in operation["responses"].items():
            if status >= "400":
                content = response["content"]["application/json"]["schema"]["$ref"]
                assert content.endswith(("/SocialErrorBody", "/SocialRefusalBody"))


@pytest.mark.once
def test_the_document_names_the_documented_fields(document: dict[str, Any]) -> None:
    """The published shapes have the reference's fields, and only those may be null that the
    schema here lets be null."""
    parts = document["components"]["schemas"]
    for name, schema in {
        "SocialEventBody": schemas.EVENT,
        "EventResponseBody": schemas.RESPONSE,
        "SocialUserBody": schemas.USER,
        "SocialFileBody": schemas.FILE,
        "SocialCommunityBody": schemas.COMMUNITY,
        "SocialPostBody": schemas.POST,
        "SocialRoomBody": schemas.ROOM,
    }.items():
        published = parts[name]["properties"]
        assert published.keys() == schema["properties"].keys(), name
        nullable = {
            field
            for field, each in published.items()
            if "nullable" in each or NULL in each.get("oneOf", ())
        }
        assert nullable == {f for f, each in schema["properties"].items() if "anyOf" in each}, name


@pytest.mark.once
def test_parameters_are_described(document: dict[str, Any]) -> None:
    """The reference's query parameters, by name, with their choices, defaults and bounds."""
    parameters = document["paths"][f"{BASE}/events"]["get"]["parameters"]
    query = {each["name"]: each["schema"] for each in parameters if each["in"] == "query"}
    assert query.keys() == {
        *("originType", "originId", "userId", "onlyAttendee", "status", "type", "tags"),
        *("startTimeFrom", "startTimeTo", "sortBy", "orderBy", "limit", "token"),
    }
    assert set(query["status"]["enum"]) == {"scheduled", "live", "ended", "cancelled"}
    assert set(query["type"]["enum"]) == {"virtual", "in_person"}
    assert (query["limit"]["minimum"], query["limit"]["maximum"]) == (1, 100)
    assert (query["sortBy"]["default"], query["orderBy"]["default"]) == ("startTime", "asc")

"""What the Tenant API renders is what its schema says: names, types and nothing besides."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
import pytest
from rest_framework import serializers

from api.tenant import bodies
from api.tenant import urls as tenant
from api.tiers import TierBody
from comments.api.tenant import CommentDeleted, CommentSlice
from events.api.tenant import CalendarBody, TenantEventList
from events.api.tiers import TierListEnvelope
from events.models import Tier
from rsvps.api.tenant import AttendeeList, RsvpSlice
from tests.conftest import Api
from tests.makers import MadeEvent, make_channel, make_question, make_rsvp, make_tier
from tests.tenant_cast import COMMENTS, EVENTS, Cast, comment_by, make_cast, said, soon

Shape = type[serializers.Serializer[Any]]


def _mismatches(shape: Shape, body: dict[str, Any], path: str = "") -> list[str]:
    """Every place where ``body`` is not what ``shape`` describes."""
    fields = shape().fields
    found = [f"{path}{name} is missing" for name in sorted(fields.keys() - body.keys())]
    found += [f"{path}{name} is undocumented" for name in sorted(body.keys() - fields.keys())]
    for name in body.keys() & fields.keys():
        found += _mismatch(fields[name], body[name], f"{path}{name}")
    return found


def _mismatch(field: Any, value: Any, path: str) -> list[str]:
    if value is None:
        return [] if field.allow_null else [f"{path} is null"]
    if isinstance(field, serializers.ListSerializer):
        return [
            text
            for index, each in enumerate(value)
            for text in _mismatches(type(field.child), each, f"{path}.{index}.")
        ]
    if isinstance(field, serializers.DateTimeField):
        fits = isinstance(value, str) and value.endswith("Z") and datetime.fromisoformat(value)
        return [] if fits else [f"{path} is no UTC time: {value!r}"]
    try:
        read = field.run_validation(value)
    except serializers.ValidationError as problem:
        return [f"{path}: {problem.detail}"]
    return [] if str(read) == str(value).strip() else [f"{path} reads as {read!r}"]


@pytest.fixture
def cast(db: None) -> Cast:
    """Who calls."""
    return make_cast()


@pytest.fixture
def event(cast: Cast) -> MadeEvent:
    """An event of which every part holds something, with answers of every kind."""
    event = cast.event(
        description="*All* welcome",
        end_time=soon(days=9),
        location="12 Elm St",
        online_url="https://meet.example.org/x",
        capacity=9,
        tags=["cigars"],
        metadata={"a": [1]},
        rsvp_close_at=soon(days=6),
        channel_id=make_channel("Club", tenant=cast.tenant).pk,
    )
    tier = make_tier(event, capacity=9)
    make_question(tier, "select")
    mine = {"tier_id": tier.pk, "form_answers": {str(tier.questions.get().pk): "red"}}
    make_rsvp(event, user=cast.colleague.user, note="Hello", guest_count=1, **mine)
    make_rsvp(event, is_private=True, attendance="interested")
    make_rsvp(event, attendance="not_going")
    make_question(tier, is_active=False)
    return event


@pytest.mark.parametrize("who", ["creator", "organizer", "colleague", "publishable"])
def test_what_is_read(api: Api, cast: Cast, event: MadeEvent, who: str) -> None:
    """Every GET, for everybody, on a full event, a bare one and a redacted one."""
    bare = cast.event()
    redacted = cast.event(hide_location=True, location="12 Elm St", approval_required=True)
    comment_by(cast.creator)
    shapes: dict[str, Shape] = {
        EVENTS: TenantEventList,
        f"{EVENTS}/browse": TenantEventList,
        f"{COMMENTS}/video/123": CommentSlice,
    }
    if who != "publishable":
        shapes[f"{EVENTS}/my-events"] = TenantEventList
    for each in (event, bare, redacted):
        shapes |= {
            f"{EVENTS}/{each.id}": bodies.TenantEventBody,
            f"{EVENTS}/{each.id}/attendees": AttendeeList,
            f"{EVENTS}/{each.id}/rsvps": RsvpSlice,
            f"{EVENTS}/{each.id}/export/ical": CalendarBody,
            f"{EVENTS}/{each.id}/tiers": TierListEnvelope,
        }
    tier = Tier.objects.get(event_id=event.id)
    shapes[f"{EVENTS}/{event.id}/tiers/{tier.pk}"] = TierBody
    for path, shape in shapes.items():
        assert _mismatches(shape, said(api.get(path, cast.keys[who]), 200)) == [], path


def test_what_writing_answers(api: Api, cast: Cast, event: MadeEvent) -> None:
    """Every write with a body in its answer."""
    key = cast.colleague.key
    new = {"title": "T", "start_time": "2100-01-01T10:00:00Z"}
    made = said(api.post(EVENTS, new, key), 201)
    assert _mismatches(bodies.TenantEventBody, made) == []
    changed = said(api.patch(f"{EVENTS}/{made['id']}", {"capacity": 3}, key), 200)
    assert _mismatches(bodies.TenantEventBody, changed) == []
    tier = said(api.post(f"{EVENTS}/{made['id']}/tiers", {"name": "T"}, key), 201)
    assert _mismatches(TierBody, tier) == []
    tier = said(api.patch(f"{EVENTS}/{made['id']}/tiers/{tier['id']}", {"capacity": 3}, key), 200)
    assert _mismatches(TierBody, tier) == []
    rsvp = said(api.post(f"{EVENTS}/{event.id}/rsvp", {"status": "going"}, key), 201)
    assert _mismatches(bodies.TenantRsvpBody, rsvp) == []
    rsvp = said(api.patch(f"{EVENTS}/rsvps/{rsvp['id']}", {"status": "interested"}, key), 200)
    assert _mismatches(bodies.TenantRsvpBody, rsvp) == []
    for content_type, content_id in (("video", 123), ("event", str(event.id))):
        sent = {"content_type": content_type, "content_id": content_id, "comment": "C"}
        comment = said(api.post(COMMENTS, sent, key), 200)
        assert _mismatches(bodies.CommentBody, comment) == []
    gone = said(api.delete(f"{COMMENTS}/{comment['id']}", key), 200)
    assert _mismatches(CommentDeleted, gone) == []


def test_the_comparison_notices_each_kind_of_difference(
    api: Api, cast: Cast, event: MadeEvent
) -> None:
    """The check itself can fail: missing, undocumented, wrong type, null, wrong time."""
    body = said(api.get(f"{EVENTS}/{event.id}", cast.creator.key), 200)
    del body["title"]
    body |= {"new": 1, "capacity": "many", "id": None, "start_time": "2030-01-01T00:00:00+00:00"}
    assert len(_mismatches(bodies.TenantEventBody, body)) == 5


# --- The OpenAPI document -------------------------------------------------------------------------

# What each operation answers with, success first; the reference's errors among them.
DOCUMENTED: dict[str, set[str]] = {
    "get /api/v1/community-events": {"200", "400", "401", "403"},
    "post /api/v1/community-events": {"201", "400", "401", "403", "413", "415", "429"},
    "get /api/v1/community-events/my-events": {"200", "400", "401", "403"},
    "get /api/v1/community-events/browse": {"200", "400", "401"},
    "get /api/v1/community-events/{event_id}": {"200", "400", "401", "404"},
    "patch /api/v1/community-events/{event_id}": (
        {"200", "400", "401", "403", "404", "409", "413", "415", "429"}
    ),
    "delete /api/v1/community-events/{event_id}": {"204", "400", "401", "403", "404", "429"},
    "post /api/v1/community-events/{event_id}/rsvp": (
        {"201", "400", "401", "403", "404", "413", "415", "429"}
    ),
    "patch /api/v1/community-events/rsvps/{rsvp_id}": (
        {"200", "400", "401", "403", "404", "413", "415", "429"}
    ),
    "get /api/v1/community-events/{event_id}/attendees": {"200", "400", "401", "404"},
    "get /api/v1/community-events/{event_id}/rsvps": {"200", "400", "401", "404"},
    "get /api/v1/community-events/{event_id}/export/ical": {"200", "400", "401", "404"},
    "get /api/v1/community-events/{event_id}/tiers": {"200", "400", "401", "404"},
    "post /api/v1/community-events/{event_id}/tiers": (
        {"201", "400", "401", "403", "404", "413", "415", "429"}
    ),
    "get /api/v1/community-events/{event_id}/tiers/{tier_id}": {"200", "400", "401", "404"},
    "patch /api/v1/community-events/{event_id}/tiers/{tier_id}": (
        {"200", "400", "401", "403", "404", "413", "415", "429"}
    ),
    "delete /api/v1/community-events/{event_id}/tiers/{tier_id}": (
        {"204", "400", "401", "403", "404", "409", "429"}
    ),
    "post /api/v1/community/comments": ({"200", "400", "401", "403", "404", "413", "415", "429"}),
    "get /api/v1/community/comments/{content_type}/{content_id}": {"200", "400", "401", "404"},
    "delete /api/v1/community/comments/{comment_id}": {"200", "400", "401", "403", "404", "429"},
}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The Tenant API's own document, as it is served."""
    response = Api().client.get("/api/schema/tenant/", headers={"Accept": "application/json"})
    assert response.status_code == 200
    document: dict[str, Any] = orjson.loads(response.content)
    return document


def test_every_operation_and_its_errors(schema: dict[str, Any]) -> None:
    """Each route and method of the URL table once, with exactly the statuses above."""
    described = {
        f"{method} {path}": set(operation["responses"])
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    }
    assert described == DOCUMENTED
    routed = set()
    for route in tenant.urlpatterns:
        path = str(route.pattern).rstrip("/")
        for kind in ("uuid", "slug", "str"):
            path = path.replace(f"<{kind}:", "{")
        for method in route.callback.actions.keys() - {"head"}:
            routed.add(f"{method} /api/v1/{path.replace('>', '}')}")
    assert routed == described.keys()


def test_operations_are_readable(schema: dict[str, Any]) -> None:
    """An id and a description each; ids are unique; errors have the common body; and all but
    reading comments need the key."""
    operations = [each for methods in schema["paths"].values() for each in methods.values()]
    assert len({each["operationId"] for each in operations}) == len(operations)
    for operation in operations:
        assert operation["description"]
        public = operation["operationId"] == "listComments"
        assert ({} in operation["security"]) is public
        for status, response in operation["responses"].items():
            if status >= "400":
                content = response["content"]["application/json"]["schema"]["$ref"]
                assert content.endswith(("/ErrorBody", "/RefusalBody"))


def test_parameters_are_described(schema: dict[str, Any]) -> None:
    """The reference's query parameters, by name, with their choices and defaults."""

    def query_of(path: str) -> dict[str, Any]:
        parameters = schema["paths"][f"/api/v1/{path}"]["get"]["parameters"]
        return {each["name"]: each["schema"] for each in parameters if each["in"] == "query"}

    listed = query_of(EVENTS)
    assert listed.keys() == {"filter_type", "group_id", "limit", "offset"}
    assert set(listed["filter_type"]["enum"]) == {"upcoming", "past", "my_events"}
    assert (listed["limit"]["default"], listed["limit"]["maximum"]) == (50, 100)
    browse = query_of(f"{EVENTS}/browse")
    assert browse.keys() == ({"event_type", "group_id", "sort_by", "sort_order", "limit", "offset"})
    assert browse["sort_by"]["default"] == "start_time"
    mine = query_of(f"{EVENTS}/my-events")
    assert mine.keys() == {"upcoming_only", "status_filter", "limit", "offset"}
    assert (mine["upcoming_only"]["default"], mine["limit"]["default"]) == (True, 20)
    assert query_of(f"{EVENTS}/{{event_id}}/attendees").keys() == {"status_filter"}
    assert query_of(f"{EVENTS}/{{event_id}}/rsvps").keys() == {"status_filter", "limit", "offset"}
    assert query_of(f"{COMMENTS}/{{content_type}}/{{content_id}}").keys() == {"limit", "offset"}

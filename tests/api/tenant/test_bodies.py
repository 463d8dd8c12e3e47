"""The OpenAPI document of the Tenant API."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from api.tenant import urls as tenant
from tests.conftest import Api
from tests.tenant_cast import COMMENTS, EVENTS

# What each operation answers with, success first; the reference's errors among them.
# Secret keys are refused to browsers everywhere; what may be sent again is told on every write.
WRITES = {"400", "409", "422", "429"}
DOCUMENTED: dict[str, set[str]] = {
    "get /api/v1/community-events": {"200", "400", "401", "403"},
    "post /api/v1/community-events": {"201", "400", "401", "403", "413", "415", "429"},
    "get /api/v1/community-events/my-events": {"200", "400", "401", "403"},
    "get /api/v1/community-events/my-feed": {"200", "400", "401", "403"},
    "post /api/v1/community-events/my-feed/rotate": {"200", "400", "401", "403", "429"},
    "get /api/v1/community-events/browse": {"200", "400", "401"},
    "get /api/v1/community-events/{event_id}": {"200", "304", "400", "401", "404"},
    "patch /api/v1/community-events/{event_id}": (
        {"200", "400", "401", "403", "404", "409", "412", "413", "415", "429"}
    ),
    "delete /api/v1/community-events/{event_id}": (
        {"200", "204", "400", "401", "403", "404", "412", "429"}
    ),
    "post /api/v1/community-events/{event_id}/rsvp": (
        {"201", "400", "401", "403", "404", "412", "413", "415", "429"}
    ),
    "patch /api/v1/community-events/rsvps/{rsvp_id}": (
        {"200", "400", "401", "403", "404", "412", "413", "415", "429"}
    ),
    "get /api/v1/community-events/{event_id}/attendees": {"200", "304", "400", "401", "404"},
    "get /api/v1/community-events/{event_id}/rsvps": {"200", "304", "400", "401", "404"},
    "post /api/v1/community-events/{event_id}/rsvps/{rsvp_id}/merge": (
        {"200", "400", "401", "403", "404", "409", "413", "415", "429"}
    ),
    "get /api/v1/community-events/{event_id}/export/ical": {"200", "304", "400", "401", "404"},
    "get /api/v1/community-events/{event_id}/tiers": {"200", "304", "400", "401", "404"},
    "post /api/v1/community-events/{event_id}/tiers": (
        {"201", "400", "401", "403", "404", "413", "415", "429"}
    ),
    "get /api/v1/community-events/{event_id}/tiers/{tier_id}": {"200", "304", "400", "401", "404"},
    "patch /api/v1/community-events/{event_id}/tiers/{tier_id}": (
        {"200", "400", "401", "403", "404", "412", "413", "415", "429"}
    ),
    "delete /api/v1/community-events/{event_id}/tiers/{tier_id}": (
        {"204", "400", "401", "403", "404", "409", "412", "429"}
    ),
    "post /api/v1/community-events/{event_id}/rsvps/bulk": (
        {"200", "400", "401", "403", "404", "413", "415", "429"}
    ),
    "post /api/v1/community-events/{event_id}/duplicate": (
        {"201", "400", "401", "403", "404", "409", "413", "415", "429"}
    ),
    "get /api/v1/community-events/{event_id}/invitations": {"200", "400", "401", "403", "404"},
    "post /api/v1/community-events/{event_id}/invitations": (
        {"201", "400", "401", "403", "404", "413", "415", "429"}
    ),
    "get /api/v1/webhooks": {"200", "400", "401", "403"},
    "post /api/v1/webhooks": {"201", "400", "401", "403", "413", "415", "429"},
    "get /api/v1/webhooks/{webhook_id}": {"200", "400", "401", "403", "404"},
    "patch /api/v1/webhooks/{webhook_id}": (
        {"200", "400", "401", "403", "404", "413", "415", "429"}
    ),
    "delete /api/v1/webhooks/{webhook_id}": {"204", "400", "401", "403", "404", "429"},
    "post /api/v1/webhooks/{webhook_id}/rotate": {"200", "400", "401", "403", "404", "429"},
    "post /api/v1/webhooks/{webhook_id}/test": {"202", "400", "401", "403", "404", "429"},
    "get /api/v1/webhooks/{webhook_id}/deliveries": {"200", "400", "401", "403", "404"},
    "post /api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/replay": (
        {"202", "400", "401", "403", "404", "409", "429"}
    ),
    "get /api/v1/changes": {"200", "400", "401", "403", "410"},
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


@pytest.mark.once
def test_every_operation_and_its_errors(schema: dict[str, Any]) -> None:
    """Each route and method of the URL table once, with exactly the statuses above."""
    described = {
        f"{method} {path}": set(operation["responses"])
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    }
    assert described == {
        operation: statuses | {"403"} | (set() if operation.startswith("get ") else WRITES)
        for operation, statuses in DOCUMENTED.items()
    }
    routed = set()
    for route in tenant.urlpatterns:
        path = str(route.pattern).rstrip("/")
        for kind in ("uuid", "slug", "str"):
            path = path.replace(f"<{kind}:", "{")
        for method in route.callback.actions.keys() - {"head"}:
            routed.add(f"{method} /api/v1/{path.replace('>', '}')}")
    assert routed == described.keys()


@pytest.mark.once
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


@pytest.mark.once
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

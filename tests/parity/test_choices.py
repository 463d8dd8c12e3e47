"""A word outside of a closed set is answered with the set, in one sentence, through every door."""

from __future__ import annotations

from typing import Any

import pytest

from access.sentences import sentence
from config.errors import flaw
from tests.conftest import Api
from tests.makers import make_event
from tests.tenant_cast import make_cast

pytestmark = pytest.mark.once

FORMATS = ["in_person", "virtual", "hybrid"]
ATTENDANCE = ["going", "interested", "not_going"]
START = {"title": "T", "start_time": "2100-01-01T10:00:00Z"}

QUERIES = [
    ("events", "format", FORMATS),
    ("{event}/rsvps", "status", ["yes", "maybe", "no"]),
    ("{event}/rsvps", "approval_status", ["approved", "pending", "rejected", "waitlisted"]),
    ("community-events", "filter_type", ["upcoming", "past", "my_events"]),
    ("community-events/my-events", "status_filter", ATTENDANCE),
    ("community-events/browse", "event_type", FORMATS),
    ("community-events/browse", "sort_by", ["start_time", "attendee_count"]),
    ("community-events/browse", "sort_order", ["asc", "desc"]),
    ("{tenant}/attendees", "status_filter", ATTENDANCE),
    ("/social/api/v1/events", "type", ["virtual", "in_person"]),
    ("/social/api/v1/events", "sortBy", ["startTime", "createdAt"]),
    ("/social/api/v1/events", "originType", ["community"]),
]
BODIES: list[tuple[str, dict[str, Any], str, list[str]]] = [
    ("events", START, "format", FORMATS),
    ("events", START | {"channel_name": "Club"}, "channel_visibility", ["public", "private"]),
    ("{event}/rsvps", {"name": "Robin"}, "status", ["yes", "maybe", "no"]),
    ("{event}/links", {}, "role", ["cohost", "door", "viewer"]),
    ("{event}/messages", {"content": "Hello."}, "visibility", ["public", "admin", "attendee"]),
    ("community-events", START, "event_type", FORMATS),
    ("{tenant}/rsvp", {}, "status", ATTENDANCE),
    ("{social}/rsvp", {}, "status", ATTENDANCE),
]


def told(api: Api, path: str, **sent: Any) -> Any:
    """What is said of a field."""
    cast, event = make_cast(), make_event()
    own = cast.event()
    token = event.owner_token if "{event}" in path else cast.creator.key
    path = path.format(
        event=event.path,
        tenant=f"community-events/{own.id}",
        social=f"/social/api/v1/events/{own.id}",
    )
    body = sent.pop("body", None)
    answer = api.get(path, token, **sent) if body is None else api.post(path, body, token)
    assert answer.status_code == 400, answer.content
    return answer.json()["errors"]


def all_of(words: list[str]) -> list[str]:
    return [sentence(flaw("not_one_of", choices=", ".join(words)))]


@pytest.mark.parametrize(("path", "name", "words"), QUERIES)
def test_parameters(api: Api, path: str, name: str, words: list[str]) -> None:
    assert told(api, path, **{name: "neither"}) == {name: all_of(words)}


@pytest.mark.parametrize(("path", "body", "name", "words"), BODIES)
def test_fields(api: Api, path: str, body: dict[str, Any], name: str, words: list[str]) -> None:
    assert told(api, path, body=body | {name: "neither"}) == {name: all_of(words)}

"""The Social API's reference, run as it is printed, against the shipped server. Only the host, the
token and the event's id are put in."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator

from tests.reference import social_schemas as schemas
from tests.server.process import Answer, Server, running_server

pytestmark = [pytest.mark.server, pytest.mark.once]
HOST = "https://apix.us.amity.co"
EVENT = UUID("abc12345-0000-0000-0000-000000000001")
_TEXT = (Path(__file__).parent.parent / "reference" / "social_examples.txt").read_text("utf-8")
EXAMPLES = dict(part.split("\n", 1) for part in _TEXT.split("--- ") if part)
# An event that names something of every kind but a file.
MAKE_EVENT = """
from datetime import timedelta
from uuid import UUID
from django.utils import timezone
from accounts.models import User
from channels.domain.rooms import create_channel
from comments.domain.messages import announce
from events.domain.live import set_stream
from events.models import Event
user = User.objects.get(email="alice@example.org")
channel = create_channel(name="Builders", tenant_id=user.tenant_id, visibility="public")
event = Event.objects.create(
    id=UUID("{event}"), tenant_id=user.tenant_id, creator=user, slug="meetup", channel=channel,
    title="AI Builders Meetup", start_time=timezone.now() + timedelta(days=9),
)
announce(event_id=event.id, content="Doors at six")
set_stream(event_id=event.id, values={{}})
"""


@dataclass
class Place:
    """The server with a tenant, a user and a key."""

    server: Server
    key: str

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """A call that the reference describes without printing the command."""
        return self.server.ask(method, f"/social/api/v1/{path}", body, self.key)

    def curl(self, name: str) -> tuple[int, Any]:
        """Status and JSON of a printed command, run by a shell."""
        if shutil.which("curl") is None:
            pytest.skip("curl is not installed: the reference's curl examples were not run")
        command = EXAMPLES[f"{name}: curl"].replace("curl ", 'curl -sS -w "\\n%{http_code}" ', 1)
        for printed, ours in (
            (HOST, f"{self.server.url}/social"),
            ("<token>", self.key),
            ("{eventId}", str(EVENT)),
        ):
            command = command.replace(printed, ours)
        finished = subprocess.run(
            ["sh", "-c", command],
            env=self.server.environment | {"NO_PROXY": "127.0.0.1"},
            capture_output=True,
            text=True,
            check=True,
        )
        body, status = finished.stdout.rsplit("\n", 1)
        return int(status), json.loads(body)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running_server(tmp_path_factory.mktemp("social"), alone=True) as server:
        account = ("alice@example.org", "--tenant", "ai-builders", "--name", "Alice Chen")
        *_, key = server.manage_all(
            ("create_tenant", "AI Builders", "--slug", "ai-builders"),
            ("create_user", *account),
            ("shell", "-c", MAKE_EVENT.format(event=EVENT)),
            ("create_api_key", "alice@example.org"),
        )
        yield Place(server, key)


def mismatches(schema: schemas.Schema, body: Any) -> list[str]:
    """Every place where ``body`` is not what the reference documents."""
    found = Draft202012Validator(schema).iter_errors(body)
    return [f"{each.json_path}: {each.message}" for each in found]


def test_curl_queries_events(place: Place) -> None:
    """200 with the documented answer: the event, and what it names."""
    status, body = place.curl("query")
    assert status == 200
    assert mismatches(schemas.EVENT_PAGE, body) == []
    (event,) = (each for each in body["events"] if each["eventId"] == str(EVENT))
    assert (event["title"], event["status"]) == ("AI Builders Meetup", "scheduled")
    for name in ("users", "communities", "posts", "rooms"):
        assert len(body[name]) == 1


def test_curl_answers_an_event(place: Place) -> None:
    """200 with the documented answer, whether it is the first one or not."""
    for _ in range(2):
        status, body = place.curl("rsvp")
        assert status == 200
        assert mismatches(schemas.RESPONSES, body) == []
        (response,) = body["eventResponses"]
        assert (response["eventId"], response["status"]) == (str(EVENT), "going")
        assert [each["rsvpCount"] for each in body["events"]] == [1]


def test_without_a_token(place: Place) -> None:
    """401 as documented: the header is required."""
    refused = place.server.ask("GET", "/social/api/v1/events")
    assert refused.status == 401
    assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_events_as_described(place: Place) -> None:
    """Made, read, queried by every documented parameter, changed, erased."""
    new = {"title": "T", "startTime": "2100-01-01T10:00:00Z", "tags": ["ai"], "type": "virtual"}
    made = place.ask("POST", "events", new)
    assert made.status == 201
    assert mismatches(schemas.EVENTS, made.json()) == []
    (event,) = made.json()["events"]
    path = f"events/{event['eventId']}"
    assert place.ask("GET", path).json() == made.json()
    query = (
        f"originType=community&userId={event['userId']}&onlyAttendee=false&status=scheduled"
        "&type=virtual&tags=ai&startTime%5Bgte%5D=2099-01-01T00:00:00Z"
        "&startTime%5Blte%5D=2101-01-01T00:00:00Z&sortBy=startTime&orderBy=asc"
        "&options%5Blimit%5D=1"
    )
    found = place.ask("GET", f"events?{query}").json()
    assert (found["events"], found["paging"]) == ([event], {"next": None, "previous": None})
    changed = place.ask("PUT", path, {"title": "Changed"})
    assert changed.status == 200
    assert [each["title"] for each in changed.json()["events"]] == ["Changed"]
    assert place.ask("DELETE", path).json() == {"success": True}
    assert place.ask("GET", path).status == 404


def test_answers_as_described(place: Place) -> None:
    """Changed by PUT, read by oneself, among the event's and among one's own."""
    path = f"events/{EVENT}"
    changed = place.ask("PUT", f"{path}/rsvp", {"status": "interested"})
    assert changed.status == 200
    (response,) = changed.json()["eventResponses"]
    assert place.ask("GET", f"{path}/me/rsvp").json() == changed.json()
    for listed in (f"{path}/rsvp?status=interested", "events/me/rsvps?status=interested"):
        body = place.ask("GET", listed).json()
        assert mismatches(schemas.RESPONSE_PAGE, body) == []
        assert body["eventResponses"] == [response]

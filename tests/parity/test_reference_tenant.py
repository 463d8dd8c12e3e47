"""The Tenant API's reference, run as it is printed, against the shipped server. Only the host and
the key are put in."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import types
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from tests.server.process import Answer, Server, running_server

pytestmark = [pytest.mark.server, pytest.mark.once]
HOST = "https://api.ainative.studio"
EVENT = "abc12345-0000-0000-0000-000000000001"
_TEXT = (Path(__file__).parent.parent / "reference" / "tenant_examples.txt").read_text("utf-8")
EXAMPLES = dict(part.split("\n", 1) for part in _TEXT.split("--- ") if part)
# The reference's own event, some time ahead, so that it can be answered and browsed.
MAKE_EVENT = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from events.models import Event
user = User.objects.get(email="alice@example.org")
Event.objects.create(
    id="{event}", tenant_id=user.tenant_id, creator=user, slug="meetup",
    title="AI Builders Meetup — May 2026", start_time=timezone.now() + timedelta(days=9),
    location="San Francisco", capacity=80,
)
"""

try:
    import requests as installed_requests
except ModuleNotFoundError:
    installed_requests = None


@dataclass
class Place:
    """The server with a tenant, a user and a key."""

    server: Server
    key: str

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """A call that the reference describes without printing the command."""
        return self.server.ask(method, f"/api/v1/{path}", body, self.key)

    def example(self, name: str) -> str:
        """The printed example, for this host."""
        return EXAMPLES[name].replace(HOST, self.server.url)

    def send(self, name: str, method: str, path: str) -> Any:
        """A printed request body, sent; the status and the answer."""
        answer = self.ask(method, path, json.loads(EXAMPLES[f"{name}: request"]))
        return answer.status, answer.json()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running_server(tmp_path_factory.mktemp("tenant"), alone=True) as server:
        account = ("alice@example.org", "--tenant", "ai-builders", "--name", "Alice Chen")
        *_, key = server.manage_all(
            ("create_tenant", "AI Builders", "--slug", "ai-builders"),
            ("create_user", *account),
            ("shell", "-c", MAKE_EVENT.format(event=EVENT)),
            ("create_api_key", "alice@example.org"),
        )
        yield Place(server, key)


def fields(name: str) -> set[str]:
    """The field names of a printed answer."""
    return set(EXAMPLES[f"{name}: fields"].split())


# --- curl -------------------------------------------------------------------------------------


def curl(place: Place, name: str) -> tuple[int, Any]:
    """Status and JSON of a printed curl command, run by a shell with API_KEY set."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed: the reference's curl examples were not run")
    command = place.example(name).replace("curl ", 'curl -sS -w "\\n%{http_code}" ', 1)
    finished = subprocess.run(
        ["sh", "-c", command],
        env=place.server.environment | {"API_KEY": place.key, "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        check=True,
    )
    body, status = finished.stdout.rsplit("\n", 1)
    return int(status), json.loads(body)


def test_curl_creates_an_event(place: Place) -> None:
    """201 with every documented field."""
    status, body = curl(place, "create: curl")
    assert status == 201
    assert fields("create") <= body.keys()
    assert body["title"] == "AI Builders Meetup — May 2026"
    assert (body["start_time"], body["capacity"]) == ("2026-05-20T18:00:00Z", 80)


def test_curl_answers_an_event(place: Place) -> None:
    """201, whether it is the first answer or not."""
    status, body = curl(place, "rsvp: curl")
    assert (status, body["event_id"], body["status"]) == (201, EVENT, "going")
    assert fields("rsvp") <= body.keys()


def test_curl_browses(place: Place) -> None:
    """200 with the documented envelope and what is ahead."""
    status, body = curl(place, "browse: curl")
    assert status == 200
    assert body.keys() == fields("list")
    assert [event["id"] for event in body["events"]] == [EVENT]
    assert (body["total"], body["limit"], body["has_more"]) == (1, 20, False)


# --- Python -----------------------------------------------------------------------------------


class StandIn:
    """As much of requests as the examples use, on what the standard library brings."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def get(self, url: str, *, headers: dict[str, str], params: Any = None) -> Any:
        """GET."""
        query = f"?{urllib.parse.urlencode(params)}" if params else ""
        return self._ask("GET", url + query, headers, None)

    def post(self, url: str, *, headers: dict[str, str], json: Any) -> Any:
        """POST."""
        return self._ask("POST", url, headers, json)

    def _ask(self, method: str, url: str, headers: dict[str, str], body: Any) -> Any:
        answer = self.server.ask(method, url.removeprefix(self.server.url), body, None, **headers)
        return types.SimpleNamespace(status_code=answer.status, json=answer.json)


def python(place: Place, name: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The variables after a printed Python example."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    module: Any = installed_requests or StandIn(place.server)
    monkeypatch.setitem(sys.modules, "requests", module)
    names: dict[str, Any] = {"requests": module, "api_key": place.key, "event_id": EVENT}
    exec(place.example(name), names)
    return names


def test_the_stand_in_does_what_requests_does(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where requests is installed, both get the same answer."""
    names = python(place, "browse: python", monkeypatch)
    monkeypatch.setattr(f"{__name__}.installed_requests", None)
    assert python(place, "browse: python", monkeypatch)["events"] == names["events"]


def test_python_creates_an_event(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The example prints the new id."""
    names = python(place, "create: python", monkeypatch)
    assert names["resp"].status_code == 201
    assert capsys.readouterr().out == f"Created event: {names['event']['id']}\n"


def test_python_answers_an_event(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """201 with the message."""
    resp = python(place, "rsvp: python", monkeypatch)["resp"]
    assert (resp.status_code, resp.json()["status"]) == (201, "going")
    assert resp.json()["response_message"] == "Looking forward to it!"


def test_python_browses(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The event that is ahead, with its place."""
    (event,) = python(place, "browse: python", monkeypatch)["events"]
    assert (event["id"], event["location"]) == (EVENT, "San Francisco")


def test_python_exports(place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The file has the documented name and is a calendar with the event."""
    monkeypatch.chdir(tmp_path)
    python(place, "export: python", monkeypatch)
    (file,) = tmp_path.iterdir()
    assert file.name == "AI_Builders_Meetup_May_2026_abc12345.ics"
    (entry,) = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert str(entry["SUMMARY"]) == "AI Builders Meetup — May 2026"


# --- What is described without a command --------------------------------------------------------


def test_events_as_described(place: Place) -> None:
    """Create in full, read, list, update, cancel."""
    status, made = place.send("create", "POST", "community-events/")
    assert status == 201
    assert fields("create") <= made.keys()
    sent = json.loads(EXAMPLES["create: request"])
    assert {name: made[name] for name in sent} == sent
    path = f"community-events/{made['id']}"
    assert place.ask("GET", path).json() == made
    listed = place.ask("GET", "community-events?filter_type=past&limit=100").json()
    assert listed.keys() == fields("list")
    assert made["id"] in [event["id"] for event in listed["events"]]
    status, changed = place.send("update", "PATCH", path)
    assert (status, changed["capacity"]) == (200, 100)
    assert changed["title"] == "AI Builders Meetup — May 2026 (Updated)"
    gone = place.ask("DELETE", path)
    assert (gone.status, gone.body) == (204, b"")
    assert place.ask("GET", path).json()["status"] == "cancelled"


def test_answers_as_described(place: Place) -> None:
    """Answer, attendees, RSVPs, my events, change one's mind."""
    path = f"community-events/{EVENT}"
    status, rsvp = place.send("rsvp", "POST", f"{path}/rsvp")
    assert status == 201
    assert fields("rsvp") <= rsvp.keys()
    for name, more in (("attendees", set()), ("rsvps", {"offset", "limit", "has_more"})):
        answer = place.ask("GET", f"{path}/{name}?status_filter=going")
        assert answer.status == 200
        assert answer.json().keys() == fields("attendees") | more
        (attendee,) = answer.json()["attendees"]
        assert fields("attendee") <= attendee.keys()
        assert attendee["rsvp_id"] == rsvp["id"]
    mine = place.ask("GET", "community-events/my-events").json()
    assert mine.keys() == fields("list")
    assert [event["id"] for event in mine["events"]] == [EVENT]
    status, changed = place.send("change rsvp", "PATCH", f"community-events/rsvps/{rsvp['id']}")
    assert (status, changed["status"]) == (200, "not_going")


def test_comments_as_described(place: Place) -> None:
    """Post, read without a key, delete."""
    status, comment = place.send("comment", "POST", "community/comments")
    assert status == 200
    assert comment.keys() == fields("comment")
    assert (comment["user_name"], comment["content_id"]) == ("Alice Chen", 123)
    public = place.server.ask("GET", "/api/v1/community/comments/video/123")
    assert public.status == 200
    assert public.json().keys() == fields("comments")
    assert public.json()["comments"] == [comment]
    gone = place.ask("DELETE", f"community/comments/{comment['id']}")
    message = f"Comment {comment['id']} deleted successfully"
    assert (gone.status, gone.json()) == (200, {"success": True, "message": message})

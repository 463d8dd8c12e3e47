"""A page of another site in a real browser: what its scripts may read, and with which keys."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.server.prepared import ROOT
from tests.server.process import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]

# What a page may do: answers that it may read, with their headers, or the error that it gets.
_ASK = """async ([url, method, body, headers]) => {
  const sent = {method, headers: {...headers}};
  if (body) {
    sent.body = JSON.stringify(body);
    sent.headers["Content-Type"] = "application/json";
  }
  try {
    const answer = await fetch(url, sent);
    const text = await answer.text();
    let said;
    try { said = JSON.parse(text) } catch { said = text }
    return {status: answer.status, body: said, headers: Object.fromEntries(answer.headers)};
  } catch (problem) {
    return {problem: problem.name};
  }
}"""
_UNREADABLE = {"problem": "TypeError"}


class _Empty(BaseHTTPRequestHandler):
    """Answers everything with an empty page."""

    def do_GET(self) -> None:
        """The page."""
        page = b"<!doctype html><title>Another site</title>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def other_site() -> Iterator[str]:
    """Another origin: a port of its own."""
    site = ThreadingHTTPServer(("127.0.0.1", 0), _Empty)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{site.server_port}"
    site.shutdown()
    site.server_close()


@pytest.fixture(scope="module")
def keys(server: Server) -> dict[str, str]:
    """A tenant with a community called ``square``, and a key of each kind."""
    kinds, issue = ("secret", "publishable"), ("create_api_key", "sam@square.example", "--json")
    _, _, _, *issued = server.manage_all(
        ("create_tenant", "Square"),
        ("create_user", "sam@square.example", "--tenant", "square"),
        ("create_channel", "Square", "--tenant", "square"),
        *((*issue, "--kind", kind) for kind in kinds),
    )
    return {kind: json.loads(said)["key"] for kind, said in zip(kinds, issued, strict=True)}


class Script:
    """What a page of the other site asks of the server."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server

    def ask(
        self, method: str, path: str, body: Any = None, token: str | None = None, **headers: str
    ) -> Any:
        """An answer as the script reads it."""
        headers = {name.replace("_", "-"): said for name, said in headers.items()}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        url = path if path.startswith("http") else self.server.url + path
        return self.page.evaluate(_ASK, [url, method, body, headers])


@pytest.fixture
def script(open_tab: Open, server: Server, other_site: str) -> Script:
    return Script(open_tab().go(other_site), server)


def test_an_event_from_its_creation_on(script: Script) -> None:
    """The Capability API: made, answered, listed, changed by the owner, its headers read."""
    start = {"title": "Across", "start_time": "2100-05-01T18:00:00Z", "max_attendees": 5}
    made = script.ask("POST", "/api/v1/events", start, Idempotency_Key=str(uuid4()))
    assert made["status"] == 201
    assert "x-request-id" in made["headers"]
    path, owner = made["body"]["links"]["api"], made["body"]["admin_token"]
    answered = script.ask("POST", f"{path}/rsvps", {"name": "Robin", "status": "yes"})
    assert answered["status"] == 201
    own = script.ask("GET", f"{path}/rsvps/self", token=answered["body"]["rsvp"]["rsvp_token"])
    assert own["body"]["rsvp"]["name"] == "Robin"
    changed = script.ask("PATCH", path, {"title": "Changed"}, owner)
    assert changed["body"]["event"]["title"] == "Changed"
    listed = script.ask("GET", "/api/v1/events?upcoming=true&q=Changed")
    assert [event["id"] for event in listed["body"]["events"]] == [made["body"]["event"]["id"]]
    ics = script.ask("GET", f"{path}/event.ics")
    assert ics["body"].startswith("BEGIN:VCALENDAR")
    assert script.ask("DELETE", path, token="wrong")["body"]["code"] == "not_allowed"
    assert script.ask("DELETE", path, token=owner)["status"] == 204
    assert script.ask("GET", path)["body"]["code"] == "not_found"


def test_the_documented_form(script: Script) -> None:
    """The page of docs/clients.md: pressed twice, it makes one RSVP, and says how it was taken."""
    start = {"title": "Form", "start_time": "2100-05-01T18:00:00Z", "admin_approval_required": True}
    path = script.server.ask("POST", "/api/v1/events", start).json()["links"]["api"]
    text = (ROOT / "docs" / "clients.md").read_text()
    (source,) = re.findall(r"```html\n(.*?)```", text, re.S)
    page = script.page
    page.set_content(source.replace("http://localhost:8000/api/v1/events/EVENT_ID", path))
    page.get_by_label("Your name").fill("Robin")
    button = page.get_by_role("button")
    with page.expect_response("**/rsvps") as first:
        button.click()
    expect(page.locator("output")).to_have_text("pending")
    with page.expect_response("**/rsvps") as second:
        button.click()
    assert [each.value.json()["rsvp"]["id"] for each in (first, second)] == [
        first.value.json()["rsvp"]["id"]
    ] * 2


def test_a_community_site(script: Script, server: Server, keys: dict[str, str]) -> None:
    """The Communities API with a publishable key; the list's headers lead on."""
    group = server.ask("GET", "/api/v1/channels?q=Square").json()["channels"][0]["id"]
    for number in (1, 2):
        start = f"2100-01-0{number}T10:00:00Z"
        sent = {"title": f"E{number}", "start_time": start, "group_id": group}
        assert server.ask("POST", "/api/v1/community-events", sent, keys["secret"]).status == 201
    path = "/api/v1/communities/square/events?limit=1"
    first = script.ask("GET", path, X_API_Key=keys["publishable"])
    assert (first["status"], len(first["body"])) == (200, 1)
    following = first["headers"]["link"].partition(">")[0].strip("<")
    rest = script.ask("GET", following, X_API_Key=keys["publishable"])
    assert [event["name"] for event in first["body"] + rest["body"]] == ["E1", "E2"]
    assert first["headers"]["x-next-cursor"]
    assert script.ask("GET", path)["body"]["code"] == "not_authenticated"


@pytest.mark.parametrize(
    "path", ["/api/v1/communities/square/events", "/social/api/v1/events"], ids=["keys", "social"]
)
def test_a_secret_key_is_refused(script: Script, keys: dict[str, str], path: str) -> None:
    """The script reads why; the same key works for a program, and for the server's own pages."""
    refused = script.ask("GET", path, token=keys["secret"])
    assert (refused["status"], refused["body"]["code"]) == (403, "secret_key_in_browser")
    assert script.server.ask("GET", path, token=keys["secret"]).status == 200
    script.page.goto(f"{script.server.url}/")
    assert script.ask("GET", path, token=keys["secret"])["status"] == 200
    posted = script.ask("POST", path, {}, keys["secret"])  # browsers name the origin of these
    assert posted["status"] in (400, 405)


def test_what_stays_closed(script: Script, keys: dict[str, str]) -> None:
    """The Tenant API, pages and the admin; cookies are never sent along."""
    for path in ("/api/v1/community-events", "/api/v1/community/comments/video/1", "/", "/admin/"):
        assert script.ask("GET", path) == _UNREADABLE
    key = keys["publishable"]
    assert script.ask("GET", "/api/v1/community-events", token=key) == _UNREADABLE
    with_cookies = """url => fetch(url, {credentials: "include"}).catch(problem => problem.name)"""
    url = f"{script.server.url}/api/v1/events"
    assert script.page.evaluate(with_cookies, url) == "TypeError"


def test_swagger_executes(open_tab: Open, event: dict[str, Any]) -> None:
    """The page of the APIs asks for a calendar and a picture with Accept headers of their kinds."""
    tab = open_tab()
    guest = tab.server.ask("POST", f"{event['path']}/rsvps", {"name": "S", "status": "yes"}).json()
    page = tab.go("/api/docs/")
    page.get_by_role("button", name="Authorize").first.click()
    form = page.locator(".auth-container form").filter(has_text="capabilityToken")
    form.get_by_role("textbox").fill(guest["rsvp"]["rsvp_token"])
    form.get_by_role("button", name="Apply credentials").click()
    page.keyboard.press("Escape")
    for operation, kind in (("downloadEventIcs", "text/calendar"), ("getOwnTicket", "image/png")):
        block = page.locator(f"[id$='-{operation}']")
        block.locator(".opblock-summary-control").click()
        block.get_by_role("button", name="Try it out").click()
        block.get_by_placeholder("event_id").fill(event["id"])
        with page.expect_response(lambda answer: "/api/v1/events/" in answer.url) as caught:
            block.get_by_role("button", name="Execute").click()
        assert caught.value.request.headers["accept"] == kind
        assert caught.value.status == 200
        assert caught.value.headers["content-type"].startswith(kind)
        expect(block.locator(".live-responses-table td.response-col_status").last).to_have_text(
            "200"
        )

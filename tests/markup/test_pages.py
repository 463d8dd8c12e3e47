"""Every kind of page is valid HTML: what browsers mend by guessing, they may mend differently."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from tests.deploy.needs import leave_out, program
from tests.makers import MadeEvent, make_channel, make_door, make_event, make_rsvp, make_tier

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.slow]
HERE = Path(__file__).parent
PUBLIC = ("/", "/?q=nothing", "/new", "/channels", "/c/§", "/mine", "/lost", "/help", "/nothing")
EVENT = ("", "/attendees", "/comments", "/contact", "/report")
OWNER = (
    *("", "/messages", "/tickets", "/share", "/settings", "/edit", "/duplicate", "/door"),
    *("/cancel", "/delete", "/invitations", "/cover", "/webhook", "/poster", "/guests/print"),
)


def test_pages_are_valid(client: Client, tmp_path: Path) -> None:
    program("node")
    checker = HERE / "node_modules" / ".bin" / "html-validate"
    if not checker.exists():
        leave_out("the packages of tests/markup are missing: npm ci --prefix tests/markup")
    for number, (path, html) in enumerate(_pages(client).items()):
        (tmp_path / f"{number}{path.replace('/', '-')}.html").write_bytes(html)
    command = [str(checker), "--config", str(HERE / ".htmlvalidate.json"), "--formatter", "json"]
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True)
    assert done.stdout, done.stderr
    flaws = [
        f"{Path(page['filePath']).name}:{flaw['line']} {flaw['ruleId']}: {flaw['message']}"
        for page in json.loads(done.stdout)
        for flaw in page["messages"]
    ]
    assert (flaws, done.returncode) == ([], 0)


def _pages(client: Client) -> dict[str, bytes]:
    """The HTML of each page by its address."""
    event = _event()
    rsvp = make_rsvp(event, name="Robin", email="robin@example.com", guest_count=1)
    page = f"/e/{event.id}"
    paths = [path.replace("§", "choir") for path in PUBLIC]
    paths += [page + path for path in EVENT] + [f"/embed{page}"]
    found = {path: _html(client, path) for path in paths}
    found[f"{page}/rsvp"] = _html(Client(), f"{page}/rsvp/{rsvp.token}")
    found[f"{page}/door"] = _html(Client(), f"{page}/door/{make_door(event, 'Entrance')}")
    client.get(f"{page}/admin/{event.owner_token}")
    return found | {f"{page}/admin{path}": _html(client, f"{page}/admin{path}") for path in OWNER}


def _html(client: Client, path: str) -> bytes:
    answer = client.get(path, follow=True)
    assert answer.status_code in (200, 404), path
    return answer.content


def _event() -> MadeEvent:
    """An event with something in every part of its pages."""
    make_channel("Choir")
    made = make_event(
        title="Soup & songs",
        description="*Bring* a spoon.",
        location="Elm Street 1",
        end_time="2031-01-02T00:00:00Z",
        host_name="Kim",
        channel_name="Choir",
        capacity=9,
        approval_required=True,
        tags=["soup", "songs"],
    )
    make_tier(made, name="Early")
    make_rsvp(made, name="Sky")
    return made

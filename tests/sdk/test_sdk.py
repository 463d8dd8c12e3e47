"""The reference's own SDK, unchanged, against the shipped server: every function that concerns
events, RSVPs, rooms and files, as docs/social-sdk.md says it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.needs import leave_out, program
from tests.server.process import ROOT, Server, running_server

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.once]
HERE = Path(__file__).parent
SDK = HERE / "node_modules" / "@amityco" / "ts-sdk-react-native"
DOCUMENT = ROOT / "docs" / "social-sdk.md"
# A member, their community, and an event there that has neither creator nor guests with accounts:
# whoever has no account must have an id that the SDK can look up.
SET_UP = """
import json
from datetime import UTC, datetime
from accounts.domain.api_keys import issue_key
from accounts.models import Tenant, User
from channels.domain.rooms import create_channel
from events.domain.live import set_stream
from events.models import Event
from rsvps.models import Rsvp
acme = Tenant.objects.create(name="Acme", slug="acme")
ann = User.objects.create(email="ann@example.org", display_name="Ann", tenant=acme)
club = create_channel(name="Club", tenant_id=acme.pk, visibility="public")
event = Event.objects.create(
    tenant=acme, channel=club, slug="old", title="Old", start_time=datetime(2099, 1, 1, tzinfo=UTC)
)
for name in ("Gale", "Gus"):
    Rsvp.objects.create(event=event, name=name, attendance="going")
set_stream(event_id=event.pk, values={})
print(json.dumps({
    "SOCIAL_KEY": issue_key(user=ann).text,
    "SOCIAL_USER": str(ann.pk),
    "SOCIAL_COMMUNITY": str(club.pk),
    "SOCIAL_EVENT": str(event.pk),
}))
"""


def driven(server: Server) -> dict[str, Any]:
    """What the SDK did, in the hands of a member."""
    made = server.manage("shell", "--verbosity", "0", "-c", SET_UP)
    finished = subprocess.run(
        [program("node"), "drive.cjs"],
        cwd=HERE,
        env={
            "PATH": os.environ["PATH"],
            "SOCIAL_URL": f"{server.url}/social",
            **json.loads(made),
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert finished.returncode == 0, finished.stderr
    said: dict[str, Any] = json.loads(finished.stdout)
    return said


def documented() -> list[list[str]]:
    """The rows of the document's table."""
    lines = DOCUMENT.read_text().splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| `")]
    return [[cell.replace("`", "") for cell in row] for row in rows]


def test_every_function(tmp_path: Path) -> None:
    """Each asks for what the table says and comes to what it says; none is left out, and no other
    host is asked for anything."""
    if not SDK.exists():
        leave_out("the SDK is not installed: run `npm ci` in tests/sdk")
    with running_server(tmp_path, alone=True) as server:
        said = driven(server)
    assert said["strangers"] == []
    assert said["table"] == documented()
    called = {name.partition(" ")[0] for name, _, _ in said["table"]}
    assert set(said["exported"]) - called == set()

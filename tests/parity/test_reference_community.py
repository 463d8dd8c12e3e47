"""The Communities API's reference, run as it is printed, against the shipped server. Only the host,
the keys and the one body that is left to the reader are put in."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.scanner import scanned_base64
from tests.server.process import Answer, Server, running_server

pytestmark = [pytest.mark.server, pytest.mark.once]
HOST = "https://api.cobuntu.com"
BODY = "{ /* request body */ }"
_TEXT = (Path(__file__).parent.parent / "reference" / "community_examples.txt").read_text("utf-8")
EXAMPLES = dict(part.split("\n", 1) for part in _TEXT.split("--- ") if part)
# The event the examples name, with a tier that asks something; the slug is as printed.
MAKE_EVENT = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from channels.models import Channel
from rsvps.domain.tiers import create_tier
from events.models import Event
user = User.objects.get(email="bela@example.org")
event = Event.objects.create(
    tenant_id=user.tenant_id, creator=user, slug="EXAMPLE_ID", title="Dinner",
    channel=Channel.objects.get(slug="my-community"), location="Lisboa",
    start_time=timezone.now() + timedelta(days=9),
)
create_tier(event_id=event.id, values={
    "name": "Free", "capacity": 3, "questions": [{"label": "Allergies?", "required": True}],
})
"""


@dataclass
class Place:
    """The server with a community and two keys."""

    server: Server
    publishable: str
    secret: str

    def curl(self, name: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON of a printed command, run by a shell."""
        if shutil.which("curl") is None:
            pytest.skip("curl is not installed: the reference's curl examples were not run")
        printed = EXAMPLES[f"{name}: curl"]
        keys = {"pk_live_...": self.publishable, "sk_live_...": self.secret}
        command = re.sub("[ps]k_live_[.]{3}", lambda found: keys[found[0]], printed)
        command = command.replace(HOST, self.server.url).replace(BODY, json.dumps(body))
        finished = subprocess.run(
            ["sh", "-c", command.replace("curl ", 'curl -sS -w "\\n%{http_code}" ', 1)],
            env=self.server.environment | {"NO_PROXY": "127.0.0.1"},
            capture_output=True,
            text=True,
            check=True,
        )
        answer, status = finished.stdout.rsplit("\n", 1)
        return int(status), json.loads(answer)

    def get(self, path: str) -> Answer:
        """A call that the reference describes without printing the command."""
        headers = {"X-API-Key": self.publishable}
        return self.server.ask("GET", f"/api/v1/communities/my-community/{path}", **headers)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One server for all of them; the tier has three tickets."""
    with running_server(tmp_path_factory.mktemp("community"), alone=True) as server:
        _, _, _, _, publishable, secret = server.manage_all(
            ("create_tenant", "Bela", "--slug", "bela"),
            ("create_user", "bela@example.org", "--tenant", "bela", "--name", "Bela"),
            ("create_channel", "My community", "--tenant", "bela"),
            ("shell", "-c", MAKE_EVENT),
            ("create_api_key", "bela@example.org", "--kind", "publishable"),
            ("create_api_key", "bela@example.org", "--kind", "secret"),
        )
        yield Place(server, publishable, secret)


def fields(name: str) -> set[str]:
    """The field names the reference documents."""
    return set(EXAMPLES[f"{name}: fields"].split())


def holds(found: dict[str, Any], name: str) -> None:
    """Every documented field is there."""
    assert found.keys() >= fields(name)


def test_the_examples_are_the_printed_ones() -> None:
    """Four commands; the body that is left out is in one of them."""
    commands = [text for name, text in EXAMPLES.items() if name.endswith(": curl")]
    assert len(commands) == 4
    assert [HOST in text for text in commands] == [True] * 4
    assert [BODY in text for text in commands] == [False, False, False, True]


def test_curl_lists_events(place: Place) -> None:
    """200 with a bare array of events as documented, tiers inside."""
    status, events = place.curl("list")
    assert status == 200
    (event,) = events
    holds(event, "event")
    assert (event["slug"], event["name"], event["format"]) == ("EXAMPLE_ID", "Dinner", "in_person")
    assert event["location"] == {"address": "Lisboa", "virtualLink": None}
    (tier,) = event["tiers"]
    assert tier.keys() == fields("tier")


def test_curl_reads_an_event(place: Place) -> None:
    """200 with the same object as in the list."""
    status, event = place.curl("detail")
    assert status == 200
    holds(event, "event")
    assert [event] == place.curl("list")[1]


def test_curl_lists_tiers(place: Place) -> None:
    """200 with a bare array of tiers as documented."""
    status, tiers = place.curl("tiers")
    assert status == 200
    (tier,) = tiers
    assert tier.keys() == fields("tier")
    assert (tier["name"], tier["priceCents"], tier["currency"]) == ("Free", 0, "EUR")
    assert (tier["capacity"], tier["isActive"], tier["hasForm"]) == (3, True, True)


def test_curl_takes_a_ticket(place: Place) -> None:
    """200 with the documented fields for the documented body; the code is a ticket, and sold."""
    tier = place.curl("tiers")[1][0]
    form = place.get(f"tiers/{tier['id']}/form").json()
    (question,) = form["questions"]
    body = {
        "tierId": tier["id"],
        "email": "guest@example.org",
        "name": "Guest",
        "formAnswers": {question["id"]: "None"},
    }
    assert body.keys() == fields("rsvp request")
    status, taken = place.curl("rsvp", body)
    assert status == 200, taken
    holds(taken, "rsvp")
    assert (taken["ok"], taken["tierId"]) == (True, tier["id"])
    assert scanned_base64(taken["qrCode"]).startswith("cvt_")
    assert place.curl("tiers")[1][0]["sold"] == tier["sold"] + 1


def test_the_described_lists(place: Place) -> None:
    """By offset and by cursor, as the parameters' table says."""
    assert place.get("events?limit=1&offset=0&upcoming=true").json() == place.curl("list")[1]
    assert place.get("events?featured=true").json() == []
    page = place.get("events?cursor=&limit=1").json()
    assert page == {"data": place.curl("list")[1], "pagination": {"nextCursor": None, "limit": 1}}
    assert place.get("events?cursor=&offset=0").status == 400

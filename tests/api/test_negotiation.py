"""What ``Accept`` decides: which form an OpenAPI document takes, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.conftest import Api
from tests.makers import make_event, make_rsvp
from tests.tenant_cast import make_cast

pytestmark = pytest.mark.once

# None is sent without the header. The last ones are no media types, or too much of them.
ACCEPTS = [
    *(None, "*/*", "application/json", "text/calendar", "image/png", "application/xml;q=0.5"),
    *("", ",", "garbage", "/", "a/b/c", "application/json;x*=no-such'en'%41", "text/*;q=x", "\xff"),
    *("a/b;" * 3000, "a/b," * 3000),
]
YAML, JSON = "application/vnd.oai.openapi", "application/vnd.oai.openapi+json"


def ask(path: str, accept: str | None, key: str | None = None, method: str = "get") -> Any:
    headers = {} if accept is None else {"Accept": accept}
    headers |= {} if key is None else {"Authorization": f"Bearer {key}"}
    answer = getattr(Client(), method)(path, headers=headers)
    return answer.status_code, answer.headers["Content-Type"]


@pytest.mark.parametrize("accept", ACCEPTS)
def test_what_has_one_form_has_it(api: Api, accept: str | None) -> None:
    """JSON, calendars, tickets and refusals, in each API."""
    cast = make_cast()
    rsvp, event = make_rsvp(event := make_event()), event
    own = f"{event.path}/rsvps/self"
    json, key = "application/json", cast.creator.key
    assert ask("/api/v1/events", accept) == (200, json)
    assert ask(event.path, accept) == (200, json)
    assert ask(f"{event.path}/event.ics", accept) == (200, "text/calendar; charset=utf-8")
    assert ask(own, accept, rsvp.token) == (200, json)
    assert ask(f"{own}/ticket.png", accept, rsvp.token) == (200, "image/png")
    assert ask(f"{own}/ticket.png", accept) == (401, json)
    assert ask(own, accept, rsvp.token, "put") == (405, json)
    assert ask(f"/api/v1/communities/{event.id}/events", accept, key) == (404, json)
    assert ask("/api/v1/community-events", accept, key) == (200, json)
    assert ask("/social/api/v1/events", accept, key) == (200, json)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (JSON, JSON),
        ("application/json", "application/json"),
        ("application/yaml", "application/yaml"),
        (f"application/json;q=0.1, {YAML}", YAML),
        *((accept, YAML) for accept in ACCEPTS if accept != "application/json"),
    ],
)
def test_a_document_has_four(client: Client, accept: str | None, form: str) -> None:
    """The first of them where none of those is named."""
    assert ask("/api/schema/tenant/", accept) == (200, form)

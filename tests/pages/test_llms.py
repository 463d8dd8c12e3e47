"""llms.txt: what programs that read for people are told."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def test_every_address_in_it_answers(client: Client, settings: Any) -> None:
    """Of this server, whatever it is called. Other tests read the OpenAPI documents."""
    settings.SITE_URL = "https://events.example.org"
    settings.SITE_NAME = "Gärten & Feste"
    answer = client.get("/llms.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    text = answer.content.decode()
    assert text.startswith("# Gärten & Feste\n\n> ")
    addresses = re.findall(r"\]\(([^)]+)\)|as JSON at (\S+)", text)
    paths = [(a or b).removeprefix(settings.SITE_URL) for a, b in addresses]
    assert len(paths) == 12
    documents = [path for path in paths if path.startswith("/api/schema/")]
    assert sorted(resolve(path.partition("?")[0]).url_name for path in documents) == [
        "schema",
        "schema-capability",
        "schema-community",
        "schema-social",
        "schema-tenant",
    ]
    pages = {path: client.get(path).status_code for path in paths if path not in documents}
    assert pages == dict.fromkeys(pages, 200)


def test_what_it_sends_is_taken(client: Client) -> None:
    """The bodies that it shows make an event and an RSVP."""
    text = client.get("/llms.txt").content.decode()
    assert "http://testserver/api/v1/events" in text
    event, rsvp = (json.loads(each) for each in re.findall(r"`({\"[^`]+: [^`]+})`", text))
    kind = "application/json"
    made = client.post("/api/v1/events", event, content_type=kind)
    assert made.status_code == 201
    path = f"/api/v1/events/{made.json()['event']['id']}/rsvps"
    assert client.post(path, rsvp, content_type=kind).status_code == 201

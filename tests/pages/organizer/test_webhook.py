"""The page of an event's webhook: made, shown once, removed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from notify.models import Endpoint
from tests.makers import MadeEvent, make_event

pytestmark = pytest.mark.django_db


def owner_of(event: MadeEvent) -> Client:
    """A browser that holds the owner link."""
    client = Client()
    client.get(f"/e/{event.id}/admin/{event.owner_token}")
    return client


def test_made_and_removed() -> None:
    """The secret is shown in the answer to the form, and never again."""
    event = make_event()
    client, path = owner_of(event), f"/e/{event.id}/admin/webhook"
    assert "whsec_" not in client.get(path).content.decode()
    made: Any = client.post(path, {"url": "https://hooks.example.org/"})
    assert (made.status_code, "whsec_" in made.content.decode()) == (200, True)
    assert Endpoint.objects.get().event_id == event.id
    assert event.stored.has_webhooks
    again = client.get(path).content.decode()
    assert "https://hooks.example.org/" in again
    assert "whsec_" not in again
    assert client.post(path, {"url": "https://hooks.example.org/"}).status_code == 400
    removed = client.post(f"{path}/remove")
    assert (removed.status_code, removed["Location"]) == (303, path)
    assert not Endpoint.objects.exists()
    assert not event.stored.has_webhooks


def test_for_organizers_alone() -> None:
    """A stranger is sent away, and nothing is made."""
    event = make_event()
    answered = Client().post(f"/e/{event.id}/admin/webhook", {"url": "https://x.example.org/"})
    assert answered.status_code in (401, 403)
    assert not Endpoint.objects.exists()

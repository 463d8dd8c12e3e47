"""The page of an event's webhook: made, shown once, removed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from access.sentences import SENTENCES
from notify.models import Endpoint
from outbox.enums import PUBLISHED
from tests.makers import MadeEvent, make_event

pytestmark = [pytest.mark.django_db, pytest.mark.once]


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


@pytest.mark.parametrize("ticked", [[], ["rsvp.created", "rsvp.deleted"]])
def test_the_types_it_is_told_of(ticked: list[str]) -> None:
    """All of them unless some are ticked, as over the API."""
    event = make_event()
    client, path = owner_of(event), f"/e/{event.id}/admin/webhook"
    choices = [value for value, _ in client.get(path).context["form"].fields["events"].choices]
    assert choices == [kind.value for kind in PUBLISHED]
    client.post(path, {"url": "https://hooks.example.org/", "events": ticked})
    assert Endpoint.objects.get().events == ticked
    said = client.get(path).content.decode()
    assert (", ".join(ticked) or "everything") in said


def test_a_second_tap_shows_the_secret_again() -> None:
    """The first answer, which held it, may not have arrived."""
    event = make_event()
    client, path = owner_of(event), f"/e/{event.id}/admin/webhook"
    sent = {"url": "https://hooks.example.org/", "form_key": str(uuid4())}
    first: Any = client.post(path, sent)
    again: Any = client.post(path, sent)
    assert (again.status_code, again.content) == (200, first.content)
    other: Any = client.post(path, sent | {"form_key": str(uuid4())})
    assert (other.status_code, other.context["form"].non_field_errors()) == (
        *(400, [SENTENCES["webhook_exists"]]),
    )
    assert str(SENTENCES["webhook_exists"]) in other.content.decode()


def test_an_unknown_type_is_refused() -> None:
    """Beside its field; nothing is made."""
    event = make_event()
    sent = {"url": "https://hooks.example.org/", "events": ["rsvp.created", "message.posted"]}
    answered: Any = owner_of(event).post(f"/e/{event.id}/admin/webhook", sent)
    assert (answered.status_code, list(answered.context["form"].errors)) == (400, ["events"])
    assert not Endpoint.objects.exists()


def test_for_organizers_alone() -> None:
    """A stranger is sent away, and nothing is made."""
    event = make_event()
    answered = Client().post(f"/e/{event.id}/admin/webhook", {"url": "https://x.example.org/"})
    assert answered.status_code in (401, 403)
    assert not Endpoint.objects.exists()

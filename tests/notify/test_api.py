"""Webhooks and changes over HTTP: the exact answers, and whose they are."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from notify.models import Delivery, Endpoint
from tests.conftest import Api
from tests.makers import make_channel, make_event, make_rsvp
from tests.notify.receiver import Receiver
from tests.notify.working import deliver
from tests.tenant_cast import Cast, limited_key, make_cast

URL = "https://hooks.example.org/"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_the_life_of_a_webhook(api: Api, cast: Cast) -> None:
    """Made, read, changed, given a new secret, removed."""
    key = cast.organizer.key
    made = api.post("webhooks", {"url": URL, "events": ["rsvp.created"]}, key)
    body = made.json()
    secret = body.pop("secret")
    assert (made.status_code, secret[:6]) == (201, "whsec_")
    stored = Endpoint.objects.get()
    assert body == {
        "id": str(stored.pk),
        "url": URL,
        "events": ["rsvp.created"],
        "channel_id": None,
        "description": "",
        "enabled": True,
        "disabled_at": None,
        "disabled_reason": None,
        "created_at": f"{stored.created_at:%Y-%m-%dT%H:%M:%SZ}",
    }
    path = f"webhooks/{stored.pk}"
    assert api.get("webhooks/", key).json() == {"webhooks": [body]}
    assert api.get(path, key).json() == body
    changed = api.patch(path, {"enabled": False, "events": []}, key).json()
    assert changed | {"disabled_at": None} == body | {
        "enabled": False,
        "events": [],
        "disabled_reason": "by_hand",
    }
    assert changed["disabled_at"] is not None
    again = api.patch(path, {"enabled": True}, key).json()
    assert (again["enabled"], again["disabled_at"], again["disabled_reason"]) == (True, None, None)
    assert api.post(f"{path}/rotate", token=key).json()["secret"] != secret
    assert api.delete(path, key).status_code == 204
    assert api.get(path, key).status_code == 404
    assert not Endpoint.objects.exists()


def test_for_organizers_secret_keys(api: Api, cast: Cast) -> None:
    """A member's key would read what organizers alone may see; another tenant finds nothing."""
    made = api.post("webhooks", {"url": URL}, cast.organizer.key).json()
    for path in ("webhooks", f"webhooks/{made['id']}", "changes"):
        for who in ("creator", "colleague", "publishable"):
            refused = api.get(path, cast.keys[who])
            assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert api.get("webhooks", cast.outsider.key).json() == {"webhooks": []}
    for act in (api.get, api.delete):
        assert act(f"webhooks/{made['id']}", cast.outsider.key).status_code == 404


def test_a_key_of_one_channel(api: Api, cast: Cast) -> None:
    """Its webhooks hear of that channel, and it sees no other."""
    channel = make_channel(tenant=cast.tenant)
    api.post("webhooks", {"url": URL}, cast.organizer.key)
    limited = limited_key(cast.organizer, channel).key
    made = api.post("webhooks", {"url": URL}, limited).json()
    assert made["channel_id"] == str(channel.pk)
    assert [each["id"] for each in api.get("webhooks", limited).json()["webhooks"]] == [made["id"]]
    other = {"channel_id": str(make_channel("Other", tenant=cast.tenant).pk)}
    assert api.patch(f"webhooks/{made['id']}", other, limited).status_code == 403
    foreign = {"url": URL, "channel_id": str(make_channel("Theirs", tenant=cast.other).pk)}
    refused = api.post("webhooks", foreign, cast.organizer.key)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["channel_id"])


def test_deliveries(api: Api, cast: Cast, receiver: Receiver, queries_of: Any) -> None:
    """Each with its attempts, latest first; replayed and tried out. As many queries for twenty."""
    key = cast.organizer.key
    made = api.post("webhooks", {"url": receiver.at("500?first=1")}, key).json()
    event = cast.event()
    deliver()
    path = f"webhooks/{made['id']}/deliveries"
    (told,) = api.get(path, key).json()["deliveries"]
    (attempt,) = told.pop("attempts")
    stored = Delivery.objects.get()
    assert (attempt["status"], attempt["problem"]) == (500, None)
    assert attempt["duration_ms"] >= 0
    assert told | {"created_at": "", "next_at": ""} == {
        "id": str(stored.pk),
        "type": "event.created",
        "event_id": str(event.id),
        "object_id": str(event.id),
        "state": "waiting",
        "created_at": "",
        "next_at": "",
    }
    waits = api.post(f"{path}/{stored.pk}/replay", token=key)
    assert (waits.status_code, waits.json()["code"]) == (409, "conflict")
    deliver(stored.next_at)
    Delivery.objects.update(next_at=stored.created_at)
    deliver()
    replayed = api.post(f"{path}/{stored.pk}/replay", token=key)
    assert (replayed.status_code, replayed.json()["state"]) == (202, "waiting")
    assert api.post(f"{path}/{uuid4()}/replay", token=key).status_code == 404
    tried = api.post(f"webhooks/{made['id']}/test", token=key)
    assert (tried.status_code, tried.json()["type"]) == (202, "endpoint.test")
    costs = []
    for _ in range(2):
        costs.append(queries_of(lambda: api.get(path, key)))
        for _ in range(18):
            Delivery.objects.create(endpoint_id=made["id"], type="endpoint.test")
    assert costs[0] == costs[1]


@pytest.mark.alone
@pytest.mark.django_db(transaction=True)
def test_changes(api: Api, cast: Cast) -> None:
    """Pages of the feed with the bodies of the Tenant API."""
    event = cast.event(title="Supper")
    make_rsvp(event, name="Ana")
    first = api.get("changes", cast.organizer.key, limit=1).json()
    assert (first["has_more"], list(first)) == (True, ["data", "next_cursor", "has_more"])
    (told,) = first["data"]
    assert (list(told), told["type"]) == (["type", "timestamp", "data"], "event.created")
    assert told["data"] == api.get(f"community-events/{event.id}", cast.organizer.key).json()
    rest = api.get("changes", cast.organizer.key, cursor=first["next_cursor"]).json()
    assert [each["data"]["name"] for each in rest["data"]] == ["Ana"]
    assert not rest["has_more"]
    for query in ({"cursor": "x"}, {"limit": 0}, {"limit": "x"}):
        assert api.get("changes", cast.organizer.key, **query).status_code == 400


def test_the_webhook_of_an_event(api: Api) -> None:
    """One for each event, for its organizers."""
    event = make_event()
    path = f"{event.path}/webhooks"
    assert api.get(path, event.owner_token).json() == {"webhook": None}
    made = api.post(path, {"url": URL}, event.owner_token)
    body = made.json()["webhook"]
    assert (made.status_code, body.pop("secret")[:6], body["proven"]) == (201, "whsec_", False)
    assert api.get(path, event.owner_token).json() == {"webhook": body}
    again = api.post(path, {"url": URL}, event.owner_token)
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert api.get(path, make_event().owner_token).status_code == 403
    assert api.delete(path, event.owner_token).status_code == 204
    assert api.delete(path, event.owner_token).status_code == 404

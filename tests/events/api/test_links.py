"""Links over the Capability API: made, shown once, listed, revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client

from accounts.enums import LinkRole
from events import limits
from events.models import EventLink
from tests.conftest import Api, Clock
from tests.makers import make_door, make_event, make_link, make_rsvp

pytestmark = pytest.mark.django_db
FIELDS = {
    *("id", "role", "label", "created_at", "expires_at", "revoked_at", "last_used_at"),
    *("is_alive", "name", "email", "show_name"),
}


@pytest.mark.parametrize("role", ["cohost", "door", "viewer"])
def test_making_one(api: Api, clock: Clock, role: str) -> None:
    """Token and address in this answer alone; the address opens what the role says."""
    event = make_event()
    until = (clock.now + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    sent = {"role": role, "label": " Kim ", "expires_at": until}
    made = api.post(f"{event.path}/links", sent, event.owner_token)
    assert made.status_code == 201
    link = made.json()["link"]
    assert link.keys() == FIELDS | {"token", "url"}
    assert (link["role"], link["label"], link["expires_at"]) == (role, "Kim", until)
    assert (link["revoked_at"], link["last_used_at"], link["is_alive"]) == (None, None, True)
    assert link["url"].endswith(f"/{link['token']}")
    assert Client().get(urlsplit(link["url"]).path).status_code == 303
    listed = api.get(f"{event.path}/links", event.owner_token).json()["links"]
    assert [each.keys() for each in listed] == [FIELDS]
    assert listed[0]["id"] == link["id"]


@pytest.mark.once
@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "role"),
        ({"role": "owner"}, "role"),
        ({"role": "Door"}, "role"),
        ({"role": 3}, "role"),
        ({"role": "door", "label": "x" * (limits.LINK_LABEL + 1)}, "label"),
        ({"role": "door", "label": 3}, "label"),
        ({"role": "door", "label": "a\x00"}, "label"),
        ({"role": "door", "expires_at": "2001-01-01T00:00:00Z"}, "expires_at"),
        ({"role": "door", "expires_at": "tomorrow"}, "expires_at"),
        ({"role": "door", "expires_at": "9999-12-31T23:59:59Z"}, "expires_at"),
    ],
)
def test_bad_input(api: Api, sent: dict[str, Any], field: str) -> None:
    """400 naming the field, and no link."""
    event = make_event()
    answer = api.post(f"{event.path}/links", sent, event.owner_token)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert EventLink.objects.count() == 1


def test_null_is_no_end(api: Api) -> None:
    """As if expires_at were left out."""
    event = make_event()
    sent = {"role": "viewer", "expires_at": None}
    made = api.post(f"{event.path}/links", sent, event.owner_token)
    assert (made.status_code, made.json()["link"]["expires_at"]) == (201, None)


def test_the_list(api: Api, clock: Clock) -> None:
    """What was handed out, oldest first, by its state; the owner's own link and other events'
    are not in it."""
    event = make_event()
    past = clock.now - timedelta(hours=1)
    make_door(event, "Garden", created_at=clock.now - timedelta(days=9000))
    make_link(event, LinkRole.VIEWER, label="List", expires_at=past)
    make_link(event, LinkRole.COHOST, label="Ben", revoked_at=past)
    make_door(make_event(), "Elsewhere")
    links = api.get(f"{event.path}/links", event.owner_token).json()["links"]
    told = {link["label"]: (link["role"], link["is_alive"]) for link in links}
    assert told == {"Garden": ("door", True), "List": ("viewer", False), "Ben": ("cohost", False)}
    assert links[0]["label"] == "Garden"


def test_revoking(api: Api) -> None:
    """At once, and twice as good as once; the owner's link, other events' and unknown ones are
    not found."""
    event, other = make_event(), make_event()
    token, foreign = make_link(event, LinkRole.VIEWER), make_door(other)
    link = EventLink.objects.get(role=LinkRole.VIEWER)
    for _ in range(2):
        gone = api.delete(f"{event.path}/links/{link.pk}", event.owner_token)
        assert gone.status_code == 204
    assert Client().get(f"/e/{event.id}/view/{token}").status_code == 403
    owner = EventLink.objects.get(event_id=event.id, role=LinkRole.OWNER)
    door = EventLink.objects.get(role=LinkRole.DOOR)
    for link_id in (owner.pk, door.pk, uuid4()):
        answer = api.delete(f"{event.path}/links/{link_id}", event.owner_token)
        assert answer.status_code == 404
    assert Client().get(f"/e/{other.id}/door/{foreign}").status_code == 303


@pytest.mark.parametrize(
    ("who", "status"),
    [(None, 401), (LinkRole.DOOR, 403), (LinkRole.VIEWER, 403), ("guest", 403)],
)
def test_others_stay_out(api: Api, who: Any, status: int) -> None:
    """Links are the organizers' to hand out."""
    event = make_event()
    token = who and (make_rsvp(event).token if who == "guest" else make_link(event, who))
    link = EventLink.objects.get(role=LinkRole.OWNER)
    answers = [
        api.get(f"{event.path}/links", token),
        api.post(f"{event.path}/links", {"role": "viewer"}, token),
        api.delete(f"{event.path}/links/{link.pk}", token),
    ]
    assert [answer.status_code for answer in answers] == [status] * 3


def test_an_unknown_event(api: Api) -> None:
    path = f"/api/v1/events/{uuid4()}/links"
    assert api.get(path).status_code == 404
    assert api.post(path, {"role": "door"}).status_code == 404
    assert api.delete(f"{path}/{uuid4()}").status_code == 404

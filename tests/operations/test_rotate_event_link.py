"""rotate_event_link: a new key to an event, for an owner who lost theirs."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from accounts.enums import LinkRole
from config.links import site_url
from events import limits
from events.addresses import link_url
from events.models import EventLink
from tests.conftest import Api
from tests.makers import MadeEvent, make_event, make_link
from tests.root import refusal, run, run_json

pytestmark = pytest.mark.django_db
COMMAND = "rotate_event_link"


def opens(api: Api, event: MadeEvent, token: str) -> bool:
    """Whether the token opens the organizer's side."""
    return bool(api.get(f"{event.path}/rsvps", token).status_code == 200)


def test_rotating_the_owner_link(api: Api) -> None:
    """The new address alone, so that a shell can catch it; the old link is dead."""
    event = make_event()
    url = run(COMMAND, event.id)
    token = url.rpartition("/")[2]
    assert url == link_url(site_url(), event.id, LinkRole.OWNER, token)
    assert Client().get(urlsplit(url).path).status_code == 303
    assert (opens(api, event, token), opens(api, event, event.owner_token)) == (True, False)


def test_rotating_as_json() -> None:
    """Event, link, role and address."""
    event = make_event()
    link = EventLink.objects.get()
    done = run_json(COMMAND, event.id)
    assert done == {
        "event_id": str(event.id),
        "link_id": str(link.pk),
        "role": "owner",
        "url": done["url"],
    }
    assert done["url"].startswith(f"{site_url()}/e/{event.id}/admin/cvo_")


def test_a_link_of_another_role() -> None:
    """By role, or by id whatever its role; a door link leads to the door."""
    event = make_event()
    make_link(event, LinkRole.COHOST)
    make_link(event, LinkRole.DOOR)
    door = EventLink.objects.get(role=LinkRole.DOOR)
    for options in (["--role", "door"], ["--link", door.pk]):
        done = run_json(COMMAND, event.id, *options)
        token = done["url"].rpartition("/")[2]
        assert (done["link_id"], done["role"]) == (str(door.pk), "door")
        assert done["url"] == link_url(site_url(), event.id, LinkRole.DOOR, token)
        assert Client().get(urlsplit(done["url"]).path).status_code == 303
    assert run_json(COMMAND, event.id, "--role", "cohost")["role"] == "cohost"
    make_link(event, LinkRole.VIEWER)
    viewer = run_json(COMMAND, event.id, "--role", "viewer")
    browser = Client()
    assert browser.get(urlsplit(viewer["url"]).path).status_code == 303
    assert browser.get(f"/e/{event.id}/view").status_code == 200
    door.refresh_from_db()
    assert door.version == 3


def test_a_further_link(api: Api) -> None:
    """--new makes one beside the others, which keep working."""
    event = make_event()
    done = run_json(COMMAND, event.id, "--new", "For Kim", "--role", "cohost")
    made = EventLink.objects.get(pk=done["link_id"])
    assert (made.role, made.label, done["role"]) == ("cohost", "For Kim", "cohost")
    assert opens(api, event, done["url"].rpartition("/")[2])
    assert opens(api, event, event.owner_token)


def test_which_link_is_not_clear() -> None:
    """Several of a role are named by id and label; links that do not work are none of them."""
    event = make_event()
    make_link(event, label="Old", revoked_at=timezone.now())
    make_link(event, label="Over", expires_at=timezone.now() - timedelta(days=1))
    run(COMMAND, event.id)
    first = EventLink.objects.get(label="")
    make_link(event, label="Second")
    second = EventLink.objects.get(label="Second")
    with pytest.raises(CommandError) as problem:
        run(COMMAND, event.id)
    said = f"This event has 2 organizer links: {first.pk} (Organizer), {second.pk} (Second)."
    assert str(problem.value) == said
    assert run_json(COMMAND, event.id, "--link", second.pk)["link_id"] == str(second.pk)


def test_rotations_that_are_refused() -> None:
    """An unknown event, no such link, another event's link, a revoked one, a label too long."""
    event, other = make_event(), make_event()
    make_link(event, LinkRole.DOOR, revoked_at=timezone.now())
    revoked = EventLink.objects.get(role=LinkRole.DOOR)
    foreign = EventLink.objects.get(event_id=other.id)
    assert refusal(COMMAND, uuid4()) == "event_not_found"
    assert refusal(COMMAND, uuid4(), "--new", "Kim") == "event_not_found"
    assert refusal(COMMAND, event.id, "--role", "door") == "no_working_link"
    assert refusal(COMMAND, event.id, "--link", foreign.pk) == "link_not_found"
    assert refusal(COMMAND, event.id, "--link", revoked.pk) == "link_revoked"
    too_long = refusal(COMMAND, event.id, "--new", "x" * (limits.LINK_LABEL + 1))
    assert too_long.startswith("label: ")
    assert "not allowed with" in refusal(COMMAND, event.id, "--new", "a", "--link", revoked.pk)
    assert {link.version for link in EventLink.objects.all()} == {1}

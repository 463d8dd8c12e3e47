"""root_channels: lists, searches and deletes channels; their events stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.domain.api_keys import issue_key
from accounts.models import ApiKey
from channels.domain import rooms
from channels.models import Channel
from config.errors import Conflict, NotFound
from events.domain.channel_changes import delete_channel
from tests.conftest import Api
from tests.makers import make_channel, make_event, make_tenant, make_user
from tests.root import answer, refusal, run, run_json, written

pytestmark = pytest.mark.django_db


def names(*options: object) -> list[str]:
    """The listed channels' names, in order."""
    return [entry["name"] for entry in run_json("root_channels", *options)]


def test_a_channel_in_the_list() -> None:
    """Every field, as text and as JSON."""
    tenant = make_tenant()
    channel = make_channel("Club", tenant=tenant)
    assert run_json("root_channels") == [
        {
            "id": str(channel.pk),
            "visibility": "public",
            "events": 0,
            "slug": "club",
            "name": "Club",
            "tenant": tenant.slug,
            "created_at": written(channel.created_at),
            "last_used_at": written(Channel.objects.get().last_used_at),
        }
    ]
    assert run("root_channels") == f"{channel.pk}  public       0  club  Club"


def test_narrowing_the_list() -> None:
    """By words, tenant and visibility, and page by page."""
    tenant = make_tenant()
    make_channel("Bikes")
    make_channel("Choir", tenant=tenant)
    make_channel("Circle", "private")
    make_event(channel_name="Bikes")
    assert names() == ["Bikes", "Choir", "Circle"]
    assert names("--search", "CIR") == ["Circle"]
    assert names("--tenant", tenant.slug) == ["Choir"]
    assert names("--visibility", "private") == ["Circle"]
    assert names("--limit", 1, "--offset", 1) == ["Choir"]
    assert [entry["events"] for entry in run_json("root_channels")] == [1, 0, 0]
    assert refusal("root_channels", "--tenant", "no") == "tenant_not_found"


def test_the_list_takes_two_queries(queries_of: Callable[[Callable[[], Any]], int]) -> None:
    """However many channels."""
    make_event(channel_name="One")
    few = queries_of(lambda: run("root_channels"))
    for number in range(30):
        make_event(channel_name=f"Hall {number}")
    assert few == queries_of(lambda: run("root_channels")) == 2


def test_deleting_a_channel(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its events leave it, newer than before and no longer featured; its keys end."""
    tenant = make_tenant()
    channel = make_channel("Club", tenant=tenant)
    user = make_user(tenant=tenant)
    issue_key(user=user, channel=channel)
    other_key = issue_key(user=user)
    open_room = make_channel("Open")
    events = [make_event(channel_name="Open", featured=number == 0) for number in range(2)]
    question = "root_channels", "--delete", open_room.pk
    answer(monkeypatch, "\n")
    assert refusal(*question) == "Nothing was done."
    assert Channel.objects.count() == 2
    answer(monkeypatch, "YES\n")
    said = f"Deleted Open ({open_room.pk}). Events without a channel now: 2. API keys deleted: 0."
    assert run(*question) == said
    for event in events:
        stored = event.stored
        assert (stored.channel_id, stored.featured, stored.version) == (None, False, 2)
        assert "channel" not in api.get(event.path).json()["event"]
    done = run_json("root_channels", "--delete", channel.pk, "--yes")
    assert (done["events_left"], done["keys_ended"]) == (0, 1)
    assert ApiKey.objects.get().pk == other_key.id
    assert refusal("root_channels", "--delete", uuid4(), "--yes") == "channel_not_found"


def test_its_banner_goes_after_commit(django_capture_on_commit_callbacks: Any) -> None:
    """The file is there until the row is surely gone."""
    channel = make_channel("Club")
    channel.banner.save("club.png", ContentFile(b"x"))
    with django_capture_on_commit_callbacks() as after_commit:
        delete_channel(channel_id=channel.pk)
    assert default_storage.exists(channel.banner.name)
    for act in after_commit:
        act()
    assert not default_storage.exists(channel.banner.name)
    with pytest.raises(NotFound):
        delete_channel(channel_id=channel.pk)


def test_joining_a_channel_that_goes_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that found the channel a moment before is told so; nothing is half-made."""
    channel = make_channel("Club")
    monkeypatch.setattr(rooms, "_public", lambda name, tenant_id: channel)
    Channel.objects.all().delete()
    with pytest.raises(Conflict, match="channel_deleted"):
        make_event(channel_name="Club")

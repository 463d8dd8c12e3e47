"""Pages of channels: public ones in the list, private ones behind their slug."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from config.kept import KEPT
from events.domain.lifecycle import cancel_event
from tests.makers import make_channel, make_event

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is kept is made of nothing any more."""
    monkeypatch.setattr(KEPT, "_most", 0)


def test_the_list_names_public_channels_by_name(client: Client) -> None:
    make_channel("Walks")
    make_channel("Chess")
    make_channel("Hush", visibility="private")
    page = client.get("/channels")
    assert [each.channel.name for each in page.context["channels"]] == ["Chess", "Walks"]
    assert b"Hush" not in page.content
    found = client.get("/channels?q=che")
    assert [each.channel.name for each in found.context["channels"]] == ["Chess"]
    assert client.get("/channels?q=Hush").context["channels"] == []


@pytest.mark.parametrize("query", ["?page=x", "?page=99", "?page=0", "?past=zzz"])
def test_a_page_that_is_none_is_answered(client: Client, query: str) -> None:
    make_event(channel_name="Walks")
    assert client.get(f"/channels{query}").status_code == 200
    assert client.get(f"/c/walks{query}").status_code == 200


def test_a_search_that_cannot_be_is_refused(client: Client) -> None:
    assert client.get("/channels", {"q": "\x00"}).status_code == 400


def test_a_channel_shows_what_is_coming_and_what_was(client: Client) -> None:
    now = timezone.now()
    room = {"channel_name": "Walks"}
    make_event(title="Later", start_time=now + timedelta(days=2), **room)
    make_event(title="Soon", start_time=now + timedelta(days=1), **room)
    make_event(title="Long ago", start_time=now - timedelta(days=9), **room)
    make_event(title="Lately", start_time=now - timedelta(days=1), **room)
    called_off = make_event(title="Called off", start_time=now + timedelta(days=3), **room)
    cancel_event(event_id=called_off.id)
    make_event(title="Secret", is_private=True, **room)
    page = client.get("/c/walks")
    shown = page.context["events"]
    assert [event.title for event in shown["upcoming"]] == ["Soon", "Later"]
    assert [event.title for event in shown["past"]] == ["Called off", "Lately", "Long ago"]
    assert b"Secret" not in page.content
    assert "Cache-Control" not in page


def test_a_private_channel_opens_to_its_slug_alone(client: Client) -> None:
    channel = make_channel("Hush", visibility="private")
    make_event(title="Secret", is_private=True, channel_name=channel.slug)
    page = client.get(f"/c/{channel.slug}")
    assert [event.title for event in page.context["events"]["upcoming"]] == ["Secret"]
    assert page["Cache-Control"] == "private, no-store"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert client.get("/c/hush").status_code == 404


def test_many_are_counted_no_further(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("channel", "coming_and_past"):
        monkeypatch.setattr(f"pages.{module}.BROWSED_CAP", 2)
    now = timezone.now()
    for number in range(3):
        make_event(channel_name="Walks", start_time=now + timedelta(days=number + 1))
        make_event(channel_name="Walks", start_time=now - timedelta(days=number + 1))
    make_event(channel_name="Chess")
    make_event(channel_name="Chess", start_time=now - timedelta(days=3), end_time=now)
    chess, walks = client.get("/channels").context["channels"]
    assert (chess.said, walks.said) == ("1", "2+")
    pages = client.get("/c/walks").context["pages"]
    assert (pages["upcoming"].total_said, pages["past"].total_said) == ("2+", "2+")


def test_takes_as_many_queries_for_3_events_as_for_20(client: Client, queries_of: Any) -> None:
    for _ in range(3):
        make_event(channel_name="Walks")
    few = queries_of(lambda: client.get("/c/walks"))
    for _ in range(17):
        make_event(channel_name="Walks")
    assert queries_of(lambda: client.get("/c/walks")) == few == 6


def test_the_list_tells_what_comes_next(client: Client, queries_of: Any) -> None:
    """Of what everybody may see, what has gone on for days included; with as many queries for 20
    channels as for 3."""
    now = timezone.now().replace(microsecond=0)
    for number in range(3):
        make_event(channel_name=f"Room {number}", start_time=now + timedelta(days=2))
    few = queries_of(lambda: client.get("/channels"))
    make_event(channel_name="Room 0", start_time=now + timedelta(days=1))
    make_event(channel_name="Room 0", start_time=now - timedelta(days=9))
    make_event(channel_name="Room 0", start_time=now + timedelta(hours=1), is_private=True)
    cancel_event(event_id=make_event(channel_name="Room 0").id)
    make_event(channel_name="Room 1", start_time=now - timedelta(hours=1))
    days_ago, in_a_week = now - timedelta(days=3), now + timedelta(days=7)
    make_event(channel_name="Room 2", start_time=days_ago, end_time=in_a_week)
    make_event(channel_name="Room 4", start_time=days_ago, end_time=in_a_week, is_private=True)
    make_channel("Room 3")
    for number in range(4, 20):
        make_event(channel_name=f"Room {number}")
    assert queries_of(lambda: client.get("/channels")) == few == 4
    listed = {each.channel.name: each for each in client.get("/channels").context["channels"]}
    first, second, third, empty, other = (listed[f"Room {number}"] for number in range(5))
    assert (first.total, first.next.start_time) == (2, now + timedelta(days=1))
    assert (second.total, second.next.status) == (2, "live")
    assert (third.total, third.next.start_time) == (2, days_ago)
    assert (empty.total, empty.next) == (0, None)
    assert other.total == 1

"""What search engines are shown of this site."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from channels.enums import Visibility
from comments.domain.takedown import take_down
from events.domain.lifecycle import cancel_event
from pages import sitemaps
from tests.makers import make_channel, make_event

pytestmark = pytest.mark.django_db
HERE = "http://testserver"


def places(client: Client, path: str = "/sitemap.xml") -> list[str]:
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml; charset=utf-8")
    root = ElementTree.fromstring(answer.content)
    return [each.text or "" for each in root.iter() if each.tag.endswith("}loc")]


def test_home_channels_and_listed_events(client: Client) -> None:
    channel = make_channel("Neighbours")
    make_channel("Circle", visibility=Visibility.PRIVATE)
    event, cancelled = make_event(), make_event()
    cancel_event(event_id=cancelled.id)
    hidden = make_event(is_private=True)
    down = make_event()
    take_down(event_id=down.id)
    found = places(client)
    assert found == [
        f"{HERE}/",
        f"{HERE}/channels",
        f"{HERE}/c/{channel.slug}",
        *(f"{HERE}/e/{each}" for each in sorted([event.id, cancelled.id])),
    ]
    text = client.get("/sitemap.xml").content.decode()
    assert str(hidden.id) not in text
    assert f"<lastmod>{event.row.updated_at:%Y-%m-%dT%H:%M:%SZ}</lastmod>" in text


def test_open_events_that_are_unlisted_are_left_out(client: Client, settings: Any) -> None:
    make_event()
    settings.OPEN_EVENTS = "unlisted"
    assert places(client) == [f"{HERE}/", f"{HERE}/channels"]


@pytest.mark.parametrize(("average", "digits"), [(9, 1), (1, 2)])
def test_too_many_are_an_index_of_parts(
    client: Client, monkeypatch: pytest.MonkeyPatch, average: int, digits: int
) -> None:
    events = [make_event() for _ in range(40)]
    make_event(is_private=True)
    channel = make_channel("Neighbours")
    monkeypatch.setattr(sitemaps, "_MOST", 20)
    monkeypatch.setattr(sitemaps, "_AVERAGE", average)
    monkeypatch.setattr(sitemaps, "_SAMPLE", 16)
    parts = places(client)
    # That many events are told by the first 16, near enough: as more than 16, and as 144 at most.
    assert len(parts) == 1 + 16 + 16**digits
    found = [place for part in parts for place in places(client, part.removeprefix(HERE))]
    assert sorted(found) == sorted(
        [
            *(f"{HERE}/", f"{HERE}/channels", f"{HERE}/c/{channel.slug}"),
            *(f"{HERE}/e/{event.id}" for event in events),
        ]
    )


def test_the_number_of_queries_is_the_same(
    client: Client, queries_of: Callable[[Callable[[], Any]], int]
) -> None:
    make_event()
    few = queries_of(lambda: places(client))
    for number in range(5):
        make_event()
        make_channel(f"Channel {number}")
    assert queries_of(lambda: places(client)) == few == 4


@pytest.mark.parametrize("part", ["events", "events-", "events-g", "events-00000", "people-0"])
def test_other_parts_do_not_exist(client: Client, part: str) -> None:
    assert client.get(f"/sitemap/{part}.xml").status_code == 404


def test_robots_are_told_of_it_and_kept_off_keys(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert re.findall(r"^Sitemap: (.+)$", text, re.MULTILINE) == [f"{HERE}/sitemap.xml"]
    for path in ("/e/*/admin", "/e/*/rsvp", "/s/*/admin", "/mail/", "/feeds/", "/mine"):
        assert f"Disallow: {path}\n" in text

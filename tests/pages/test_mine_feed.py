"""The calendar of what a browser keeps: read by its address, which is a key, and ended with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from events.domain.lifecycle import cancel_event
from pages.mine import DEVICE_COOKIE
from tests.makers import make_event
from tests.pages.test_mine import TYPED, answered, feed_of, in_feed, keeps, listed

pytestmark = pytest.mark.django_db


def test_what_the_browser_hosts_and_attends() -> None:
    browser = Client()
    browser.post("/new", TYPED | {"location": "Town hall", "hide_location": "on"}, follow=True)
    off = make_event(title="Off")
    keeps(browser, make_event(title="Going"), off)
    browser.get(answered(make_event(title="Maybe"), browser, attendance="interested")["Location"])
    cancel_event(event_id=off.id)
    found = in_feed(browser)
    assert found.keys() == {"Lantern walk", "Going", "Off"}
    assert str(found["Lantern walk"]["LOCATION"]) == "Town hall"
    assert str(found["Off"]["STATUS"]) == "CANCELLED"
    assert set(listed(browser)["upcoming"]) == {*found, "Maybe"}


def test_is_asked_for_again_at_little_cost(queries_of: Callable[..., int]) -> None:
    event = make_event()
    browser = keeps(Client(), event)
    feed = feed_of(browser)
    first = Client().get(feed)
    for line in (b"REFRESH-INTERVAL", b"X-PUBLISHED-TTL", b"X-WR-CALNAME"):
        assert line in first.content
    assert (first["Cache-Control"], first["X-Robots-Tag"]) == (
        "private, no-store",
        "noindex, nofollow",
    )
    headers = {"If-None-Match": first["ETag"]}
    assert Client().get(feed, headers=headers).status_code == 304
    # The user who is none, the device, the versions.
    assert queries_of(lambda: Client().get(feed, headers=headers)) == 3
    cancel_event(event_id=event.id)
    assert Client().get(feed, headers=headers).status_code == 200


def test_its_address_is_replaced() -> None:
    browser = keeps(Client(), make_event())
    old = feed_of(browser)
    assert browser.post("/mine/feed")["Location"] == "/mine"
    assert Client().get(old).status_code == 404
    assert Client().get(feed_of(browser)).status_code == 200


def test_it_reads_and_opens_nothing_else() -> None:
    event = make_event()
    browser = keeps(Client(), event)
    token = feed_of(browser)[len("/feeds/") : -len(".ics")]
    for cookie in (DEVICE_COOKIE, "convene_guest", "convene_owner"):
        reader = Client()
        reader.cookies[cookie] = token
        assert reader.get("/mine").context.get("device") is None
        assert reader.get(f"/e/{event.id}/admin").status_code in (401, 403)

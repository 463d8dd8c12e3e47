"""A community's events as a calendar to subscribe to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import icalendar
import pytest
from django.test import Client

from tests.community_cast import Community, make_community
from tests.conftest import Api, headers_of

pytestmark = pytest.mark.once


@pytest.fixture
def community(api: Api) -> Community:
    return make_community(api)


def titles(response: Any) -> set[str]:
    calendar: Any = icalendar.Calendar.from_ical(response.content)
    return {str(each["SUMMARY"]) for each in calendar.walk("VEVENT")}


def test_what_everybody_may_read(community: Community) -> None:
    """Whoever's key it is: no private event, no hidden place, nothing of another channel."""
    community.event(title="Open", location="Elm St 1")
    community.event(title="Guarded", hide_location=True, location="Zwiebelgasse 7")
    community.event(title="Hush", is_private=True)
    community.cast.event(title="Elsewhere")
    for key in ("secret", "publishable", "organizer", "reads", "limited"):
        response = community.get(f"{community.path}/events.ics", key)
        assert response.status_code == 200
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert response["Content-Disposition"] == 'inline; filename="Club.ics"'
        assert titles(response) == {"Open", "Guarded"}
        assert b"Elm St 1" in response.content
        assert b"Zwiebelgasse" not in response.content


def test_a_publishable_key_may_stand_in_the_address(community: Community) -> None:
    """For programs that send no headers; what it opened is kept out of caches all the same."""
    community.event(title="Open")
    path, key = f"/api/v1/{community.path}/events.ics", community.keys["publishable"]
    response = Client().get(f"{path}?key={key}", headers={"Accept": "text/calendar"})
    assert (response.status_code, titles(response)) == (200, {"Open"})
    unchanged = Client().get(f"{path}?key={key}", headers={"If-None-Match": response["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    for answer in (response, unchanged):
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"].startswith("noindex")
        assert str(key) not in str(headers_of(answer))
    assert Client().head(f"{path}?key={key}")["ETag"] == response["ETag"]


@pytest.mark.parametrize(
    "query", ["key={secret}", "key={publishable}&key={secret}", "key=sk_live_x"]
)
def test_a_secret_key_may_not(community: Community, query: str) -> None:
    """Even if it is nobody's, or a good one comes along."""
    keys = {
        name: str(key) for name, key in community.keys.items() if name in ("secret", "publishable")
    }
    path = f"/api/v1/{community.path}/events.ics?{query.format(**keys)}"
    for headers in ({}, {"X-API-Key": keys["secret"]}):
        answer = Client().get(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "secret_key_in_address")
        assert keys["secret"] not in answer.content.decode()


def test_who_is_refused(community: Community) -> None:
    """As everywhere in the Communities API."""
    path = f"{community.path}/events.ics"
    for key, status in (
        *((None, 401), ("revoked", 401), ("outsider", 404), ("limited elsewhere", 404)),
        ("sells", 403),
    ):
        answer = community.api.get(path, key and community.keys[key])
        assert answer.status_code == status, key
    for key, status in ((community.keys["revoked"], 403), ("garbage", 401), ("", 401)):
        assert Client().get(f"/api/v1/{path}?key={key}").status_code == status
    other = f"/api/v1/{community.path}/events?key={community.keys['publishable']}"
    assert Client().get(other).status_code == 401  # feeds alone read keys from addresses


def test_it_costs_the_same_for_3_events_and_for_60(
    community: Community, queries_of: Callable[[Callable[[], Any]], int]
) -> None:
    """The key, the channel, the versions of what is to come and of what was, the rows; 304 goes
    without the rows."""
    path, key = f"/api/v1/{community.path}/events.ics", str(community.keys["publishable"])
    counts = []
    for more in (3, 57):
        for _ in range(more):
            community.event()
        headers = {"X-API-Key": key}
        headers |= {"If-None-Match": Client().get(path, headers=headers)["ETag"]}
        counts.append(
            (
                queries_of(lambda: Client().get(path, headers={"X-API-Key": key})),
                queries_of(lambda headers=headers: Client().get(path, headers=headers)),
            )
        )
    assert counts == [(5, 4), (5, 4)]

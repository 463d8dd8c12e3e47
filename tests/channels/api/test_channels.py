"""Channels in the Capability API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Api
from tests.makers import make_channel, make_event, make_tenant
from tests.wording import in_words


def slugs(response: Any) -> list[str]:
    assert response.status_code == 200
    return [channel["slug"] for channel in response.json()["channels"]]


def test_the_list_whole(api: Api) -> None:
    """Public channels by name, with pagination."""
    channel = make_channel("ATX Cigars")
    channel.refresh_from_db()
    assert api.get("channels").json() == {
        "channels": [
            {
                "id": str(channel.id),
                "name": "ATX Cigars",
                "slug": "atx-cigars",
                "visibility": "public",
                "description": None,
                "created_at": f"{channel.created_at:%Y-%m-%dT%H:%M:%S}Z",
                "last_used_at": f"{channel.last_used_at:%Y-%m-%dT%H:%M:%S}Z",
            }
        ],
        "pagination": {
            "page": 1,
            "per_page": 10,
            "total_pages": 1,
            "total_channels": 1,
            "total_is_capped": False,
            "has_prev": False,
            "has_next": False,
            "prev_page": None,
            "next_page": None,
        },
    }


def test_pages_and_words(api: Api) -> None:
    """By name, capped at 50 a page; q looks into the name in any case."""
    for number in range(52):
        make_channel(f"Room {number:02}")
    make_channel("Salsa Club")
    first = api.get("channels", per_page=99)
    assert slugs(first) == [f"room-{number:02}" for number in range(50)]
    assert first.json()["pagination"]["per_page"] == 50
    assert slugs(api.get("channels", per_page=50, page=2)) == ["room-50", "room-51", "salsa-club"]
    assert slugs(api.get("channels", page=9)) == []
    assert slugs(api.get("channels", q=" SALSA ")) == ["salsa-club"]
    assert slugs(api.get("channels", q="%")) == []
    assert slugs(api.get("channels", q="", per_page=99)) == slugs(first)


@pytest.mark.once
@pytest.mark.parametrize("q", ["\0", "x" * 121])
def test_words_that_cannot_be(api: Api, q: str) -> None:
    """400 naming the parameter."""
    response = api.get("channels", q=q)
    assert (response.status_code, list(response.json()["errors"])) == (400, ["q"])


def test_private_channels_are_in_no_list(api: Api) -> None:
    """Not by page, not by words, not in the total."""
    make_channel("Secret Circle", "private")
    for query in ({}, {"q": "Secret"}):
        body = api.get("channels", **query).json()
        assert (body["channels"], body["pagination"]["total_channels"]) == ([], 0)


def test_detail_of_a_public_channel(api: Api) -> None:
    """The channel and its public events by start, in the shapes of the lists."""
    later = make_event(channel_name="Club", start_time="2032-01-01T00:00:00Z")
    sooner = make_event(channel_name="Club", start_time="2031-01-01T00:00:00Z")
    make_event(channel_name="Club", is_private=True)
    make_event()
    body = api.get("channels/club").json()
    assert body.keys() == {"channel", "events", "pagination"}
    assert body["channel"] == api.get("channels").json()["channels"][0]
    listed = {event["id"]: event for event in api.get("events").json()["events"]}
    assert body["events"] == [listed[str(sooner.id)], listed[str(later.id)]]
    assert body["pagination"]["total_events"] == 2


def test_detail_of_a_private_channel_by_its_secret_slug(api: Api) -> None:
    """Then with its private events."""
    circle = make_channel("Circle", "private")
    event = make_event(channel_name=circle.slug, is_private=True)
    body = api.get(f"channels/{circle.slug}").json()
    assert (body["channel"]["slug"], body["channel"]["visibility"]) == (circle.slug, "private")
    assert [each["id"] for each in body["events"]] == [str(event.id)]


@pytest.mark.once
def test_an_almost_right_slug_and_an_unknown_one_look_alike(api: Api) -> None:
    """Nothing tells that a private channel exists."""
    circle = make_channel("Circle", "private")
    answers = [api.get(f"channels/{slug}") for slug in ("circle", circle.slug[:-1], "never-was")]
    expected = (404, {"detail": in_words("channel_not_found"), "code": "not_found"})
    assert [(each.status_code, each.json()) for each in answers] == [expected] * 3


def test_creating_events_tells_nothing_of_a_private_channel(api: Api) -> None:
    """Naming a private channel answers as if it had never been."""

    def answer(name: str) -> Any:
        sent = {"title": "T", "start_time": "2031-01-01", "channel_name": name}
        body = api.post("events", sent).json()["event"]["channel"]
        return body["name"] == name, body["slug"], body["visibility"]

    make_channel("Circle", "private")
    assert answer("Circle") == (True, "circle", "public")
    assert answer("Square") == (True, "square", "public")


def test_detail_pages(api: Api) -> None:
    """Ten events to a page unless asked otherwise, 50 at most."""
    for _ in range(12):
        make_event(channel_name="Club")
    assert len(api.get("channels/club").json()["events"]) == 10
    body = api.get("channels/club", page=2, per_page=99).json()
    assert (body["events"], body["pagination"]["per_page"]) == ([], 50)


@pytest.mark.once
def test_a_tenants_channel_refuses_strangers_events(api: Api, everything_stored: Any) -> None:
    """A clear 403, and nothing is made."""
    make_channel("Acme Club", tenant=make_tenant())
    stored = everything_stored()
    sent = {"title": "T", "start_time": "2031-01-01", "channel_name": "Acme Club"}
    response = api.post("events", sent)
    assert response.status_code == 403
    assert response.json() == {
        "detail": in_words("channel_of_organisation"),
        "code": "not_allowed",
    }
    assert everything_stored() == stored


@pytest.mark.once
def test_nobody_renames_an_open_channel(api: Api) -> None:
    """A joining event's spelling changes nothing."""
    make_channel("ATX Cigars")
    sent = {"title": "T", "start_time": "2031-01-01", "channel_name": "atx CIGARS"}
    assert api.post("events", sent).json()["event"]["channel"]["name"] == "ATX Cigars"

"""The organizer's list of answers: shape, filters and totals."""

from __future__ import annotations

from typing import Any

import pytest

from rsvps.domain.approval import approve, reject
from tests.conftest import Api
from tests.makers import MadeEvent, MadeRsvp, make_event, make_rsvp


def names(response: Any) -> list[str]:
    assert response.status_code == 200
    return [rsvp["name"] for rsvp in response.json()["rsvps"]]


@pytest.fixture
def full_house(api: Api) -> MadeEvent:
    """One event with answers of every kind."""
    event = make_event(title="Full house")
    make_rsvp(event, name="Ann", guest_count=2)
    make_rsvp(event, name="Bob", guest_count=1, is_private=True, email="bob@example.org")
    make_rsvp(event, name="Cem", attendance="interested", guest_count=1)
    make_rsvp(event, name="Dee", attendance="not_going")
    rejected = make_rsvp(event, name="Eve", guest_count=4)
    reject(event_id=event.id, rsvp_id=rejected.id)
    asked = make_event(approval_required=True)
    make_rsvp(asked, name="Elsewhere")
    return event


STATS = {
    "yes_count": 2,
    "yes_guest_count": 3,
    "yes_total": 5,
    "maybe_count": 1,
    "maybe_guest_count": 1,
    "maybe_total": 2,
    "no_count": 1,
    "no_guest_count": 0,
    "no_total": 1,
    "pending_count": 0,
    "rejected_count": 1,
    "waitlisted_count": 0,
}


def test_shape(api: Api, full_house: MadeEvent) -> None:
    """Event, answers, stats and pagination, each whole; private answers are among them."""
    event = full_house
    response = api.get(f"{event.path}/rsvps", event.owner_token)
    body = response.json()
    assert names(response) == ["Ann", "Bob", "Cem", "Dee", "Eve"]
    assert body.keys() == {"event", "rsvps", "stats", "pagination"}
    assert body["stats"] == STATS
    assert body["pagination"] == {
        "page": 1,
        "per_page": 500,
        "total_pages": 1,
        "total_rsvps": 5,
        "total_is_capped": False,
        "has_prev": False,
        "has_next": False,
        "prev_page": None,
        "next_page": None,
    }
    detail = api.get(event.path, event.owner_token).json()["event"]
    assert body["event"] == {name: detail[name] for name in body["event"]}
    beside = {"host_email", "host_digest", "reminders"}
    assert body["event"].keys() == api.get("events").json()["events"][0].keys() | beside


def test_each_answer_carries_its_guests_token(api: Api, full_house: MadeEvent) -> None:
    """As documented: the organizer can hand a lost link out again. The ticket is the guest's."""
    event = full_house
    for rsvp in api.get(f"{event.path}/rsvps", event.owner_token).json()["rsvps"]:
        own = api.get(f"{event.path}/rsvps/self", rsvp["rsvp_token"]).json()["rsvp"]
        assert own.pop("messages") == []
        assert rsvp.pop("same_email") == []
        ticket = own.pop("ticket", None)
        assert own == rsvp
        assert (ticket is None) is (rsvp["name"] in ("Cem", "Dee", "Eve"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status": "yes"}, ["Ann", "Bob", "Eve"]),
        ({"status": "maybe"}, ["Cem"]),
        ({"status": "no"}, ["Dee"]),
        ({"approval_status": "approved"}, ["Ann", "Bob", "Cem", "Dee"]),
        ({"approval_status": "rejected"}, ["Eve"]),
        ({"approval_status": "pending"}, []),
        ({"status": "yes", "approval_status": "approved"}, ["Ann", "Bob"]),
        ({"q": "an"}, ["Ann"]),
        ({"q": "BOB@EXAMPLE"}, ["Bob"]),
        ({"q": "%"}, []),
        ({"q": "e", "status": "no"}, ["Dee"]),
        ({"per_page": 2}, ["Ann", "Bob"]),
        ({"per_page": 2, "page": 3}, ["Eve"]),
        ({"page": 9}, []),
    ],
)
def test_filters_narrow_the_list_and_not_the_stats(
    api: Api, full_house: MadeEvent, query: dict[str, Any], expected: list[str]
) -> None:
    """Stats are always over all of the event's answers."""
    response = api.get(f"{full_house.path}/rsvps", full_house.owner_token, **query)
    assert names(response) == expected
    assert response.json()["stats"] == STATS


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "going"),
        ("approval_status", "yes"),
        ("page", "0"),
        ("per_page", "x"),
        ("q", "\0"),
        ("q", "x" * 121),
    ],
)
def test_filters_that_cannot_be(api: Api, full_house: MadeEvent, name: str, value: str) -> None:
    """400 naming the parameter."""
    response = api.get(f"{full_house.path}/rsvps", full_house.owner_token, **{name: value})
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [name]


@pytest.mark.once
def test_per_page_is_capped_and_says_so(api: Api, full_house: MadeEvent) -> None:
    """At 500."""
    response = api.get(f"{full_house.path}/rsvps", full_house.owner_token, per_page=501)
    assert response.json()["pagination"]["per_page"] == 500


def test_waiting_answers_are_counted_apart(api: Api) -> None:
    """Pending ones are in no yes_count until they are approved."""
    event = make_event(approval_required=True)
    waiting: MadeRsvp = make_rsvp(event, guest_count=1)

    def stats() -> list[int]:
        body = api.get(f"{event.path}/rsvps", event.owner_token).json()["stats"]
        return [body[name] for name in ("yes_count", "yes_total", "pending_count")]

    assert stats() == [0, 0, 1]
    approve(event_id=event.id, rsvp_id=waiting.id)
    assert stats() == [1, 2, 0]


def test_the_stats_add_up_with_the_public_counts(api: Api, full_house: MadeEvent) -> None:
    """What an organizer reads is what the event's page counts."""
    event = full_house
    detail = api.get(event.path).json()["event"]
    assert detail["yes_count"] == STATS["yes_total"]
    assert detail["rsvp_counts"] == {
        "public": 3,
        "private": 1,
        "public_party_size": 6,
        "private_party_size": 2,
    }

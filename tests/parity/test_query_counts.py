"""Lists cost the same number of queries for three rows and for thirty; the numbers are written
down, so that a change of one is a decision."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.conf import settings

from comments.domain.comments import Commenter, post_comment
from comments.domain.messages import announce
from tests.conftest import Api
from tests.makers import MadeEvent, make_channel, make_event, make_rsvp, make_tier

FEW, MANY = 3, 30
Count = Callable[[Callable[[], Any]], int]


@pytest.fixture
def event(api: Api) -> MadeEvent:
    """An event whose owner link was just used, so that its use is not noted again."""
    event = make_event(channel_name="Club")
    api.get(event.path, event.owner_token)
    return event


def fill(event: MadeEvent, rows: int) -> None:
    for number in range(rows):
        make_event(channel_name="Club")
        make_channel(f"Room {event.id} {number}")
        make_rsvp(event, name=f"Guest {number}", is_private=number % 2 == 0)
        announce(event_id=event.id, content=f"{number}")
        post_comment(
            thread=("event", str(event.id)),
            by=Commenter(by_host=True),
            tenant_id=None,
            content=f"{number}",
        )


def costs(count: Count, event: MadeEvent, *calls: Callable[[], Any]) -> list[list[int]]:
    """Queries of each call with few rows, and of each with many."""
    found = []
    for rows in (FEW, MANY - FEW):
        fill(event, rows)
        found.append([count(lambda call=call: _succeed(call)) for call in calls])
    return found


def _succeed(call: Callable[[], Any]) -> None:
    assert call().status_code in (200, 201)


CALLS: dict[str, tuple[int, Callable[[Api, MadeEvent], Any]]] = {
    # the total and the page
    "events": (2, lambda api, event: api.get("events", per_page=50)),
    # on SQLite also how frequent the words are, for each
    "events by words": (
        5 if settings.ON_SQLITE else 3,
        lambda api, event: api.get("events", q="party", channel="club"),
    ),
    "upcoming events": (3, lambda api, event: api.get("events", upcoming="true", per_page=50)),
    # a cursor counts nothing
    "events by cursor": (1, lambda api, event: api.get("events", cursor="", per_page=50)),
    # the link, the total, the page
    "events for an owner": (3, lambda api, event: api.get("events", event.owner_token)),
    "channels": (2, lambda api, event: api.get("channels", per_page=50)),
    # the channel, the total, the page
    "channel": (3, lambda api, event: api.get("channels/club", per_page=50)),
    # the event, its answers, its announcements
    "event": (3, lambda api, event: api.get(event.path)),
    "event for an owner": (4, lambda api, event: api.get(event.path, event.owner_token)),
    "ics": (1, lambda api, event: api.get(f"{event.path}/event.ics")),
    # the event, the total, the page; the link
    "messages": (3, lambda api, event: api.get(f"{event.path}/messages", per_page=50)),
    # the event, the total, the page
    "comments": (3, lambda api, event: api.get(f"{event.path}/comments", per_page=50)),
    # the link, the event, the total, the page, how far the mails have come
    "messages for an owner": (
        5,
        lambda api, event: api.get(f"{event.path}/messages", event.owner_token, per_page=50),
    ),
    # the link, the event, the total, the page, the stats
    "owner list": (5, lambda api, event: api.get(f"{event.path}/rsvps", event.owner_token)),
}


# What authentication needs, and the event: nothing else is read for what the reader has already.
KNOWN: dict[str, tuple[int, str, str | None]] = {
    "event": (1, "", None),
    "event for its owner": (2, "", "owner"),
    "event for a guest": (2, "", "guest"),
    "ics": (1, "/event.ics", None),
    "tiers": (1, "/tiers", None),
    "own RSVP": (2, "/rsvps/self", "guest"),
    "own messages": (2, "/rsvps/self/messages", "guest"),
    "owner list": (2, "/rsvps", "owner"),
    "door": (2, "/check-ins", "owner"),
}


@pytest.mark.parametrize("call", KNOWN)
def test_reading_what_is_known(api: Api, event: MadeEvent, queries_of: Count, call: str) -> None:
    """A 304 costs the same at any size, and next to nothing."""
    expected, path, who = KNOWN[call]
    tokens = {"owner": event.owner_token, "guest": make_rsvp(event).token, None: None}
    fill(event, FEW)
    headers = {"Authorization": f"Bearer {tokens[who]}"} if who else {}
    tag = api.client.get(f"{event.path}{path}", headers=headers)["ETag"]

    def again() -> None:
        answer = api.client.get(f"{event.path}{path}", headers={"If-None-Match": tag, **headers})
        assert answer.status_code == 304

    assert queries_of(again) == expected


@pytest.mark.once
def test_reading(api: Api, event: MadeEvent, queries_of: Count) -> None:
    """The same number at both sizes, and this number."""
    calls = [partial(act, api, event) for _, act in CALLS.values()]
    few, many = (dict(zip(CALLS, found, strict=True)) for found in costs(queries_of, event, *calls))
    assert few == many == {name: expected for name, (expected, _) in CALLS.items()}


def test_writing(api: Api, event: MadeEvent, queries_of: Count) -> None:
    """An answer costs the same on an empty event and on a full hall: BEGIN's savepoint, the lock,
    the counters, the row, the savepoint's release."""
    sent = {"name": "Sky", "status": "yes"}
    answer = costs(queries_of, event, lambda: api.post(f"{event.path}/rsvps", sent))
    assert answer == [[5], [5]]


def test_tickets(api: Api, event: MadeEvent, queries_of: Count) -> None:
    """Tiers with their forms are the event, the tiers, the questions; a ticket costs an answer
    four more: the tiers, the form, the tier's room, its counter. For one tier and for twenty."""
    found = []
    for rows in (1, 19):
        for _ in range(rows):
            tier = make_tier(event, questions=[{"label": "Q"}])
            make_rsvp(event, tier_id=tier.pk)
        sent = {"name": "Sky", "status": "yes", "tier_id": str(tier.pk)}
        calls = (
            lambda: api.get(f"{event.path}/tiers"),
            lambda sent=sent: api.post(f"{event.path}/rsvps", sent),
        )
        found.append([queries_of(lambda call=call: _succeed(call)) for call in calls])
    assert found == [[3, 9], [3, 9]]

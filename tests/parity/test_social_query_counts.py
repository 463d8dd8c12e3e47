"""The Social API's lists cost the same number of queries for five rows and for a hundred, with all
they send along; the numbers are written down, so that a change of one is a decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Api
from tests.makers import MadeEvent, make_channel, make_rsvp
from tests.social_cast import Social, make_social
from tests.tenant_cast import make_member

pytestmark = [pytest.mark.slow, pytest.mark.once]

FEW, MANY = 5, 100
Count = Callable[[Callable[[], Any]], int]

# The key, the rows, one's answers to them; streams, people, covers, channels with their posts and
# members (3), posts, comments on them.
_ALL = 11
ADDRESSES: dict[tuple[str, str], int] = {
    ("colleague", "events?limit=100"): _ALL,
    ("creator", "events?limit=100"): _ALL,
    ("organizer", "events?limit=100"): _ALL,
    ("superuser", "events?limit=100"): _ALL,
    ("publishable", "events?limit=100"): _ALL - 1,
    ("colleague", "events?limit=100&sortBy=createdAt&orderBy=desc"): _ALL,
    ("colleague", "events?limit=100&status=scheduled&type=in_person&tags=jazz"): _ALL,
    ("colleague", "events?limit=100&originId={channel}"): _ALL,
    ("colleague", "events?limit=100&userId={colleague}&onlyAttendee=true"): _ALL,
    ("colleague", "events/{event}"): _ALL,
    ("creator", "events/{event}"): _ALL - 1,
    # the key, the event, one's answer to it, the rows; streams, people, covers
    ("colleague", "events/{event}/rsvp?limit=100"): 7,
    ("organizer", "events/{event}/rsvp?limit=100"): 6,
    # the key, the rows, their events, one's answers to these; streams, people, covers
    ("colleague", "events/me/rsvps?limit=100"): 7,
    # the key, the event, the answer, the event and one's answer as they are now; and these three
    ("colleague", "events/{event}/me/rsvp"): 8,
    # the key, the event, one's answer to it, the stream
    ("colleague", "events/{event}/room"): 4,
    # the key, the rooms, their events; then as for a list of events
    ("colleague", "rooms?limit=100"): _ALL + 1,
    ("organizer", "rooms?limit=100"): _ALL + 1,
    ("publishable", "rooms?limit=100"): _ALL,
}


@pytest.fixture
def social(api: Api) -> Social:
    """Who calls."""
    return make_social(api)


@pytest.fixture
def event(social: Social) -> MadeEvent:
    """One event that names everything, answered by the colleague."""
    event = social.rich(tags=["jazz"])
    make_rsvp(event, user=social.cast.colleague.user)
    return event


def fill(social: Social, event: MadeEvent, rows: int) -> None:
    """Events that name everything, each its own, answers of several people to them and to the one
    event."""
    for number in range(rows):
        member = make_member(social.cast.tenant)
        own = make_channel(f"C{member.id}", tenant=social.cast.tenant)
        channel = social.channel if number % 2 else own
        another = social.rich(channel_id=channel.pk, tags=["jazz"])
        make_rsvp(another, user=social.cast.colleague.user)
        make_rsvp(event, user=member.user, is_private=number % 3 == 0)


def test_reading(social: Social, event: MadeEvent, queries_of: Count) -> None:
    """The same number at both sizes, and this number."""
    names = {
        "event": event.id,
        "channel": social.channel.pk,
        "colleague": social.cast.colleague.id,
    }
    found: list[dict[tuple[str, str], int]] = []
    for rows in (FEW - 1, MANY - FEW):
        fill(social, event, rows)
        found.append({})
        for who, address in ADDRESSES:
            path, _, query = address.format(**names).partition("?")
            asked = dict(pair.split("=") for pair in query.split("&") if pair)

            def call(path: str = path, who: str = who, asked: Any = asked) -> None:
                assert social.get(path, who, asked).status_code == 200

            found[-1][who, address] = queries_of(call)
    assert len(social.get("events", limit=100).json()["rooms"]) == MANY
    assert found[0] == ADDRESSES
    assert found[1] == ADDRESSES


def test_deep_pages(social: Social, event: MadeEvent, queries_of: Count) -> None:
    """A token costs nothing, wherever it leads and whichever way."""
    fill(social, event, 12)
    body = social.get("events", limit=5).json()
    second = social.get("events", limit=5, token=body["paging"]["next"]).json()
    for way in ("next", "previous"):
        token = second["paging"][way]
        assert queries_of(lambda token=token: social.get("events", limit=5, token=token)) == _ALL


def test_writing(social: Social, event: MadeEvent, queries_of: Count) -> None:
    """An answer costs the same on an empty event and on a full hall: the key, the event, BEGIN's
    savepoint, the lock, one's answer, the counters, the row, what is told, the savepoint's
    release; then the event and one's standing to it, and what is sent along."""
    found = []
    for rows in (FEW - 1, MANY - FEW):
        fill(social, event, rows)
        newcomer = make_member(social.cast.tenant)
        assert newcomer.actor.presented
        social.keys["newcomer"] = newcomer.key
        sent = {"status": "going"}

        def call(sent: Any = sent) -> None:
            answered = social.send("POST", f"events/{event.id}/rsvp", sent, "newcomer")
            assert answered.status_code == 200

        found.append(queries_of(call))
    assert found == [14, 14]

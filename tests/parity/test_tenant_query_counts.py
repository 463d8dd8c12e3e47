"""The Tenant API's lists cost the same number of queries for three rows and for thirty; the numbers
are written down, so that a change of one is a decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from channels.models import Channel
from tests.conftest import Api
from tests.makers import MadeEvent, make_channel, make_rsvp
from tests.tenant_cast import COMMENTS, EVENTS, Cast, comment_by, make_cast, make_member, soon

pytestmark = [pytest.mark.slow, pytest.mark.once]

FEW, MANY = 3, 30
Count = Callable[[Callable[[], Any]], int]

# The key, the rows, the total; then, for a key that is somebody, one's answers to them.
ADDRESSES: dict[tuple[str, str], int] = {
    ("colleague", f"{EVENTS}?limit=100"): 4,
    ("creator", f"{EVENTS}?limit=100"): 4,
    ("organizer", f"{EVENTS}?limit=100"): 4,
    ("publishable", f"{EVENTS}?limit=100"): 3,
    ("colleague", f"{EVENTS}?filter_type=upcoming&limit=100"): 4,
    ("colleague", f"{EVENTS}?filter_type=past&limit=100"): 4,
    ("creator", f"{EVENTS}?filter_type=my_events&limit=100"): 4,
    ("colleague", f"{EVENTS}?group_id={{group}}&limit=100"): 4,
    ("colleague", f"{EVENTS}/browse?limit=100"): 4,
    ("colleague", f"{EVENTS}/browse?sort_by=attendee_count&sort_order=desc&limit=100"): 4,
    ("colleague", f"{EVENTS}/my-events?limit=100"): 4,
    ("colleague", f"{EVENTS}/my-events?status_filter=going&limit=100"): 4,
    # the key, the event, one's answer to it, the rows
    ("colleague", f"{EVENTS}/{{event}}/attendees"): 4,
    ("colleague", f"{EVENTS}/{{event}}/rsvps?limit=100"): 4,
    # the key, the link's version
    ("colleague", f"{EVENTS}/my-feed"): 2,
    # the key, the event, the rows, every kind of answer counted
    ("creator", f"{EVENTS}/{{event}}/attendees"): 4,
    ("creator", f"{EVENTS}/{{event}}/rsvps?limit=100"): 4,
    # the key, the event, one's answer to it
    ("colleague", f"{EVENTS}/{{event}}"): 3,
    ("colleague", f"{EVENTS}/{{event}}/export/ical"): 3,
    # the key, the rows, the total; on an event, the event and one's answer to it
    ("colleague", f"{COMMENTS}/video/123?limit=100"): 3,
    ("anonymous", f"{COMMENTS}/video/123?limit=100"): 2,
    ("colleague", f"{COMMENTS}/event/{{event}}?limit=100"): 5,
}


# The key and the event.
KNOWN = ("{event}", "{event}/export/ical", "{event}/tiers", "{event}/attendees", "{event}/rsvps")


@pytest.fixture
def cast(db: None) -> Cast:
    """Who calls."""
    return make_cast()


@pytest.fixture
def group(cast: Cast) -> Channel:
    """A channel of the tenant."""
    return make_channel("Club", tenant=cast.tenant)


@pytest.fixture
def event(cast: Cast, group: Channel) -> MadeEvent:
    """One event in it."""
    return cast.event(channel_id=group.pk)


def fill(cast: Cast, group: Channel, event: MadeEvent, rows: int) -> None:
    """Events and answers of several people, answers to the one event, comments."""
    for number in range(rows):
        another = cast.event(channel_id=group.pk)
        make_rsvp(another, user=cast.colleague.user)
        cast.event(start_time=soon(days=-1))
        make_rsvp(event, user=make_member(cast.tenant).user, is_private=number % 3 == 0)
        comment_by(cast.creator)
        comment_by(cast.colleague, "event", str(event.id))


def succeed(call: Callable[[], Any]) -> None:
    """Calls, and holds that it was answered."""
    response = call()
    assert response.status_code in (200, 201), response.content


def test_reading(api: Api, cast: Cast, group: Channel, event: MadeEvent, queries_of: Count) -> None:
    """The same number at both sizes, and this number."""
    found: list[dict[tuple[str, str], int]] = []
    for rows in (FEW, MANY - FEW):
        fill(cast, group, event, rows)
        found.append({})
        for who, address in ADDRESSES:
            path, key = address.format(event=event.id, group=group.pk), cast.keys[who]

            def call(path: str = path, key: str | None = key) -> Any:
                return api.get(path, key)

            found[-1][who, address] = queries_of(lambda call=call: succeed(call))
    assert found[0] == ADDRESSES
    assert found[1] == ADDRESSES


def test_writing(api: Api, cast: Cast, group: Channel, event: MadeEvent, queries_of: Count) -> None:
    """An answer costs the same on an empty event and on a full hall: the key, the event, BEGIN's
    savepoint, the lock, one's answer, the counters, the row, what is told, the savepoint's
    release. A comment: the key, the tenant, the row between its savepoints, what is told, and the
    row as it is read."""
    path = f"{EVENTS}/{event.id}/rsvp"
    said = {"content_type": "video", "content_id": 123, "comment": "C"}
    found = []
    for rows in (FEW, MANY - FEW):
        fill(cast, group, event, rows)
        newcomer = make_member(cast.tenant)
        assert newcomer.actor.presented
        key = newcomer.key
        answer = queries_of(
            lambda key=key: succeed(lambda: api.post(path, {"status": "going"}, key))
        )
        comment = queries_of(lambda key=key: succeed(lambda: api.post(COMMENTS, said, key)))
        found.append((answer, comment))
    assert found == [(9, 7), (9, 7)]


@pytest.mark.parametrize("who", ["creator", "colleague", "publishable"])
def test_what_is_known(api: Api, cast: Cast, event: MadeEvent, queries_of: Count, who: str) -> None:
    """Not even one's answer to the event is read for a 304."""
    for path in KNOWN:
        address = f"/api/v1/{EVENTS}/{path}".format(event=event.id)
        headers = {"Authorization": f"Bearer {cast.keys[who]}"}
        headers |= {"If-None-Match": api.client.get(address, headers=headers)["ETag"]}
        assert queries_of(lambda a=address, h=headers: api.client.get(a, headers=h)) == 2, path

"""Announcements and messages in the Capability API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from comments.domain.messages import announce, write_to_guest, write_to_host
from comments.models import Message
from tests.conftest import Api
from tests.makers import MadeEvent, MadeRsvp, make_event, make_rsvp
from tests.wording import in_words

pytestmark = pytest.mark.once


@pytest.fixture
def event(api: Api) -> MadeEvent:
    return make_event()


@pytest.fixture
def rsvp(event: MadeEvent) -> MadeRsvp:
    return make_rsvp(event)


def test_an_announcement_whole(api: Api, event: MadeEvent) -> None:
    """The reference's example: 201 with the message, and it is public."""
    sent = {
        "content": "Doors open 15 minutes early.",
        "visibility": "public",
        "message_type": "event_update",
    }
    response = api.post(f"{event.path}/messages", sent, event.owner_token)
    stored = Message.objects.get()
    expected = sent | {
        "id": str(stored.id),
        "event_id": str(event.id),
        "rsvp_id": None,
        "author": "organizer",
        "created_at": f"{stored.created_at:%Y-%m-%dT%H:%M:%S}Z",
    }
    assert response.status_code == 201
    assert response.json() == {"message": expected}
    assert api.get(event.path).json()["event"]["messages"] == [expected]


Kind = tuple[str | None, str | None]
ON_EVENT: dict[Kind, Kind | str] = {
    (None, None): ("event_update", "public"),
    (None, "public"): ("event_update", "public"),
    (None, "admin"): ("event_internal", "admin"),
    ("event_update", None): ("event_update", "public"),
    ("event_update", "admin"): ("event_update", "admin"),
    ("event_internal", None): ("event_internal", "admin"),
    ("event_internal", "public"): "visibility",
    ("event_update", "attendee"): "visibility",
    (None, "attendee"): "visibility",
    ("admin_note", None): "message_type",
    ("admin_message", None): "message_type",
    ("rejection_reason", None): "message_type",
    ("user_note", None): "message_type",
}
ON_RSVP: dict[Kind, Kind | str] = {
    (None, None): ("admin_message", "attendee"),
    (None, "attendee"): ("admin_message", "attendee"),
    (None, "admin"): ("admin_note", "admin"),
    ("admin_message", None): ("admin_message", "attendee"),
    ("admin_note", None): ("admin_note", "admin"),
    ("admin_note", "admin"): ("admin_note", "admin"),
    ("rejection_reason", None): ("rejection_reason", "attendee"),
    ("admin_note", "attendee"): "visibility",
    ("admin_message", "admin"): "visibility",
    ("admin_message", "public"): "visibility",
    (None, "public"): "visibility",
    ("event_update", None): "message_type",
    ("event_internal", None): "message_type",
    ("user_note", None): "message_type",
    ("user_note", "attendee"): "message_type",
}


def post_kind(api: Api, path: str, kind: Kind, token: str) -> Any:
    names = ("message_type", "visibility")
    sent = {name: value for name, value in zip(names, kind, strict=True) if value is not None}
    return api.post(path, {"content": "Hello"} | sent, token)


def judge(response: Any, expected: Kind | str) -> None:
    if isinstance(expected, str):
        assert response.status_code == 400
        assert list(response.json()["errors"]) == [expected]
        assert not Message.objects.exists()
    else:
        message = response.json()["message"]
        assert response.status_code == 201
        assert (message["message_type"], message["visibility"]) == expected
        assert message["author"] == "organizer"


@pytest.mark.parametrize("kind", ON_EVENT)
def test_types_and_visibilities_on_an_event(api: Api, event: MadeEvent, kind: Kind) -> None:
    """event_update is public or internal, event_internal only internal; nothing else fits."""
    response = post_kind(api, f"{event.path}/messages", kind, event.owner_token)
    judge(response, ON_EVENT[kind])


@pytest.mark.parametrize("kind", ON_RSVP)
def test_types_and_visibilities_on_an_answer(
    api: Api, event: MadeEvent, rsvp: MadeRsvp, kind: Kind
) -> None:
    """Notes are internal, messages for the guest; a guest's own words cannot be forged."""
    judge(post_kind(api, f"{rsvp.path}/messages", kind, event.owner_token), ON_RSVP[kind])


def test_a_message_to_a_guest_comes_with_the_whole_thread(
    api: Api, event: MadeEvent, rsvp: MadeRsvp
) -> None:
    """Organizers read notes and messages, newest first."""
    api.post(f"{rsvp.path}/messages", {"content": "1", "visibility": "admin"}, event.owner_token)
    api.post(f"{event.path}/rsvps/self/messages", {"content": "2"}, rsvp.token)
    response = api.post(f"{rsvp.path}/messages", {"content": "3"}, event.owner_token)
    body = response.json()
    assert body.keys() == {"message", "messages"}
    assert [message["content"] for message in body["messages"]] == ["3", "2", "1"]
    assert body["messages"][0] == body["message"]


def test_a_guest_writes_to_the_host(api: Api, event: MadeEvent, rsvp: MadeRsvp) -> None:
    """user_note, seen by organizers and the guest; another type or visibility is refused."""
    path, wish = (
        f"{event.path}/rsvps/self/messages",
        {"type": "event_update", "visibility": "public"},
    )
    refused = api.post(path, {"content": "Late", **wish}, rsvp.token)
    assert (refused.status_code, refused.json()["errors"].keys()) == (400, wish.keys())
    sent = {"content": "Late", "message_type": "user_note", "visibility": "attendee"}
    response = api.post(path, sent, rsvp.token)
    message = response.json()["message"]
    assert response.status_code == 201
    assert response.json()["messages"] == [message]
    assert {
        k: message[k] for k in ("author", "message_type", "visibility", "content", "rsvp_id")
    } == {
        "author": "guest",
        "message_type": "user_note",
        "visibility": "attendee",
        "content": "Late",
        "rsvp_id": str(rsvp.id),
    }


def test_content_keeps_its_lines(api: Api, event: MadeEvent) -> None:
    """Line ends become one kind, the edges are trimmed, 5,000 characters fit."""
    path = f"{event.path}/messages"
    said = api.post(path, {"content": " a\r\nb\rc\n"}, event.owner_token).json()
    assert said["message"]["content"] == "a\nb\nc"
    longest = "x" * 5000
    said = api.post(path, {"content": longest}, event.owner_token).json()
    assert said["message"]["content"] == longest


def test_a_guest_is_written_to_through_their_own_event_only(api: Api, rsvp: MadeRsvp) -> None:
    """Another event's organizer gets a 404 for this guest."""
    other = make_event()
    path = f"{other.path}/rsvps/{rsvp.id}/messages"
    response = api.post(path, {"content": "Hi"}, other.owner_token)
    assert (response.status_code, response.json()["detail"]) == (404, in_words("rsvp_not_found"))
    assert not Message.objects.exists()


def test_announcements_are_newest_first_and_at_most_a_hundred(api: Api, event: MadeEvent) -> None:
    """The latest hundred are shown."""
    for number in range(101):
        api.post(f"{event.path}/messages", {"content": str(number)}, event.owner_token)
    shown = api.get(event.path).json()["event"]["messages"]
    assert [message["content"] for message in shown] == [str(n) for n in range(100, 0, -1)]


def test_an_announcement_makes_the_event_a_new_version(api: Api, event: MadeEvent) -> None:
    """Whatever an answer shows moves the version on."""
    before = event.stored.version
    api.post(f"{event.path}/messages", {"content": "x"}, event.owner_token)
    assert event.stored.version == before + 1


# --- Lists ------------------------------------------------------------------------------------


def contents(api: Api, path: str, token: str | None, **query: Any) -> list[str]:
    """What the messages of a list say."""
    response = api.get(path, token, **query)
    assert response.status_code == 200, response.content
    return [message["content"] for message in response.json()["messages"]]


@pytest.fixture
def written(event: MadeEvent, rsvp: MadeRsvp) -> list[str]:
    """A message of every kind, and one to another guest. Returns the tokens of the event's
    owner and the guest."""
    other = make_rsvp(event, name="Other")
    on_guest = {"event_id": event.id, "rsvp_id": rsvp.id}
    acts: list[Callable[[], object]] = [
        lambda: announce(event_id=event.id, content="public"),
        lambda: announce(event_id=event.id, content="internal", visibility="admin"),
        lambda: write_to_guest(**on_guest, content="to the guest"),
        lambda: write_to_guest(**on_guest, content="on the guest", visibility="admin"),
        lambda: write_to_host(**on_guest, content="from the guest"),
        lambda: write_to_guest(event_id=event.id, rsvp_id=other.id, content="to another"),
    ]
    for act in acts:
        act()
    return [event.owner_token, rsvp.token]


def test_everybody_reads_what_is_public(
    api: Api, event: MadeEvent, rsvp: MadeRsvp, written: list[str]
) -> None:
    """Organizers also read what is for them, newest first. What concerns a guest is elsewhere."""
    path, (owner, guest) = f"{event.path}/messages", written
    assert contents(api, path, owner) == ["internal", "public"]
    assert contents(api, path, guest) == contents(api, path, None) == ["public"]


def test_what_was_written_on_an_answer(
    api: Api, event: MadeEvent, rsvp: MadeRsvp, written: list[str]
) -> None:
    """Organizers read all of it, the guest what is for them, nobody else anything."""
    owner, guest = written
    theirs, own = f"{rsvp.path}/messages", f"{event.path}/rsvps/self/messages"
    told = ["from the guest", "on the guest", "to the guest"]
    assert contents(api, theirs, owner) == told
    assert contents(api, own, guest) == [told[0], told[2]]
    assert api.get(theirs, guest).status_code == 403
    assert api.get(theirs).status_code == api.get(own).status_code == 401
    assert api.get(own, owner).status_code == 404
    other = make_event()
    elsewhere = f"{other.path}/rsvps/{rsvp.id}/messages"
    assert api.get(elsewhere, other.owner_token).status_code == 404


def test_messages_come_in_pages(
    api: Api, event: MadeEvent, rsvp: MadeRsvp, written: list[str]
) -> None:
    """As every list of this API does."""
    owner, guest = written
    lists = {f"{event.path}/messages": (owner, 2), f"{rsvp.path}/messages": (owner, 3)}
    for path, (token, total) in {**lists, f"{event.path}/rsvps/self/messages": (guest, 2)}.items():
        whole = contents(api, path, token)
        assert len(whole) == total
        assert [contents(api, path, token, page=n, per_page=1) for n in range(1, total + 2)] == [
            *([each] for each in whole),
            [],
        ]
        told = api.get(path, token, page=2, per_page=1).json()["pagination"]
        assert told == {
            "page": 2,
            "per_page": 1,
            "total_pages": total,
            "total_messages": total,
            "total_is_capped": False,
            "has_prev": True,
            "has_next": total > 2,
            "prev_page": 1,
            "next_page": 3 if total > 2 else None,
        }
        assert api.get(path, token, per_page=99).json()["pagination"]["per_page"] == 50
        assert list(api.get(path, token, page=0).json()["errors"]) == ["page"]


def test_messages_on_one_answer_cost_the_same_at_any_number(
    api: Api, event: MadeEvent, rsvp: MadeRsvp, queries_of: Callable[[Callable[[], Any]], int]
) -> None:
    paths = {
        f"{rsvp.path}/messages": event.owner_token,
        f"{event.path}/rsvps/self/messages": rsvp.token,
    }
    costs = []
    api.get(event.path, event.owner_token)
    for number in (2, 20):
        for _ in range(number):
            write_to_host(event_id=event.id, rsvp_id=rsvp.id, content="Hi")
        costs.append(
            [
                queries_of(lambda path=path, token=token: contents(api, path, token))
                for path, token in paths.items()
            ]
        )
    assert costs[0] == costs[1]

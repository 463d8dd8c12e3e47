"""What must not be told. Each test first stores what could leak, and shows that it is there."""

from __future__ import annotations

from typing import Any

import pytest

from comments.models import Message
from events.domain.lifecycle import cancel_event
from rsvps.domain.approval import approve, back_to_pending, reject
from tests.conftest import Api
from tests.makers import MadeEvent, make_event, make_link, make_rsvp

pytestmark = pytest.mark.once

PLACE = "Zwiebelgasse 7"
ROOM = "https://meet.example.org/zwiebel"


def answers(api: Api, event: MadeEvent, token: str | None) -> dict[str, str]:
    """The text of every answer that tells of the event, as one reader gets it."""
    made = api.post(f"{event.path}/rsvps", {"name": "Passer-by", "status": "maybe"}, token)
    own = made.json()["rsvp"]["rsvp_token"]
    responses = {
        "detail": api.get(event.path, token),
        "list": api.get("events", token),
        "cursor": api.get("events", token, cursor=""),
        "words": api.get("events", token, q="supper"),
        "channel": api.get("channels/club", token),
        "channels": api.get("channels", token),
        "ics": api.get(f"{event.path}/event.ics", token),
        "feed": api.get("/c/club.ics", token),
        "atom": api.get("/c/club.atom", token),
        "answered": made,
        "own answer": api.get(f"{event.path}/rsvps/self", own),
        "refused": api.get(f"{event.path}/rsvps", None),
        "unknown": api.get(f"{event.path}/rsvps/self", event.owner_token),
    }
    return {name: response.content.decode() for name, response in responses.items()}


def where(told: dict[str, str], *secrets: str) -> set[str]:
    """The answers that tell one of the secrets; folded calendar lines are put together."""
    return {
        name
        for name, text in told.items()
        if any(secret in text.replace("\r\n ", "") for secret in secrets)
    }


TELLING_PLACES = {"detail", "list", "cursor", "words", "channel", "ics"}


# --- Place ------------------------------------------------------------------------------------


@pytest.mark.parametrize("guard", ["approval_required", "hide_location"])
class TestPlace:
    """Location and online URL of a guarded event, in everything that tells of it."""

    def make(self, guard: str) -> MadeEvent:
        values: dict[str, Any] = {guard: True, "location": PLACE, "online_url": ROOM}
        return make_event(title="Hidden supper", channel_name="Club", **values)

    def test_public(self, api: Api, guard: str) -> None:
        """No token: told nowhere, null in JSON."""
        event = self.make(guard)
        assert where(answers(api, event, None), PLACE, ROOM) == set()
        body = api.get(event.path).json()["event"]
        assert (body["location"], body["online_url"]) == (None, None)

    def test_guests_who_are_not_in(self, api: Api, guard: str) -> None:
        """Pending, rejected, maybe, no and other events' guests are told nowhere."""
        event, other = self.make(guard), make_event()
        rejected = make_rsvp(event)
        reject(event_id=event.id, rsvp_id=rejected.id)
        pending = make_rsvp(event)
        back_to_pending(event_id=event.id, rsvp_id=pending.id)
        tokens = [
            rejected.token,
            pending.token,
            make_rsvp(event, attendance="interested").token,
            make_rsvp(event, attendance="not_going").token,
            make_rsvp(other).token,
            other.owner_token,
            "garbage",
        ]
        for token in tokens:
            assert where(answers(api, event, token), PLACE, ROOM) == set()

    def test_those_who_may_know(self, api: Api, guard: str, root_token: str) -> None:
        """Approved going guests, helpers, organizers and root are told wherever it is written."""
        event = self.make(guard)
        attendee = make_rsvp(event)
        approve(event_id=event.id, rsvp_id=attendee.id)
        for token in (
            attendee.token,
            make_link(event, "door"),
            make_link(event, "viewer"),
            make_link(event, "cohost"),
            event.owner_token,
            root_token,
        ):
            told = answers(api, event, token)
            assert where(told, PLACE) == where(told, ROOM) == TELLING_PLACES

    def test_a_guest_who_leaves_is_told_no_more(self, api: Api, guard: str) -> None:
        """The answer counts as it stands now."""
        event = self.make(guard)
        guest = make_rsvp(event)
        approve(event_id=event.id, rsvp_id=guest.id)
        assert where(answers(api, event, guest.token), PLACE) == TELLING_PLACES
        api.patch(f"{event.path}/rsvps/self", {"status": "maybe"}, guest.token)
        assert where(answers(api, event, guest.token), PLACE, ROOM) == set()

    def test_a_cancelled_event_keeps_its_place_to_itself(self, api: Api, guard: str) -> None:
        """Calling off opens nothing."""
        event = self.make(guard)
        cancel_event(event_id=event.id)
        texts = [
            api.get(path).content.decode()
            for path in (event.path, "events", f"{event.path}/event.ics", "channels/club")
        ]
        assert not any(PLACE in text or ROOM in text for text in texts)

    def test_a_search_does_not_tell_the_place(self, api: Api, guard: str) -> None:
        """Whoever guesses the address finds the event where everybody reads it, and no other."""
        self.make(guard)
        shown = make_event(location=PLACE)
        for words in (PLACE, "Zwiebel"):
            found = api.get("events", q=words).json()
            assert [each["id"] for each in found["events"]] == [str(shown.id)]
            assert found["pagination"]["total_events"] == 1


def test_an_open_event_tells_its_place(api: Api) -> None:
    """The redaction is for guarded events only: everybody reads an open one's place."""
    event = make_event(title="Hidden supper", channel_name="Club", location=PLACE, online_url=ROOM)
    assert where(answers(api, event, None), PLACE) == TELLING_PLACES | {"feed", "atom"}
    assert where(answers(api, event, None), ROOM) == TELLING_PLACES | {"feed"}


# --- Private events ---------------------------------------------------------------------------


def test_a_private_event_is_in_no_list(api: Api, root_token: str) -> None:
    """Not in lists, search, channel, totals or cursor walks, not for its own owner either."""
    event = make_event(title="Hidden supper", channel_name="Club", is_private=True)
    make_event(title="Open supper", channel_name="Club")
    guest = make_rsvp(event)
    for token in (None, guest.token, event.owner_token, root_token):
        told = answers(api, event, token)
        assert where(told, str(event.id), "Hidden supper") == (
            {"detail", "ics", "answered", "own answer"}
        )
    assert api.get("events").json()["pagination"]["total_events"] == 1
    assert api.get("events", q="supper").json()["pagination"]["total_events"] == 1
    assert api.get("channels/club").json()["pagination"]["total_events"] == 1


def test_a_cursor_does_not_point_at_a_private_event(api: Api) -> None:
    """has_next counts listed events only."""
    make_event(start_time="2031-01-01T00:00:00Z")
    make_event(start_time="2031-01-02T00:00:00Z", is_private=True)
    block = api.get("events", per_page=1, cursor="").json()["pagination"]
    assert block == {"per_page": 1, "has_next": False, "next_cursor": None}


# --- Private channels -------------------------------------------------------------------------


def test_a_private_channel_is_named_to_its_events_organizers_only(
    api: Api, root_token: str
) -> None:
    """Name, slug and id are omitted for everybody else, attendees and helpers too."""
    event = make_event(
        title="Hidden supper", channel_name="Secret Circle", channel_visibility="private"
    )
    channel = event.stored.channel
    assert channel is not None
    secrets = (channel.name, channel.slug, str(channel.id))
    attendee = make_rsvp(event)
    for token in (None, attendee.token, make_link(event, "door"), make_event().owner_token):
        assert where(answers(api, event, token), *secrets) == set()
        assert "channel" not in api.get(event.path, token).json()["event"]
    for token in (event.owner_token, root_token):
        shown = api.get(event.path, token).json()["event"]["channel"]
        assert shown["slug"] == channel.slug


def test_a_private_channels_slug_filters_nothing(api: Api) -> None:
    """The filter knows public channels only: a private one answers like none."""
    event = make_event(channel_name="Secret Circle", channel_visibility="private")
    channel = event.stored.channel
    assert channel is not None
    assert api.get("events", channel=channel.slug).json()["events"] == []
    assert len(api.get("events").json()["events"]) == 1


# --- People -----------------------------------------------------------------------------------

QUIET = {
    "private": {"is_private": True},
    "pending": {},
    "rejected": {},
}


@pytest.mark.parametrize("kind", QUIET)
def test_names_that_are_not_listed(api: Api, kind: str, root_token: str) -> None:
    """Private, pending and rejected answers are named to organizers only."""
    event = make_event(title="Hidden supper", channel_name="Club")
    rsvp = make_rsvp(event, name="Quiet Quentin", pronouns="xe/quentin", **QUIET[kind])
    if kind == "pending":
        back_to_pending(event_id=event.id, rsvp_id=rsvp.id)
    if kind == "rejected":
        reject(event_id=event.id, rsvp_id=rsvp.id)
    attendee = make_rsvp(event)
    secrets = ("Quentin", "quentin", str(rsvp.id))
    for token in (None, attendee.token, make_link(event, "viewer"), event.owner_token):
        assert where(answers(api, event, token), *secrets) == set()
    for token in (event.owner_token, root_token):
        assert "Quiet Quentin" in api.get(f"{event.path}/rsvps", token).content.decode()


def test_counts_are_of_approved_answers(api: Api) -> None:
    """Private ones are counted and not named; pending and rejected ones are not counted."""
    event = make_event(capacity=20)
    make_rsvp(event, guest_count=1)
    make_rsvp(event, guest_count=2, is_private=True)
    for decide in (back_to_pending, reject):
        decide(event_id=event.id, rsvp_id=make_rsvp(event, guest_count=3).id)
    body = api.get(event.path).json()["event"]
    assert (body["yes_count"], body["spots_left"]) == (5, 15)
    assert body["rsvp_counts"] == {
        "public": 1,
        "private": 1,
        "public_party_size": 2,
        "private_party_size": 3,
    }
    assert "pending" not in api.get(event.path).content.decode()


def test_notes_addresses_and_tokens(api: Api) -> None:
    """A listed guest's note, e-mail address and token are for organizers and the guest."""
    event = make_event(title="Hidden supper", channel_name="Club")
    guest = make_rsvp(event, name="Listed", note="allergic to mice", email="mice@example.org")
    secrets = ("mice", guest.token)
    other = make_rsvp(event)
    for token in (None, other.token, make_link(event, "door"), make_event().owner_token):
        told = answers(api, event, token)
        assert "Listed" in told["detail"]
        assert where(told, *secrets) == set()
    own = api.get(f"{event.path}/rsvps/self", guest.token).content.decode()
    assert "allergic to mice" in own
    assert guest.token in own
    listed = api.get(f"{event.path}/rsvps", event.owner_token).content.decode()
    assert guest.token in listed


def test_owner_tokens(api: Api) -> None:
    """No answer to anybody else carries the owner's token, or a part of it."""
    event = make_event(title="Hidden supper", channel_name="Club")
    guest = make_rsvp(event)
    api.patch(event.path, {"description": "Seen"}, event.owner_token)
    for token in (None, guest.token, make_link(event, "door")):
        told = answers(api, event, token)
        assert where(told, event.owner_token, event.owner_token[4:], "/admin/", "cvo_") == set()
    assert event.owner_token in api.get(event.path, event.owner_token).content.decode()


# --- Messages ---------------------------------------------------------------------------------


def test_internal_messages(api: Api, root_token: str) -> None:
    """Internal announcements, notes and the log reach neither the public nor the guest, whoever
    decided; the organizer who decides reads what concerns this guest."""
    event = make_event(title="Hidden supper", channel_name="Club", capacity=1)
    guest = make_rsvp(event, name="Known")
    owner = event.owner_token
    internal = {"content": "hush-hush", "visibility": "admin"}
    api.post(f"{event.path}/messages", internal, owner)
    api.post(f"{guest.path}/messages", internal, owner)
    reject(event_id=event.id, rsvp_id=guest.id)
    approve(event_id=event.id, rsvp_id=guest.id)
    assert Message.objects.filter(visibility="admin").count() == 4
    secrets = ("hush-hush", "Declined: ", "Approved: ", "admin_note", "event_internal")
    for token in (None, guest.token, make_link(event, "viewer")):
        assert where(answers(api, event, token), *secrets) == set()
    decided = api.post(f"{guest.path}/pending", {}, owner).content.decode()
    assert [secret for secret in secrets if secret in decided] == [*secrets[:-1]]
    path = f"{event.path}/rsvps/self"
    for own in (api.get(path, guest.token), api.patch(path, {"notes": "Hello"}, guest.token)):
        assert not any(secret in own.content.decode() for secret in secrets)


def test_messages_with_one_guest(api: Api) -> None:
    """What hosts and one guest write, reasons too, is read by no other guest."""
    event = make_event(title="Hidden supper", channel_name="Club")
    guest, other = make_rsvp(event), make_rsvp(event)
    api.post(f"{guest.path}/messages", {"content": "just us"}, event.owner_token)
    api.post(f"{event.path}/rsvps/self/messages", {"content": "just us"}, guest.token)
    api.post(f"{guest.path}/reject", {"reason": "just us"}, event.owner_token)
    own = api.get(f"{event.path}/rsvps/self", guest.token).json()["rsvp"]
    assert [message["content"] for message in own["messages"]] == ["just us"] * 3
    for token in (None, other.token):
        assert where(answers(api, event, token), "just us") == set()
    others = api.post(f"{event.path}/rsvps/self/messages", {"content": "x"}, other.token)
    assert "just us" not in others.content.decode()

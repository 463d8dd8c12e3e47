"""Making, reading, changing and deleting events through the Capability API."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from events.models import Event, EventLink
from rsvps.models import Rsvp
from tests.conftest import Api, Clock
from tests.makers import make_channel, make_event, make_link, make_rsvp
from tests.wording import in_words

pytestmark = pytest.mark.once

HOST = "http://testserver"

# The reference's own example, word for word.
EXAMPLE = {
    "title": "Cedar Social: Cigar Night",
    "description": "Monthly hang at the lounge.",
    "start_time": "2024-08-22T19:00:00",
    "end_time": "2024-08-22T21:30:00",
    "timezone_offset_minutes": -300,
    "location": "Cedar Social, Austin",
    "channel_name": "ATX Cigars",
    "channel_visibility": "public",
    "is_private": False,
}


def test_create_answers_the_reference_example_whole(api: Api, clock: Clock) -> None:
    """201 with the event, the owner's token and absolute links; every field, none besides."""
    clock.set(2024, 8, 1)
    response = api.post("events", EXAMPLE)
    body = response.json()
    event = Event.objects.get()
    token = body["admin_token"]
    links = {
        "public": f"{HOST}/e/{event.id}",
        "admin": f"{HOST}/e/{event.id}/admin/{token}",
        "ics": f"{HOST}/api/v1/events/{event.id}/event.ics",
        "api": f"{HOST}/api/v1/events/{event.id}",
    }
    assert response.status_code == 201
    assert response["Content-Type"] == "application/json"
    assert body == {
        "admin_token": token,
        "links": links,
        "event": {
            "id": str(event.id),
            "title": "Cedar Social: Cigar Night",
            "description": "Monthly hang at the lounge.",
            "start_time": "2024-08-23T00:00:00Z",
            "end_time": "2024-08-23T02:30:00Z",
            "timezone": "Etc/GMT+5",
            "format": "in_person",
            "location": "Cedar Social, Austin",
            "online_url": None,
            "hide_location": False,
            "waitlist": True,
            "show_online_url": True,
            "show_guests": "everybody",
            "show_counts": True,
            "comments_enabled": True,
            "is_private": False,
            "admin_approval_required": False,
            "max_attendees": None,
            "max_guests_per_rsvp": 5,
            "yes_count": 0,
            "spots_left": None,
            "rsvps_closed": False,
            "rsvp_close_at": None,
            "status": "scheduled",
            "cover_image": None,
            "tags": [],
            "metadata": {},
            "host_name": None,
            "hosts": [],
            "series": None,
            "host_email": None,
            "host_digest": False,
            "reminders": [24, 1],
            "created_at": f"{event.created_at:%Y-%m-%dT%H:%M:%S}Z",
            "last_modified": f"{event.updated_at:%Y-%m-%dT%H:%M:%S}Z",
            "links": links,
            "channel": {
                "id": str(event.channel_id),
                "name": "ATX Cigars",
                "slug": "atx-cigars",
                "visibility": "public",
            },
        },
    }


def test_create_keeps_every_field_that_is_sent(api: Api) -> None:
    """What goes in comes out."""
    sent = {
        "title": "Night",
        "description": "Two\nlines",
        "start_time": "2031-01-01T10:00:00+02:00",
        "end_time": None,
        "timezone": "Europe/Kyiv",
        "format": "hybrid",
        "location": "Київ",
        "online_url": "https://example.org/room?x=1",
        "hide_location": True,
        "is_private": True,
        "admin_approval_required": True,
        "max_attendees": 40,
        "max_guests_per_rsvp": 0,
        "rsvps_closed": True,
        "rsvp_close_at": "2030-12-31T10:00:00",
        "tags": ["a", "b"],
        "metadata": {"deep": [1, 2.5, None, {"x": True}]},
        "host_name": "Ada",
        "host_email": "ada@example.org",
        "host_digest": True,
        "reminders": [48, 2],
    }
    event = api.post("events", sent).json()["event"]
    expected = sent | {
        "start_time": "2031-01-01T08:00:00Z",
        "rsvp_close_at": "2030-12-31T08:00:00Z",
    }
    assert {name: event[name] for name in sent} == expected
    assert event["spots_left"] == 40
    assert "channel" not in event


def test_the_owner_token_opens_the_event(api: Api) -> None:
    """The token of the answer is the one link of the event, and works."""
    made = api.post("events", EXAMPLE).json()
    path = f"events/{made['event']['id']}"
    assert EventLink.objects.get().role == "owner"
    assert api.patch(path, {"title": "New"}, made["admin_token"]).status_code == 200


def test_detail_shape(api: Api) -> None:
    """The event, its public answers and counts, and its announcements."""
    event = make_event(title="Night", capacity=10)
    shown = make_rsvp(event, name="Sky", guest_count=1, pronouns="they/them", note="Secret")
    make_rsvp(event, name="Hidden", guest_count=2, is_private=True)
    api.post(f"{event.path}/messages", {"content": "Doors at 7"}, event.owner_token)
    body = api.get(event.path).json()["event"]
    listed = api.get("events").json()["events"][0]
    stored = shown.stored
    made = f"{stored.created_at:%Y-%m-%dT%H:%M:%S}Z"
    (message,) = body.pop("messages")
    assert body.pop("rsvps") == [
        {
            "id": str(shown.id),
            "event_id": str(event.id),
            "name": "Sky",
            "pronouns": "they/them",
            "status": "yes",
            "attendance_status": "yes",
            "approval_status": "approved",
            "waitlist_position": None,
            "guest_count": 1,
            "guest_names": None,
            "is_private": False,
            "reminders_off": None,
            "notes": None,
            "tier_id": None,
            "form_answers": None,
            "checked_in_at": None,
            "created_at": made,
            "last_modified": made,
        }
    ]
    assert body.pop("rsvps_next") is None
    assert body.pop("rsvp_counts") == {
        "public": 1,
        "private": 1,
        "public_party_size": 2,
        "private_party_size": 3,
    }
    assert (body["yes_count"], body["spots_left"]) == (5, 5)
    assert (message["content"], message["visibility"]) == ("Doors at 7", "public")
    assert body == listed


def test_detail_gives_the_rest_of_a_long_list_by_link(api: Api) -> None:
    """The first hundred answers by time, and a link to the next; each answer once."""
    event = make_event()
    made = [str(make_rsvp(event, name=f"Guest {n}").id) for n in range(101)]
    first = api.get(event.path).json()["event"]
    assert len(first["rsvps"]) == 100
    assert first["rsvps_next"].startswith(f"{HOST}{event.path}?rsvps_after=")
    rest = api.get(first["rsvps_next"]).json()["event"]
    assert [r["id"] for r in first["rsvps"] + rest["rsvps"]] == made
    assert rest["rsvps_next"] is None
    assert rest["rsvps"][0].keys() == first["rsvps"][0].keys()
    assert rest["rsvps"][0]["event_id"] == str(event.id)


@pytest.mark.parametrize("cursor", ["x", "\0", "ImEi:1:1", "😀"])
def test_a_made_up_position_is_a_400(api: Api, cursor: str) -> None:
    """rsvps_after takes what rsvps_next gave and nothing else."""
    response = api.get(make_event().path, rsvps_after=cursor)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["rsvps_after"]


def test_admin_link_only_for_who_holds_it(api: Api, root_token: str) -> None:
    """links.admin carries the reader's own owner token; nobody else gets one."""
    event = make_event()
    door, cohost = make_link(event, "door"), make_link(event, "cohost")
    rsvp = make_rsvp(event)

    def admin_link(token: str | None) -> str | None:
        return api.get(event.path, token).json()["event"]["links"].get("admin")

    assert admin_link(event.owner_token) == f"{HOST}/e/{event.id}/admin/{event.owner_token}"
    assert admin_link(cohost) == f"{HOST}/e/{event.id}/admin/{cohost}"
    others = [None, door, rsvp.token, root_token, make_event().owner_token]
    assert [admin_link(token) for token in others] == [None] * 5


def test_patch_changes_what_is_sent_and_nothing_else(api: Api) -> None:
    """A title alone leaves the other fields as they were."""
    event = make_event(location="Here", tags=["x"], capacity=3)
    before = api.get(event.path, event.owner_token).json()["event"]
    after = api.patch(event.path, {"title": "New"}, event.owner_token)
    assert after.status_code == 200
    body = after.json()
    assert body.keys() == {"event"}
    changed = {k for k, value in body["event"].items() if value != before[k]}
    assert changed - {"last_modified"} == {"title"}
    assert body["event"]["title"] == "New"


def test_patch_with_nothing_changes_nothing(api: Api, everything_stored: Any) -> None:
    """An empty body, and the values already there, are no change."""
    event = make_event(title="Same")
    api.get(event.path, event.owner_token)
    stored = everything_stored()
    for body in ({}, {"title": "Same"}, {"title": " Same "}):
        assert api.patch(event.path, body, event.owner_token).status_code == 200
    assert everything_stored() == stored


CLEARED = {
    "description": None,
    "end_time": None,
    "location": None,
    "online_url": None,
    "max_attendees": None,
    "rsvp_close_at": None,
    "tags": [],
    "metadata": {},
}


@pytest.mark.parametrize("field", CLEARED)
def test_null_clears_what_can_be_null(api: Api, field: str) -> None:
    """null empties an optional field."""
    event = make_event(
        description="d",
        end_time="2090-01-01T00:00:00Z",
        location="l",
        online_url="https://example.org",
        capacity=3,
        rsvp_close_at="2089-01-01T00:00:00Z",
        tags=["t"],
        metadata={"m": 1},
    )
    assert api.get(event.path).json()["event"][field] != CLEARED[field]
    response = api.patch(event.path, {field: None}, event.owner_token)
    assert response.status_code == 200
    assert response.json()["event"][field] == CLEARED[field]


@pytest.mark.parametrize("name", ["", None, "  "])
def test_an_empty_channel_name_leaves_the_channel(api: Api, name: str | None) -> None:
    """The event goes on without a channel."""
    event = make_event(channel_name="ATX Cigars")
    body = api.patch(event.path, {"channel_name": name}, event.owner_token).json()
    assert "channel" not in body["event"]
    assert event.stored.channel_id is None


def test_patch_moves_the_event_to_a_channel(api: Api) -> None:
    """The reference's example: into a private channel, which its owner is shown."""
    event = make_event()
    sent = {
        "title": "Updated title",
        "channel_name": "Private Circle",
        "channel_visibility": "private",
        "is_private": True,
    }
    channel = api.patch(event.path, sent, event.owner_token).json()["event"]["channel"]
    assert channel["name"] == "Private Circle"
    assert channel["visibility"] == "private"
    assert channel["id"] == str(event.stored.channel_id)


def test_times_are_read_in_the_stored_zone(api: Api) -> None:
    """A naive time in a PATCH means the event's own zone."""
    event = make_event(start_time="2031-07-01T10:00:00", timezone="America/Chicago")
    sent = {"start_time": "2031-07-02T10:00:00"}
    body = api.patch(event.path, sent, event.owner_token).json()
    assert body["event"]["start_time"] == "2031-07-02T15:00:00Z"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"end_time": "2031-07-01T10:00:00Z"}, "end_time"),
        ({"end_time": "2031-07-01T09:00:00Z"}, "end_time"),
        ({"start_time": "2031-07-01T12:00:00Z"}, "start_time"),
    ],
)
def test_an_event_ends_after_it_starts(api: Api, sent: dict[str, str], field: str) -> None:
    """Also when only one of the two times is changed."""
    event = make_event(start_time="2031-07-01T10:00:00Z", end_time="2031-07-01T12:00:00Z")
    response = api.patch(event.path, sent, event.owner_token)
    assert response.status_code == 400
    assert response.json()["errors"] == {field: ["The event must end after it starts."]}


def test_delete_erases_the_event_and_all_that_belongs_to_it(
    api: Api, everything_stored: Any
) -> None:
    """204, and nothing of it is left in any table; other events are untouched."""
    other = make_event(title="Other")
    stored = everything_stored()
    event = make_event()
    rsvp = make_rsvp(event)
    make_link(event, "door")
    api.post(f"{event.path}/messages", {"content": "Hello"}, event.owner_token)
    api.post(f"{rsvp.path}/messages", {"content": "Hello"}, event.owner_token)
    response = api.delete(event.path, event.owner_token)
    assert (response.status_code, response.content) == (204, b"")
    assert api.get(event.path).status_code == 404
    assert everything_stored() == stored
    assert Event.objects.get().id == other.id
    assert not Rsvp.objects.exists()


def test_deleting_an_event_keeps_its_channel(api: Api) -> None:
    """The room outlives the gathering."""
    channel = make_channel()
    event = make_event(channel_name="ATX Cigars")
    api.delete(event.path, event.owner_token)
    assert api.get(f"channels/{channel.slug}").json()["events"] == []


def test_an_unknown_event_is_a_404_everywhere(api: Api) -> None:
    """Reading, changing, deleting, answering: the same body."""
    path = f"events/{uuid4()}"
    token = make_event().owner_token
    answers = [
        api.get(path),
        api.get(f"{path}/event.ics"),
        api.patch(path, {}, token),
        api.delete(path, token),
        api.get(f"{path}/rsvps", token),
        api.post(f"{path}/rsvps", {"name": "A", "status": "yes"}),
        api.get(f"{path}/rsvps/self", token),
        api.patch(f"{path}/rsvps/self", {}, token),
        api.delete(f"{path}/rsvps/self", token),
        api.delete(f"{path}/rsvps/{uuid4()}", token),
        api.post(f"{path}/rsvps/{uuid4()}/approve", {}, token),
        api.post(f"{path}/rsvps/{uuid4()}/reject", {}, token),
        api.post(f"{path}/rsvps/{uuid4()}/pending", {}, token),
        api.post(f"{path}/messages", {"content": "x"}, token),
        api.post(f"{path}/rsvps/self/messages", {"content": "x"}, token),
        api.post(f"{path}/rsvps/{uuid4()}/messages", {"content": "x"}, token),
    ]
    expected = (404, {"detail": in_words("event_not_found"), "code": "not_found"})
    assert [(a.status_code, a.json()) for a in answers] == [expected] * len(answers)

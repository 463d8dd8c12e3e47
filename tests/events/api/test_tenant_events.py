"""Making, reading, changing and cancelling events in the Tenant API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar

from events.models import Event
from tests.conftest import Api, Clock
from tests.makers import make_channel, make_rsvp
from tests.tenant_cast import EVENTS, Cast, make_cast, said, soon, titles

pytestmark = pytest.mark.once

REFERENCE = {
    "title": "AI Builders Meetup — May 2026",
    "description": "Monthly meetup for AI builders in San Francisco.",
    "start_time": "2026-05-20T18:00:00Z",
    "end_time": "2026-05-20T21:00:00Z",
    "location": "Hack the Lab, 123 Market St, San Francisco",
    "event_type": "in_person",
    "capacity": 80,
    "group_id": None,
}
NEW = {"title": "T", "start_time": "2031-01-01T10:00:00Z"}


@pytest.fixture
def cast(db: None) -> Cast:
    """Who calls."""
    return make_cast()


# --- Creating ---------------------------------------------------------------------------------


# What the creator and organizers are told besides.
HOSTS_SIDE = {"host_email", "host_digest", "reminders"}


def test_the_references_example(api: Api, clock: Clock, cast: Cast) -> None:
    """201 with every field of the reference, and what more an event has, whole."""
    clock.set(2026, 4, 25, 14)
    body = said(api.post(f"{EVENTS}/", REFERENCE, cast.creator.key), 201)
    event = Event.objects.get()
    assert body == REFERENCE | {
        "id": str(event.pk),
        "status": "scheduled",
        "creator_id": str(cast.creator.id),
        "tenant_id": str(cast.tenant.pk),
        "created_at": f"{event.created_at:%Y-%m-%dT%H:%M:%SZ}",
        "updated_at": f"{event.updated_at:%Y-%m-%dT%H:%M:%SZ}",
        "timezone": "UTC",
        "online_url": None,
        "attendee_count": 0,
        "spots_left": 80,
        "is_private": False,
        "approval_required": False,
        "hide_location": False,
        "waitlist": True,
        "show_online_url": True,
        "show_guests": "everybody",
        "show_counts": True,
        "comments_enabled": True,
        "rsvps_closed": False,
        "featured": False,
        "rsvp_close_at": None,
        "max_guests_per_rsvp": 5,
        "tags": [],
        "metadata": {},
        "host_name": "Cora",
        "hosts": ["Cora"],
        "series": None,
        "host_email": None,
        "host_digest": False,
        "reminders": [24, 1],
    }
    assert (event.tenant_id, event.creator_id) == (cast.tenant.pk, cast.creator.id)


def test_the_least_that_makes_an_event(api: Api, cast: Cast) -> None:
    """Title and start; the rest is null, unlimited, in person."""
    body = said(api.post(EVENTS, NEW, cast.creator.key), 201)
    rest = ("description", "end_time", "location", "capacity", "spots_left", "group_id")
    assert [body[name] for name in rest] == [None] * 6
    assert body["event_type"] == "in_person"


def test_nulls_of_the_optional_fields(api: Api, cast: Cast) -> None:
    """null where the reference has a default is the same as leaving it out."""
    names = ("description", "end_time", "location", "online_url", "capacity", "group_id")
    nulls: dict[str, Any] = dict.fromkeys((*names, "tags", "metadata", "rsvp_close_at"))
    body = said(api.post(EVENTS, NEW | nulls, cast.creator.key), 201)
    assert [body[name] for name in names] == [None] * 6
    assert (body["tags"], body["metadata"]) == ([], {})


def test_times_in_and_out(api: Api, cast: Cast) -> None:
    """An offset is taken as it is, a naive time read in the zone; answers are in UTC."""
    times = {
        "start_time": "2031-07-01T20:00:00",
        "end_time": "2031-07-02T05:00:00+02:00",
        "timezone": "America/Chicago",
    }
    body = said(api.post(EVENTS, NEW | times, cast.creator.key), 201)
    assert body["start_time"] == "2031-07-02T01:00:00Z"
    assert body["end_time"] == "2031-07-02T03:00:00Z"
    assert body["timezone"] == "America/Chicago"


def test_what_the_server_decides_is_not_sent(api: Api, cast: Cast) -> None:
    """Id, creator, tenant and counters in a body change nothing; a status is refused."""
    refused = said(api.post(EVENTS, NEW | {"status": "cancelled"}, cast.creator.key), 400)
    assert list(refused["errors"]) == ["status"]
    forged = {
        "id": "abc12345-0000-0000-0000-000000000001",
        "creator_id": str(cast.outsider.id),
        "tenant_id": str(cast.other.pk),
        "attendee_count": 99,
        "seats_taken": 99,
    }
    body = said(api.post(EVENTS, NEW | forged, cast.creator.key), 201)
    assert body["id"] != forged["id"]
    assert (body["creator_id"], body["tenant_id"]) == (str(cast.creator.id), str(cast.tenant.pk))
    assert (body["status"], body["attendee_count"], body["group_id"]) == ("scheduled", 0, None)
    event = Event.objects.get()
    assert (event.seats_taken, event.featured) == (0, False)


# --- Groups -----------------------------------------------------------------------------------


def test_groups_one_may_join(api: Api, cast: Cast) -> None:
    """The tenant's channels, private ones too, and open public ones."""
    for channel in (
        make_channel("Ours", tenant=cast.tenant),
        make_channel("Ours, quiet", visibility="private", tenant=cast.tenant),
        make_channel("Open"),
    ):
        group = {"group_id": str(channel.pk)}
        body = said(api.post(EVENTS, NEW | group, cast.creator.key), 201)
        assert body["group_id"] == str(channel.pk)


def test_moving_between_groups(api: Api, cast: Cast) -> None:
    """A change of group_id moves the event, null takes it out, leaving it out keeps it."""
    first, second = (make_channel(name, tenant=cast.tenant) for name in ("First", "Second"))
    event = cast.event(channel_id=first.pk)
    path, key = f"{EVENTS}/{event.id}", cast.creator.key
    assert said(api.patch(path, {"title": "New"}, key), 200)["group_id"] == str(first.pk)
    moved = said(api.patch(path, {"group_id": str(second.pk)}, key), 200)
    assert moved["group_id"] == str(second.pk)
    assert titles(api.get(EVENTS, key, group_id=second.pk)) == ["New"]
    assert titles(api.get(EVENTS, key, group_id=first.pk)) == []
    assert said(api.patch(path, {"group_id": None}, key), 200)["group_id"] is None


def test_sending_back_what_was_read(api: Api, cast: Cast) -> None:
    """A whole body read and sent again changes nothing, in any kind of group."""
    quiet = make_channel("Quiet", visibility="private")
    event = cast.event(channel_name=quiet.slug, description="D", capacity=3, tags=["a"])
    path, key = f"{EVENTS}/{event.id}", cast.creator.key
    read = said(api.get(path, key), 200)
    assert read["group_id"] == str(quiet.pk)
    before = event.row
    assert said(api.patch(path, read, key), 200) == read
    assert event.row == before


# --- Reading and changing ---------------------------------------------------------------------


def test_detail_is_what_creation_answered(api: Api, cast: Cast) -> None:
    """The same shape and values."""
    made = said(api.post(EVENTS, REFERENCE, cast.creator.key), 201)
    assert said(api.get(f"{EVENTS}/{made['id']}", cast.creator.key), 200) == made | {
        "status": "ended",
        "rsvps_closed": True,
    }


def test_only_what_is_sent_changes(api: Api, clock: Clock, cast: Cast) -> None:
    """The reference's example; every other field stays, updated_at moves."""
    made = said(api.post(EVENTS, NEW | {"capacity": 80, "location": "Here"}, cast.creator.key), 201)
    clock.advance(hours=1)
    change = {"title": "AI Builders Meetup — May 2026 (Updated)", "capacity": 100}
    changed = said(api.patch(f"{EVENTS}/{made['id']}", change, cast.creator.key), 200)
    assert changed == made | change | {"spots_left": 100, "updated_at": "2030-05-01T13:00:00Z"}


def test_null_clears_what_can_be_null(api: Api, cast: Cast) -> None:
    """Text, end, capacity and the rest."""
    event = cast.event(
        description="D",
        location="L",
        online_url="https://example.org/x",
        end_time=soon(days=8),
        rsvp_close_at=soon(days=6),
        capacity=5,
        tags=["a"],
        metadata={"a": 1},
    )
    path, key = f"{EVENTS}/{event.id}", cast.creator.key
    empty: dict[str, Any] = {
        **dict.fromkeys(("description", "location", "online_url", "end_time", "rsvp_close_at")),
        "capacity": None,
        "tags": [],
        "metadata": {},
    }
    changed = said(api.patch(path, dict.fromkeys(empty), key), 200)
    assert {name: changed[name] for name in empty} == empty


def test_an_organizer_changes_what_a_colleague_made(api: Api, cast: Cast) -> None:
    """A tenant's staff may; the creator stays who it is."""
    event = cast.event()
    body = said(api.patch(f"{EVENTS}/{event.id}", {"title": "O"}, cast.organizer.key), 200)
    assert (body["title"], body["creator_id"]) == ("O", str(cast.creator.id))


def test_an_end_before_the_stored_start(api: Api, cast: Cast) -> None:
    """A single new time is checked against the other that is stored."""
    event = cast.event(start_time=soon(days=2), end_time=soon(days=3))
    path, key = f"{EVENTS}/{event.id}", cast.creator.key
    body = said(api.patch(path, {"end_time": soon(days=1)}, key), 400)
    assert list(body["errors"]) == ["end_time"]
    body = said(api.patch(path, {"start_time": soon(days=4)}, key), 400)
    assert list(body["errors"]) == ["start_time"]


def test_a_capacity_below_the_seats_taken(api: Api, cast: Cast) -> None:
    """Allowed; nobody loses a seat, and nothing is left."""
    event = cast.event(capacity=10)
    for _ in range(3):
        make_rsvp(event)
    body = said(api.patch(f"{EVENTS}/{event.id}", {"capacity": 2}, cast.creator.key), 200)
    assert (body["capacity"], body["spots_left"], body["attendee_count"]) == (2, 0, 3)


# --- Cancelling -------------------------------------------------------------------------------


def _calendar(api: Api, event_id: UUID, key: str) -> tuple[int, str]:
    """SEQUENCE and STATUS of the export."""
    content = said(api.get(f"{EVENTS}/{event_id}/export/ical", key), 200)["ical_content"]
    (entry,) = Calendar.from_ical(content).walk("VEVENT")
    return entry["SEQUENCE"], str(entry["STATUS"])


def test_cancelling(api: Api, cast: Cast) -> None:
    """204 without a body, twice too; the event stays as cancelled, its SEQUENCE grows once."""
    event = cast.event()
    path, key = f"{EVENTS}/{event.id}", cast.creator.key
    assert _calendar(api, event.id, key) == (0, "CONFIRMED")
    for _ in range(2):
        response = api.delete(path, key)
        assert (response.status_code, response.content) == (204, b"")
    assert _calendar(api, event.id, key) == (1, "CANCELLED")
    body = said(api.get(path, key), 200)
    assert (body["status"], body["rsvps_closed"]) == ("cancelled", True)
    public = {name: body[name] for name in body.keys() - HOSTS_SIDE}
    assert said(api.get(path, cast.colleague.key), 200) == public


def test_where_a_cancelled_event_is_found(api: Api, cast: Cast) -> None:
    """Not in browse and upcoming; as cancelled in the plain list, past, my_events, my-events."""
    event = cast.event(title="Off")
    make_rsvp(event, user=cast.creator.user)
    lists = ["", "/browse", "/my-events"]
    lists += [f"?filter_type={kind}" for kind in ("upcoming", "past", "my_events")]

    def found() -> dict[str, list[str]]:
        answers = {path: said(api.get(f"{EVENTS}{path}", key), 200) for path in lists}
        return {path: [each["status"] for each in body["events"]] for path, body in answers.items()}

    key = cast.creator.key
    assert found() == {path: ["scheduled"] for path in lists} | {"?filter_type=past": []}
    api.delete(f"{EVENTS}/{event.id}", key)
    off = {path: ["cancelled"] for path in lists}
    assert found() == off | {"/browse": [], "?filter_type=upcoming": []}


def test_a_cancelled_event_is_not_erased(api: Api, cast: Cast) -> None:
    """Its answers stay, and it can still be described."""
    event = cast.event()
    make_rsvp(event)
    key = cast.organizer.key
    assert api.delete(f"{EVENTS}/{event.id}", key).status_code == 204
    attendees = said(api.get(f"{EVENTS}/{event.id}/attendees", key), 200)
    assert attendees["going_count"] == 1
    changed = said(api.patch(f"{EVENTS}/{event.id}", {"description": "Sorry"}, key), 200)
    assert (changed["description"], changed["status"]) == ("Sorry", "cancelled")

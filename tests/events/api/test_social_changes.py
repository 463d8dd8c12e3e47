"""Making, changing and erasing events in the Social API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Image
from comments.models import Comment, Message
from events.models import Event, LiveRoom
from rsvps.models import Rsvp
from tests.conftest import Api
from tests.makers import make_channel, make_image, make_rsvp, make_stream
from tests.social_cast import Social, make_social, paths
from tests.tenant_cast import comment_by, limited_key, said
from tests.wording import in_words

Stored = Callable[[], Any]
NEW = {"title": "Porto Meetup", "startTime": "2100-01-01T10:00:00Z"}


@pytest.fixture
def social(api: Api) -> Social:
    """Who calls."""
    return make_social(api)


def made(social: Social, body: dict[str, Any], who: str = "creator") -> dict[str, Any]:
    """The event that a body makes."""
    (event,) = said(social.send("POST", "events", body, who), 201)["events"]
    return dict(event)


# --- Made -------------------------------------------------------------------------------------


@pytest.mark.once
def test_a_full_event(social: Social) -> None:
    """Every field that can be given comes back, and is stored in the domain's words."""
    given = NEW | {
        "description": "*All*\nwelcome",
        "type": "virtual",
        "endTime": "2100-01-01T12:00:00Z",
        "location": "Rua 1",
        "externalUrl": "https://meet.example.org/x",
        "coverImageFileId": str(make_image(social.cast.tenant).pk),
        "originType": "community",
        "originId": str(social.channel.pk),
        "isInviteOnly": True,
        "isLocationVisible": False,
        "tags": ["jazz", "žluť"],
        "metadata": {"a": [1, {"b": None}]},
    }
    body = made(social, given | {"capacity": 7, "timezone": "Europe/Lisbon"})
    assert {name: body[name] for name in given} == given
    assert (body["userId"], body["status"]) == (str(social.cast.creator.id), "scheduled")
    event = Event.objects.get()
    assert (event.tenant_id, event.creator_id) == (social.cast.tenant.pk, social.cast.creator.id)
    assert (event.capacity, event.timezone) == (7, "Europe/Lisbon")
    assert (event.hide_location, event.is_private, event.format) == (True, True, "virtual")
    assert event.links.get().role == "owner"


def test_a_bare_event(social: Social) -> None:
    """Title and start are enough; unknown fields and what others decide are left alone."""
    body = made(social, NEW | {"status": "scheduled", "rsvpCount": 9, "isDeleted": True, "x": 1})
    assert (body["title"], body["startTime"]) == ("Porto Meetup", "2100-01-01T10:00:00Z")
    assert (body["status"], body["rsvpCount"], body["isDeleted"]) == ("scheduled", 0, False)
    assert (body["type"], body["isInviteOnly"], body["isLocationVisible"]) == (
        "in_person",
        False,
        True,
    )


@pytest.mark.parametrize(
    ("sent", "start"),
    [
        ({"startTime": "2100-07-01T10:00:00Z"}, "2100-07-01T10:00:00Z"),
        ({"startTime": "2100-07-01T10:00:00"}, "2100-07-01T10:00:00Z"),
        ({"startTime": "2100-07-01T10:00:00+02:00"}, "2100-07-01T08:00:00Z"),
        ({"startTime": "2030-07-01T10:00", "timezone": "Europe/Berlin"}, "2030-07-01T08:00:00Z"),
        ({"startTime": "2030-01-01T10:00", "timezone": "Europe/Berlin"}, "2030-01-01T09:00:00Z"),
        (
            {"startTime": "2030-07-01T10:00:00-05:00", "timezone": "Europe/Berlin"},
            "2030-07-01T15:00:00Z",
        ),
    ],
)
def test_times(social: Social, sent: dict[str, str], start: str) -> None:
    """An offset is taken as it is; a naive time is read in the zone, else as UTC."""
    assert made(social, NEW | sent)["startTime"] == start


def test_a_naive_time_is_read_in_the_events_own_zone(social: Social) -> None:
    """When a change names none."""
    body = made(social, NEW | {"timezone": "Europe/Berlin"})
    path = f"events/{body['eventId']}"
    changed = said(social.send("PUT", path, {"startTime": "2030-07-01T10:00:00"}), 200)
    assert changed["events"][0]["startTime"] == "2030-07-01T08:00:00Z"


# --- Covers and channels of others ------------------------------------------------------------


def test_a_cover_that_is_not_ours(social: Social, everything_stored: Stored) -> None:
    """Unknown, another tenant's, nobody's: the same 400 names the field."""
    event = social.event()
    others = [uuid4(), make_image(social.cast.other).pk, make_image().pk]
    stored = everything_stored()
    bodies = set()
    for image_id in others:
        sent = {"coverImageFileId": str(image_id)}
        for response in (
            social.send("POST", "events", NEW | sent),
            social.send("PUT", f"events/{event.id}", sent),
        ):
            said_of = said(response, 400)["errors"]
            assert said_of == {"coverImageFileId": [in_words("unknown_id")]}
            bodies.add(response.content)
    assert len(bodies) == 1
    assert everything_stored() == stored


def test_a_channel_that_is_not_ours(social: Social, everything_stored: Stored) -> None:
    """Unknown, another tenant's, an open private one: the same 400 names the field."""
    event = social.event()
    others = [
        uuid4(),
        make_channel("Theirs", tenant=social.cast.other).pk,
        make_channel("Cellar", "private", social.cast.other).pk,
        make_channel("Circle", "private").pk,
    ]
    stored = everything_stored()
    bodies = set()
    for channel_id in others:
        sent = {"originId": str(channel_id)}
        for response in (
            social.send("POST", "events", NEW | sent),
            social.send("PUT", f"events/{event.id}", sent),
        ):
            assert said(response, 400)["errors"] == {"originId": [in_words("unknown_id")]}
            bodies.add(response.content)
    assert len(bodies) == 1
    assert everything_stored() == stored


def test_a_limited_key_makes_events_in_its_channel(social: Social) -> None:
    """Unasked; another channel is refused."""
    limited = make_channel("Limited", tenant=social.cast.tenant)
    social.keys["limited"] = limited_key(social.cast.creator, limited).key
    assert made(social, NEW, "limited")["originId"] == str(limited.pk)
    sent = NEW | {"originId": str(social.channel.pk)}
    assert social.send("POST", "events", sent, "limited").status_code == 403


# --- Changed ----------------------------------------------------------------------------------


@pytest.mark.once
def test_only_what_is_sent_changes(social: Social) -> None:
    """One field at a time; the rest stays, the version grows by one each time."""
    event = social.rich(description="D", location="L", capacity=3, tags=["a"], metadata={"b": 1})
    path = f"events/{event.id}"
    changes: dict[str, Any] = {
        "title": "New",
        "description": "New",
        "type": "virtual",
        "startTime": "2100-01-01T10:00:00Z",
        "endTime": "2100-01-01T11:00:00Z",
        "location": "New",
        "externalUrl": "https://new.example",
        "coverImageFileId": str(make_image(social.cast.tenant).pk),
        "originId": str(make_channel("New", tenant=social.cast.tenant).pk),
        "isInviteOnly": True,
        "isLocationVisible": False,
        "tags": ["new"],
        "metadata": {"new": True},
    }
    before = social.only(event, "creator")
    for version, (name, value) in enumerate(changes.items(), event.stored.version + 1):
        (after,) = said(social.send("PUT", path, {name: value}), 200)["events"]
        expected = before | {name: value, "updatedAt": after["updatedAt"]}
        if name == "originId":
            expected["discussionCommunityId"] = value
        assert after == expected
        assert event.stored.version == version
        before = after
    assert event.stored.capacity == 3


def test_null_clears(social: Social) -> None:
    """What can be empty."""
    event = social.rich(
        description="D",
        end_time="2100-01-01T10:00:00Z",
        location="L",
        online_url="https://x.example",
        capacity=3,
        tags=["a"],
        metadata={"b": 1},
    )
    empty = {
        "description": "",
        "endTime": None,
        "location": None,
        "externalUrl": None,
        "coverImageFileId": None,
        "originId": None,
        "tags": [],
        "metadata": {},
    }
    sent = dict.fromkeys((*empty, "capacity"))
    (body,) = said(social.send("PUT", f"events/{event.id}", sent), 200)["events"]
    assert {name: body[name] for name in empty} == empty
    assert event.stored.capacity is None


@pytest.mark.once
@pytest.mark.parametrize(
    "values",
    [
        {"format": "hybrid"},
        {"hide_location": True, "location": "Here"},
        {"approval_required": True, "location": "Here", "is_private": True},
        {"end_time": "2100-01-01T10:00:00.5Z", "timezone": "Asia/Tokyo", "tags": ["a"]},
        {"featured": True, "capacity": 1, "rsvps_closed": True, "metadata": {"a": [1.5, None]}},
    ],
)
@pytest.mark.parametrize("secret", [False, True])
def test_writing_back_what_was_read(social: Social, values: dict[str, Any], secret: bool) -> None:
    """Changes nothing: not the format, not what is hidden, not even the version."""
    channel = make_channel("Circle", "private", social.cast.tenant) if secret else social.channel
    event = social.rich(channel_id=channel.pk, **values)
    stored = event.row
    for who in ("creator", "organizer", "superuser"):
        body = social.only(event, who)
        answer = said(social.send("PUT", f"events/{event.id}", body, who), 200)
        assert answer["events"] == [body]
    assert event.row == stored


def test_a_hybrid_event_can_turn_virtual(social: Social) -> None:
    """And from there in person; only in_person leaves it as it is."""
    event = social.event(format="hybrid")
    path = f"events/{event.id}"
    for word, stored in (
        ("in_person", "hybrid"),
        ("virtual", "virtual"),
        ("in_person", "in_person"),
    ):
        said(social.send("PUT", path, {"type": word}), 200)
        assert event.stored.format == stored


def test_an_end_before_the_start(social: Social, everything_stored: Stored) -> None:
    """Each is held against the other as it is stored."""
    event = social.event(start_time="2100-01-01T10:00Z", end_time="2100-01-01T12:00Z")
    stored = everything_stored()
    for name, value in (("startTime", "2100-01-01T12:00Z"), ("endTime", "2100-01-01T10:00Z")):
        assert paths(social.send("PUT", f"events/{event.id}", {name: value})) == [name]
    assert everything_stored() == stored


def test_a_replaced_cover_stays_uploaded(social: Social) -> None:
    """It may be another event's tomorrow."""
    event = social.rich()
    first = event.stored.cover
    second = make_image(social.cast.tenant)
    sent = {"coverImageFileId": str(second.pk)}
    (file,) = said(social.send("PUT", f"events/{event.id}", sent), 200)["files"]
    assert file["fileId"] == str(second.pk)
    assert Image.objects.filter(pk=first and first.pk).exists()


# --- Erased -----------------------------------------------------------------------------------


def test_an_erased_event(social: Social) -> None:
    """It goes with its answers, announcements, stream, cover and all that was said to them;
    another event's stay."""
    gone, kept = social.rich(), social.rich()
    for event in (gone, kept):
        make_rsvp(event)
        comment_by(social.cast.creator, "event", str(event.id))
    answer = social.send("DELETE", f"events/{gone.id}")
    assert said(answer, 200) == {"success": True}
    assert social.get(f"events/{gone.id}").status_code == 404
    assert social.send("DELETE", f"events/{gone.id}").status_code == 404
    assert list(Event.objects.values_list("pk", flat=True)) == [kept.id]
    for model in (Rsvp, Message, LiveRoom):
        assert set(model.objects.values_list("event", flat=True)) == {kept.id}  # type: ignore[attr-defined]
    posts = Message.objects.values_list("pk", flat=True)
    said_to = set(Comment.objects.values_list("content_id", flat=True))
    assert said_to - {str(kept.id)} <= {str(pk) for pk in posts}
    assert Comment.objects.count() == 2
    assert list(Image.objects.all()) == [kept.stored.cover]


def test_a_cover_that_another_event_shows(social: Social) -> None:
    """Stays as long as one does."""
    cover = make_image(social.cast.tenant)
    events = [social.event(cover_id=cover.pk) for _ in range(2)]
    for event, left in zip(events, (1, 0), strict=True):
        said(social.send("DELETE", f"events/{event.id}"), 200)
        assert Image.objects.count() == left


# --- Who may ----------------------------------------------------------------------------------

MAY = {
    "creator": 200,
    "organizer": 200,
    "superuser": 200,
    "colleague": 403,
    "publishable": 403,
    "reads": 403,
    "outsider": 404,
    "no tenant": 400,
    "anonymous": 401,
    "revoked": 401,
    "expired": 401,
}


@pytest.mark.once
@pytest.mark.parametrize(("who", "status"), MAY.items())
def test_who_changes_an_event(
    social: Social, who: str, status: int, everything_stored: Stored
) -> None:
    """Its creator, the tenant's organizers and superusers; a refusal writes nothing."""
    event = social.event()
    make_stream(event)
    path = f"events/{event.id}"
    acts = [
        ("PUT", path, {"title": "Theirs now"}),
        ("PUT", f"{path}/room", {"liveChatEnabled": True}),
        ("DELETE", f"{path}/room", None),
        ("DELETE", path, None),
    ]
    for method, address, body in acts:
        stored = everything_stored()
        assert social.send(method, address, body, who).status_code == status
        assert (everything_stored() == stored) is (status != 200)


def test_a_colleagues_own_event(social: Social) -> None:
    """Whoever makes it may change it."""
    body = made(social, NEW, "colleague")
    path = f"events/{body['eventId']}"
    assert social.send("PUT", path, {"title": "Mine"}, "colleague").status_code == 200
    assert social.send("PUT", path, {"title": "Mine"}, "creator").status_code == 403

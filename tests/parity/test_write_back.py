"""What was read is written back in every API, whole: nothing changes but what was changed in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model

from accounts.enums import LinkRole
from events.domain.lifecycle import cancel_event
from events.models import Event, LiveRoom, Question, Tier
from rsvps.domain.approval import approve
from rsvps.domain.tiers import update_tier
from tests.conftest import Api, Clock
from tests.makers import (
    MadeEvent,
    make_channel,
    make_image,
    make_link,
    make_question,
    make_rsvp,
    make_stream,
    make_tier,
)
from tests.social_cast import BASE, Social, make_social
from tests.tenant_cast import EVENTS, said

pytestmark = pytest.mark.once
Stored = Callable[[], Any]
Body = dict[str, Any]


@pytest.fixture
def social(api: Api) -> Social:
    return make_social(api)


@dataclass(frozen=True)
class Door:
    """One API to one event, for one caller: what it answers, and where that is sent back."""

    api: Api
    method: str
    path: str
    key: str | None
    part: Callable[[Any], Body]

    def read(self) -> Body:
        """The event, or what else is here."""
        return self.part(said(self.api.get(self.path, self.key), 200))

    def write(self, body: Body) -> Any:
        """Sends a whole body."""
        return self.api.send(self.method, self.path, body, self.key)


def doors_to(social: Social, event: MadeEvent, root: str) -> dict[str, Door]:
    """Every API as everybody who may change the event."""
    api, keys = social.api, social.keys
    capability = {
        "owner": event.owner_token,
        "cohost": make_link(event, LinkRole.COHOST),
        "root": root,
    }
    doors = {
        f"capability: {who}": Door(api, "PATCH", event.path, token, lambda told: told["event"])
        for who, token in capability.items()
    }
    for who in ("creator", "organizer", "superuser"):
        doors[f"tenant: {who}"] = Door(
            api, "PATCH", f"{EVENTS}/{event.id}", keys[who], lambda told: told
        )
        doors[f"social: {who}"] = Door(
            api, "PUT", f"{BASE}/events/{event.id}", keys[who], lambda told: told["events"][0]
        )
    for door in doors.values():  # a link's last use is noted once an hour
        door.read()
    return doors


FULL = {
    "description": "*All* welcome",
    "location": "Rua 1",
    "online_url": "https://meet.example.org/x",
    "timezone": "Europe/Lisbon",
    "format": "hybrid",
    "tags": ["jazz", "a, b"],
    "metadata": {"a": [1, None]},
    "capacity": 3,
    "max_guests_per_rsvp": 2,
}
NOON = {"start_time": "2030-05-01T12:00:00Z"}
STATES: dict[str, dict[str, Any]] = {
    "bare": {},
    "scheduled": FULL,
    "live": NOON | FULL,
    "over": {"start_time": "2030-04-01T12:00:00Z", **FULL},
    "closed": {"rsvps_closed": True},
    "closed by the clock": {"rsvp_close_at": "2030-04-30T12:00:00Z", **FULL},
    "private": {"is_private": True, **FULL},
    "redacted": {"approval_required": True, "hide_location": True, **FULL},
    "cancelled": FULL,
    "cancelled and over": {"start_time": "2030-04-01T12:00:00Z"},
}


def event_in(social: Social, state: str) -> MadeEvent:
    """An event of the creator in a private channel, or in none when it is bare."""
    told = dict(STATES[state])
    if told.get("format"):
        channel = make_channel("Circle", "private", tenant=social.cast.tenant)
        told |= {"channel_id": channel.pk, "cover_id": make_image(social.cast.tenant).pk}
        told["featured"] = True
    event = social.event(**told)
    make_rsvp(event, user=social.cast.colleague.user, force=True)
    if state.startswith("cancelled"):
        cancel_event(event_id=event.id)
    return event


@pytest.mark.parametrize("state", STATES)
def test_an_event_is_written_back(
    social: Social, state: str, clock: Clock, root_token: str, everything_stored: Stored
) -> None:
    """By everybody who may: nothing is another, not even its version."""
    event = event_in(social, state)
    doors = doors_to(social, event, root_token)
    stored = everything_stored()
    for name, door in doors.items():
        body = door.read()
        assert (door.write(body).status_code, name) == (200, name)
        assert everything_stored() == stored, name
        assert door.read() == body


def test_what_is_changed_in_a_whole_body_is_changed(
    social: Social, clock: Clock, root_token: str
) -> None:
    """And nothing else."""
    event = event_in(social, "closed by the clock")
    for door in doors_to(social, event, root_token).values():
        before = vars(event.stored)
        title = before["title"] + "!"
        said(door.write(door.read() | {"title": title}), 200)
        after = vars(event.stored)
        changed = {name for name in before if before[name] != after[name]} - {"_state"}
        assert changed <= {"title", "version", "edit_version", "updated_at", "sequence"}, changed
        assert after["title"] == title


# --- What the clock says ----------------------------------------------------------------------


def test_time_passes_between_reading_and_writing(
    social: Social, clock: Clock, root_token: str, everything_stored: Stored
) -> None:
    """The status of a moment ago comes back and changes nothing, closed RSVPs open nothing."""
    start = clock.now + timedelta(hours=1)
    event = social.event(start_time=start, rsvp_close_at=start)
    doors = doors_to(social, event, root_token)
    for hours in (2, 9):  # live, over
        bodies = {name: door.read() for name, door in doors.items()}
        clock.set(2030, 5, 1, 12 + hours)
        for door in doors.values():  # the links' last use is noted
            door.read()
        stored = everything_stored()
        for name, door in doors.items():
            assert (door.write(bodies[name]).status_code, name) == (200, name)
            # As the only thing that is said, it would be a wish.
            refused = door.write({"status": bodies[name]["status"]})
            assert list(said(refused, 400)["errors"]) == ["status"]
        assert everything_stored() == stored


def test_a_status_that_is_no_earlier_one(
    social: Social, clock: Clock, root_token: str, everything_stored: Stored
) -> None:
    """Is refused by name. Where it can be set, a whole body revives no event that is called off."""
    event, called_off = social.event(), event_in(social, "cancelled")
    for made, others in (
        (event, ("live", "ended", "x", None, 1, [])),
        (called_off, ("scheduled", "live", "ended", "x", None)),
    ):
        doors = doors_to(social, made, root_token)
        stored = everything_stored()
        for name, door in doors.items():
            for status in others:
                whole = door.read() | {"status": status}
                if status == "scheduled" and "social" not in name:
                    assert said(door.write(whole), 409)["code"] == "is_cancelled"
                    continue
                for body in ({"status": status}, whole):
                    assert list(said(door.write(body), 400)["errors"]) == ["status"]
        assert everything_stored() == stored


@pytest.mark.parametrize("whole", [False, True])
def test_an_event_is_cancelled_and_revived(
    social: Social, clock: Clock, root_token: str, whole: bool
) -> None:
    """By everybody who may, where the API has a status to set; said twice it changes nothing."""
    event = event_in(social, "scheduled")
    for name, door in doors_to(social, event, root_token).items():
        if "social" in name:
            assert list(said(door.write({"status": "cancelled"}), 400)["errors"]) == ["status"]
            continue
        before, whole_body = event.stored, door.read() if whole else {}
        for step, status in enumerate(("cancelled", "scheduled"), 1):
            body, whole_body = whole_body | {"status": status}, {}
            for _ in range(2):
                assert door.part(said(door.write(body), 200))["status"] == status
                assert door.read()["status"] == status
                after = event.stored
                moved = (after.sequence - before.sequence, after.edit_version - before.edit_version)
                assert (after.cancelled_at is None, moved) == (step == 2, (step, step))


def test_an_organizer_closes_what_the_clock_closed(
    social: Social, clock: Clock, root_token: str
) -> None:
    """Said by itself, it is the organizer's choice; within a whole body it is what was read."""
    event = social.event(rsvp_close_at=clock.now - timedelta(hours=1))
    for door in doors_to(social, event, root_token).values():
        if "rsvps_closed" not in door.read():
            continue
        said(door.write(door.read()), 200)
        assert event.stored.rsvps_closed is False
        later = door.read() | {"rsvp_close_at": "2030-05-02T12:00:00Z"}
        assert door.part(said(door.write(later), 200))["rsvps_closed"] is False
        said(door.write({"rsvps_closed": True, "rsvp_close_at": "2030-05-01T11:00:00Z"}), 200)
        assert event.stored.rsvps_closed is True
        said(door.write(door.read()), 200)
        assert event.stored.rsvps_closed is True
        said(door.write(door.read() | {"rsvps_closed": False}), 200)
        assert event.stored.rsvps_closed is False


def test_a_channel_is_not_changed_within_its_event(
    social: Social, root_token: str, everything_stored: Stored
) -> None:
    """Name and visibility are fields of the event's; what an answer tells of them is not."""
    event = event_in(social, "scheduled")
    doors = doors_to(social, event, root_token)
    stored = everything_stored()
    for name, door in doors.items():
        body = door.read()
        wrong: Body = {"isOriginPublic": True, "discussionCommunityId": str(event.id)}
        if "channel" in body:
            wrong = {"channel": body["channel"] | {"visibility": "public"}}
        if name.startswith("tenant"):
            continue
        for field, value in wrong.items():
            refused = said(door.write(body | {field: value}), 400)
            assert list(refused["errors"]) == [field]
        if "channel" in body:
            assert list(said(door.write({"channel": None}), 400)["errors"]) == ["channel"]
    assert everything_stored() == stored


# --- RSVPs, tiers, streams --------------------------------------------------------------------


@pytest.mark.parametrize("state", ["scheduled", "over", "closed", "redacted"])
@pytest.mark.parametrize("attendance", ["going", "interested", "not_going"])
def test_an_rsvp_is_written_back(
    social: Social, state: str, attendance: str, clock: Clock, everything_stored: Stored
) -> None:
    """By its guest, also when tiers and questions came or went since it was made."""
    api, member = social.api, social.cast.creator
    event = social.event(**STATES[state])
    early = make_rsvp(
        event, attendance=attendance, note="Told", is_private=True, guest_count=1, force=True
    )
    tier = make_tier(event)
    answered, later = make_question(tier), make_question(tier, label="Late")
    later.delete()
    form = {"tier_id": tier.pk, "form_answers": {str(answered.pk): "Because"}}
    late = make_rsvp(
        event, attendance=attendance, user=member.user, force=True, **form, is_private=True
    )
    update_tier(event_id=event.id, tier_id=tier.pk, values={"questions": [], "is_active": False})
    make_question(tier, required=True, position=5)
    doors = [
        Door(api, "PATCH", f"{event.path}/rsvps/self", rsvp.token, lambda told: told["rsvp"])
        for rsvp in (early, late)
    ]
    mine = Door(
        api,
        "PUT",
        f"{BASE}/events/{event.id}/rsvp",
        member.key,
        lambda told: told["eventResponses"][0],
    )
    theirs = api.get(f"{BASE}/events/{event.id}/me/rsvp", member.key)
    stored = everything_stored()
    for door in doors:
        body = door.read()
        assert said(door.write(body), 200)["rsvp"] == body
        assert everything_stored() == stored
    said(mine.write(mine.part(said(theirs, 200))), 200)
    assert everything_stored() == stored


def test_an_rsvp_of_the_tenants(social: Social, clock: Clock, everything_stored: Stored) -> None:
    """As it was answered, by PATCH and by POST; and after its organizers decided."""
    api, member = social.api, social.cast.colleague
    event = social.event(approval_required=True)
    path = f"{EVENTS}/{event.id}/rsvp"
    body = said(api.post(path, {"status": "going", "guest_count": 1}, member.key), 201)
    own = f"{EVENTS}/rsvps/{body['id']}"
    for _ in ("waiting", "approved"):
        stored = everything_stored()
        said(api.patch(own, body, member.key), 200)
        said(api.post(path, body, member.key), 201)
        assert everything_stored() == stored
        approve(event_id=event.id, rsvp_id=body["id"])
    for sent in ({"approval_status": "pending"}, body | {"approval_status": "rejected"}):
        assert list(said(api.patch(own, sent, member.key), 400)["errors"]) == ["approval_status"]


def kept(*models: type[Model]) -> list[str]:
    """Every row of these, but for when it was changed."""
    passing = {"_state", "updated_at", "version", "edit_version"}
    return sorted(
        str({name: value for name, value in vars(row).items() if name not in passing})
        for model in models
        for row in model._default_manager.all()
    )


def test_a_tier_is_written_back(social: Social) -> None:
    """With its form: questions that were retired stay so, those still asked keep their place."""
    event = social.event()
    tier = make_tier(event, capacity=4, price_cents=0)
    first, gone, last = (make_question(tier, label=label) for label in ("A", "B", "C"))
    answers = {str(gone.pk): "Because"}
    rsvp = make_rsvp(event, tier_id=tier.pk, form_answers=answers)
    left = [{"id": str(each.pk), "label": each.label} for each in (first, last)]
    update_tier(event_id=event.id, tier_id=tier.pk, values={"questions": left})
    rsvp.stored.delete()  # nobody's answer keeps it now
    doors = {
        "capability": Door(
            social.api,
            "PATCH",
            f"{event.path}/tiers/{tier.pk}",
            event.owner_token,
            lambda told: told["tier"],
        ),
        "tenant": Door(
            social.api,
            "PATCH",
            f"{EVENTS}/{event.id}/tiers/{tier.pk}",
            social.keys["creator"],
            lambda told: told,
        ),
    }
    for name, door in doors.items():
        listed = said(social.api.get(door.path, door.key), 200)
        body = door.part(listed)
        assert [each["is_active"] for each in body["questions"]].count(False) == 1
        stored = kept(Tier, Question, Event)
        assert (door.write(body).status_code, name) == (200, name)
        assert kept(Tier, Question, Event) == stored, name


def test_a_question_is_retired_and_asked_again(social: Social) -> None:
    """By is_active, as it is read; a new one cannot be retired already."""
    event = social.event()
    tier = make_tier(event)
    question = make_question(tier)
    make_rsvp(event, tier_id=tier.pk, form_answers={str(question.pk): "Because"})
    path = f"{event.path}/tiers/{tier.pk}"
    for active in (False, False, True):
        entry = {"id": str(question.pk), "label": "Why?", "isActive": active}
        body = said(social.api.patch(path, {"questions": [entry]}, event.owner_token), 200)
        assert [each["is_active"] for each in body["tier"]["questions"]] == [active]
    new = {"questions": [{"label": "New", "isActive": False}]}
    refused = said(social.api.patch(path, new, event.owner_token), 400)
    assert list(refused["errors"]) == ["questions.0.isActive"]


def test_a_stream_is_written_back(social: Social) -> None:
    """With its recordings."""
    event = social.event()
    recordings = [{"url": "https://stream.example.org/a", "thumbnail_url": ""}]
    make_stream(event, status="recorded", recordings=recordings, chat_enabled=True)
    door = Door(
        social.api,
        "PUT",
        f"{BASE}/events/{event.id}/room",
        social.keys["creator"],
        lambda told: told["rooms"][0],
    )
    stored = kept(LiveRoom, Event)
    said(door.write(door.read()), 200)
    assert kept(LiveRoom, Event) == stored

"""What each member of the tenant may know of an event, and what a limited key reaches."""

from __future__ import annotations

import re
from typing import Any

import pytest
from icalendar import Calendar

from events.models import Event
from rsvps.domain.approval import approve, reject
from tests.conftest import Api
from tests.makers import make_channel, make_rsvp
from tests.tenant_cast import (
    COMMENTS,
    EVENTS,
    Cast,
    comment_by,
    limited_key,
    make_cast,
    make_member,
    said,
    soon,
    titles,
)

PLACE = {"location": "12 Elm St", "online_url": "https://meet.example.org/x"}
NOWHERE = dict.fromkeys(PLACE)
GUARDS: dict[str, dict[str, Any]] = {
    "hidden": {"hide_location": True},
    "approval": {"approval_required": True},
}


@pytest.fixture
def cast(db: None) -> Cast:
    """Who calls."""
    return make_cast()


def place_in(body: dict[str, Any]) -> dict[str, Any]:
    """Where an event says it is."""
    return {name: body[name] for name in PLACE}


def export(api: Api, event_id: Any, key: str | None) -> Any:
    """The one VEVENT of the export."""
    body = said(api.get(f"{EVENTS}/{event_id}/export/ical", key), 200)
    (entry,) = Calendar.from_ical(body["ical_content"]).walk("VEVENT")
    return entry


# --- Places -----------------------------------------------------------------------------------


@pytest.mark.parametrize("guard", GUARDS)
def test_a_guarded_place(api: Api, cast: Cast, guard: str) -> None:
    """Null in detail, lists and calendar for colleagues and visitors, and for guests who are
    waiting, refused or undecided; told to attendees, the creator and organizers."""
    event = cast.event(title="Supper", **PLACE, **GUARDS[guard])
    guests = {
        name: make_member(cast.tenant, name) for name in ("attendee", "waiting", "refused", "maybe")
    }
    for name, member in guests.items():
        answer = "interested" if name == "maybe" else "going"
        rsvp = make_rsvp(event, user=member.user, attendance=answer)
        if name == "attendee":
            approve(event_id=event.id, rsvp_id=rsvp.id)
        if name == "refused":
            reject(event_id=event.id, rsvp_id=rsvp.id)
        if name == "waiting" and guard == "hidden":
            Event.objects.filter(pk=event.id).update(approval_required=True)
            api.patch(f"{EVENTS}/rsvps/{rsvp.id}", {"guest_count": 1}, member.key)
            assert rsvp.row.approval == "pending"
            Event.objects.filter(pk=event.id).update(approval_required=False)
    keys = {name: cast.keys[name] for name in ("creator", "organizer", "colleague", "publishable")}
    keys |= {name: member.key for name, member in guests.items()}
    told = {"creator", "organizer", "attendee"}
    for name, key in keys.items():
        expected = PLACE if name in told else NOWHERE
        assert place_in(said(api.get(f"{EVENTS}/{event.id}", key), 200)) == expected, name
        for path in (EVENTS, f"{EVENTS}/browse"):
            (listed,) = said(api.get(path, key), 200)["events"]
            assert place_in(listed) == expected, name
        assert export(api, event.id, key).get("LOCATION") == expected["location"]
    for name, member in guests.items():
        (mine,) = said(api.get(f"{EVENTS}/my-events", member.key), 200)["events"]
        assert place_in(mine) == (PLACE if name in told else NOWHERE), name


def test_an_open_place(api: Api, cast: Cast) -> None:
    """Redaction is for guarded events only."""
    event = cast.event(**PLACE)
    for who in ("creator", "colleague", "publishable"):
        body = said(api.get(f"{EVENTS}/{event.id}", cast.keys[who]), 200)
        assert place_in(body) == PLACE


def test_the_answer_of_a_change_is_redacted_for_its_reader(api: Api, cast: Cast) -> None:
    """An organizer who guards an event still reads the place; a colleague no longer."""
    event = cast.event(**PLACE)
    path = f"{EVENTS}/{event.id}"
    assert place_in(said(api.get(path, cast.colleague.key), 200)) == PLACE
    changed = said(api.patch(path, {"hide_location": True}, cast.organizer.key), 200)
    assert place_in(changed) == PLACE
    assert place_in(said(api.get(path, cast.colleague.key), 200)) == NOWHERE


# --- Private events and channels ----------------------------------------------------------------


def test_a_private_event_by_its_id(api: Api, cast: Cast) -> None:
    """The id is the invitation, within the tenant: readable, answerable, exportable."""
    event = cast.event(title="Quiet", is_private=True)
    path, key = f"{EVENTS}/{event.id}", cast.colleague.key
    assert said(api.get(path, key), 200)["is_private"] is True
    assert said(api.post(f"{path}/rsvp", {"status": "going"}, key), 201)["status"] == "going"
    assert str(export(api, event.id, key)["SUMMARY"]) == "Quiet"
    assert titles(api.get(EVENTS, key)) == []
    assert titles(api.get(f"{EVENTS}/my-events", key)) == ["Quiet"]


def test_a_private_channel_is_named_to_organizers(api: Api, cast: Cast) -> None:
    """group_id is null for everybody else, attendees too, and does not filter for them."""
    quiet = make_channel("Quiet room", visibility="private", tenant=cast.tenant)
    event = cast.event(title="Circle", channel_id=quiet.pk)
    attendee = make_member(cast.tenant)
    make_rsvp(event, user=attendee.user)
    keys = {name: cast.keys[name] for name in ("creator", "organizer", "colleague", "publishable")}
    for name, key in (keys | {"attendee": attendee.key}).items():
        told = name in ("creator", "organizer")
        answers = [api.get(f"{EVENTS}/{event.id}", key), api.get(EVENTS, key)]
        answers.append(api.get(f"{EVENTS}/browse", key))
        for answer in answers:
            assert (str(quiet.pk) in answer.content.decode()) is told
            assert quiet.slug not in answer.content.decode()
        for path in (EVENTS, f"{EVENTS}/browse"):
            body = said(api.get(path, key, group_id=quiet.pk), 200)
            assert (len(body["events"]), body["total"]) == ((1, 1) if told else (0, 0))


# --- The calendar -------------------------------------------------------------------------------


def test_the_references_file_name(api: Api, cast: Cast) -> None:
    """Title and the start of the id, in the nearest ASCII."""
    event = cast.event(title="AI Builders Meetup — Mäy 2026")
    body = said(api.get(f"{EVENTS}/{event.id}/export/ical", cast.colleague.key), 200)
    assert body.keys() == {"ical_content", "filename"}
    assert body["filename"] == f"AI_Builders_Meetup_May_2026_{str(event.id)[:8]}.ics"
    assert body["ical_content"].startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")


@pytest.mark.once
@pytest.mark.parametrize("title", ["東京", "../../etc/passwd", "x" * 255, "—", 'a"b\\c', "COM1"])
def test_file_names_are_safe(api: Api, cast: Cast, title: str) -> None:
    """Whatever the title, a name any system can store."""
    event = cast.event(title=title)
    body = said(api.get(f"{EVENTS}/{event.id}/export/ical", cast.creator.key), 200)
    assert re.fullmatch(r"[A-Za-z0-9_]{1,80}_[0-9a-f]{8}\.ics", body["filename"])


def test_the_calendar_entry(api: Api, cast: Cast) -> None:
    """Every property, in UTC, escaped, from any key of the tenant."""
    start = soon(days=3)
    event = cast.event(
        title="Tea; coffee, cake",
        description="Line one\nLine two",
        start_time=start,
        end_time=soon(days=4),
        location="12 Elm St",
    )
    entry = export(api, event.id, cast.keys["publishable"])
    assert entry["UID"] == f"{event.id}@convene"
    assert (entry["DTSTART"].dt, entry["DTEND"].dt) == (start, event.stored.end_time)
    assert str(entry["SUMMARY"]) == "Tea; coffee, cake"
    assert str(entry["DESCRIPTION"]) == "Line one\nLine two"
    assert str(entry["LOCATION"]) == "12 Elm St"
    assert (str(entry["STATUS"]), entry["SEQUENCE"]) == ("CONFIRMED", 0)
    assert str(entry["URL"]).endswith(f"/e/{event.id}")


# --- Keys limited to a channel --------------------------------------------------------------------


def test_a_limited_key(api: Api, cast: Cast) -> None:
    """It reaches the events of its channel; any other answers like none."""
    club = make_channel("Club", tenant=cast.tenant)
    inside, outside = cast.event(title="In", channel_id=club.pk), cast.event(title="Out")
    for event in (inside, outside):
        make_rsvp(event, user=cast.creator.user)
    key = limited_key(cast.creator, club).key
    for path in (EVENTS, f"{EVENTS}/browse", f"{EVENTS}/my-events"):
        body = said(api.get(path, key), 200)
        assert ([each["title"] for each in body["events"]], body["total"]) == (["In"], 1)
    said(api.get(f"{EVENTS}/{inside.id}", key), 200)
    own = outside.stored.rsvps.get()
    for method, path in (
        ("GET", f"{EVENTS}/{outside.id}"),
        ("PATCH", f"{EVENTS}/{outside.id}"),
        ("DELETE", f"{EVENTS}/{outside.id}"),
        ("GET", f"{EVENTS}/{outside.id}/attendees"),
        ("POST", f"{EVENTS}/{outside.id}/rsvp"),
        ("PATCH", f"{EVENTS}/rsvps/{own.pk}"),
        ("GET", f"{COMMENTS}/event/{outside.id}"),
    ):
        assert api.send(method, path, {}, key).status_code == 404, path


def test_what_a_limited_key_makes(api: Api, cast: Cast) -> None:
    """Its events join its channel without being told, and no other one."""
    club, hall = (make_channel(name, tenant=cast.tenant) for name in ("Club", "Hall"))
    key = limited_key(cast.creator, club).key
    new = {"title": "T", "start_time": "2100-01-01T10:00:00Z"}
    for group in ({}, {"group_id": None}, {"group_id": str(club.pk)}):
        made = said(api.post(EVENTS, new | group, key), 201)
        assert made["group_id"] == str(club.pk)
    elsewhere = {"group_id": str(hall.pk)}
    said(api.post(EVENTS, new | elsewhere, key), 403)
    said(api.patch(f"{EVENTS}/{made['id']}", elsewhere, key), 403)
    assert said(api.patch(f"{EVENTS}/{made['id']}", {"group_id": None}, key), 200) == made
    assert Event.objects.exclude(channel=club).count() == 0


def test_comments_beyond_a_limited_key(api: Api, cast: Cast) -> None:
    """It deletes comments on its channel's events and on content that is no event; others on
    events answer like none, one's own too."""
    club = make_channel("Club", tenant=cast.tenant)
    inside, outside = cast.event(channel_id=club.pk), cast.event()
    key = limited_key(cast.organizer, club).key
    for member in (cast.organizer, cast.colleague):
        here = comment_by(member, "event", str(inside.id))
        there = comment_by(member, "event", str(outside.id))
        said(api.delete(f"{COMMENTS}/{here}", key), 200)
        said(api.delete(f"{COMMENTS}/{there}", key), 404)
        said(api.delete(f"{COMMENTS}/{comment_by(member)}", key), 200)

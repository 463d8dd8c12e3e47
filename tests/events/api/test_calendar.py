"""The iCalendar file of an event."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import icalendar
import pytest

from events.domain.lifecycle import cancel_event
from rsvps.domain.event_changes import update_event
from tests.conftest import Api
from tests.makers import MadeEvent, make_event, make_rsvp

TEXT = "Bring: *tea*; cake, \\ and 'words'\nSecond line ☕ " + "long " * 40
PLAIN = TEXT.replace("*", "").strip()


def entry(api: Api, event: MadeEvent, token: str | None = None) -> Any:
    response = api.get(f"{event.path}/event.ics", token)
    assert response.status_code == 200
    calendar = icalendar.Calendar.from_ical(response.content)
    (found,) = calendar.walk("VEVENT")
    return found


def test_the_file_whole(api: Api) -> None:
    """Read back by another program's rules: every property, none besides."""
    event = make_event(
        title="Tea, cake; & more",
        description=TEXT,
        start_time="2031-07-01T10:00:00Z",
        end_time="2031-07-01T12:30:00Z",
        timezone="Europe/Vienna",
        location="Zwiebelgasse 7, Wien",
        online_url="https://example.org/room",
    )
    response = api.get(f"{event.path}/event.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="Tea_cake_more_2031-07-01.ics"'
    lines = response.content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    calendar = icalendar.Calendar.from_ical(response.content)
    assert {name: str(calendar[name]) for name in calendar} == {
        "PRODID": "-//Convene//Convene//EN",
        "VERSION": "2.0",
        "CALSCALE": "GREGORIAN",
        "METHOD": "PUBLISH",
    }
    found, stored = entry(api, event), event.stored
    texts = {"UID", "SUMMARY", "DESCRIPTION", "LOCATION", "CONFERENCE", "URL", "STATUS"}
    read = {name: str(found[name]) if name in texts else found.decoded(name) for name in found}
    assert read == {
        "UID": f"{event.id}@convene",
        "DTSTAMP": stored.updated_at.replace(microsecond=0),
        "CREATED": stored.created_at.replace(microsecond=0),
        "LAST-MODIFIED": stored.updated_at.replace(microsecond=0),
        "SEQUENCE": 0,
        "DTSTART": datetime(2031, 7, 1, 10, tzinfo=UTC),
        "DTEND": datetime(2031, 7, 1, 12, 30, tzinfo=UTC),
        "SUMMARY": "Tea, cake; & more",
        "DESCRIPTION": PLAIN + "\n\nJoin online: https://example.org/room",
        "CONFERENCE": "https://example.org/room",
        "LOCATION": "Zwiebelgasse 7, Wien",
        "URL": f"http://testserver/e/{event.id}",
        "STATUS": "CONFIRMED",
    }


def test_what_is_not_there_is_left_out(api: Api) -> None:
    """No end, no place, no description: no empty properties."""
    found = entry(api, make_event())
    assert not {"DTEND", "LOCATION", "DESCRIPTION"} & found.keys()


def test_an_online_event_is_located_at_its_address(api: Api) -> None:
    """Where there is no street there may be a link."""
    event = make_event(format="virtual", online_url="https://example.org/room")
    assert str(entry(api, event)["LOCATION"]) == "https://example.org/room"


def test_changes_reach_calendars(api: Api) -> None:
    """SEQUENCE grows with each change that makes people look again (RFC 5546, section 2.1.4): of
    time, place and title; LAST-MODIFIED tells of all the others."""
    event = make_event()
    sequences, modified = [entry(api, event)["SEQUENCE"]], []
    changes: list[dict[str, Any]] = [
        *({"location": "There"}, {"capacity": 5}, {"title": "New"}, {"description": "New"}),
        *({"timezone": "Europe/Berlin"}, {"tags": ["a"]}, {"rsvps_closed": True}),
        {"start_time": "2031-07-01T10:00:00Z"},
    ]
    for values in changes:
        update_event(event=event.row, values=values)
        found = entry(api, event)
        sequences.append(found["SEQUENCE"])
        modified.append(found["LAST-MODIFIED"].dt == event.stored.updated_at.replace(microsecond=0))
    assert sequences == [0, 1, 1, 2, 2, 3, 3, 3, 4]
    assert all(modified)


def test_answers_leave_the_entry_as_it_is(api: Api) -> None:
    """Whoever comes or goes, calendars have nothing to hear."""
    event = make_event(capacity=5)
    before = api.get(f"{event.path}/event.ics").content
    make_rsvp(event)
    assert api.get(f"{event.path}/event.ics").content == before


@pytest.mark.parametrize("accepted", ["text/calendar", "text/calendar, text/x-vcalendar;q=0.5"])
def test_programs_that_accept_calendars_only(api: Api, accepted: str) -> None:
    """They are answered; a refusal is JSON all the same."""
    headers = {"Accept": accepted}
    found = api.client.get(f"{make_event().path}/event.ics", headers=headers)
    assert (found.status_code, found["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    missing = api.client.get(f"/api/v1/events/{uuid4()}/event.ics", headers=headers)
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")


def test_a_cancelled_event(api: Api) -> None:
    """STATUS:CANCELLED with a higher SEQUENCE, under the same UID."""
    event = make_event()
    before = entry(api, event)
    cancel_event(event_id=event.id)
    after = entry(api, event)
    assert str(after["STATUS"]) == "CANCELLED"
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["UID"] == before["UID"]
    assert api.get(event.path).json()["event"]["status"] == "cancelled"


@pytest.mark.once
@pytest.mark.parametrize("title", ["BEGIN:VEVENT", "a\\nb", "x;y,z:w", "\u2028", "ß" * 255])
def test_titles_cannot_break_out_of_their_line(api: Api, title: str) -> None:
    """What was typed comes back as text, in one event."""
    event = make_event(title=f"[{title}]"[:255])
    assert str(entry(api, event)["SUMMARY"]) == event.stored.title


@pytest.mark.once
def test_text_cannot_add_properties(api: Api) -> None:
    """Line breaks in a description stay inside it."""
    event = make_event(description="a\r\nLOCATION:Elsewhere\r\nEND:VEVENT\rX:y")
    found = entry(api, event)
    assert "LOCATION" not in found
    assert str(found["DESCRIPTION"]) == "a\nLOCATION:Elsewhere\nEND:VEVENT\nX:y"

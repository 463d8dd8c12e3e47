"""What calendars are sent: read back by three parsers that share nothing with each other."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import icalendar
import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream
from vobject.icalendar import __tzidMap as known_zones

from events.domain.calendar import Invitation, write_event, write_feed, write_invitation
from events.enums import Status

pytestmark = pytest.mark.once

ZONES = (
    *("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"),
    *("Asia/Kathmandu", "Etc/GMT+5", "UTC"),
)
MOMENTS = (
    *(datetime(2034, 1, 15, 10, 30, tzinfo=UTC), datetime(2034, 7, 15, 10, 30, tzinfo=UTC)),
    # Ramadan: Morocco has put its clocks back.
    datetime(2034, 11, 20, 10, 30, tzinfo=UTC),
    *(datetime(2010, 7, 15, 10, 30, tzinfo=UTC), datetime(2150, 7, 15, 10, 30, tzinfo=UTC)),
)
MADE = datetime(2030, 1, 1, 8, tzinfo=UTC)
PAGE = "https://example.org/e/1"
_numbers = itertools.count()


def entry(**values: Any) -> Any:
    """What a reader may know of an event, two hours of a summer's evening unless told otherwise."""
    plain = {
        "id": UUID(int=7),
        "title": "Garden party",
        "description": "",
        "start_time": datetime(2034, 7, 15, 16, tzinfo=UTC),
        "end_time": datetime(2034, 7, 15, 18, tzinfo=UTC),
        "timezone": "Europe/Berlin",
        "location": None,
        "online_url": None,
        "tags": [],
        "status": Status.SCHEDULED,
        "sequence": 3,
        "created_at": MADE,
        "updated_at": MADE + timedelta(hours=1),
    }
    return SimpleNamespace(**plain | values)


def by_icalendar(written: bytes) -> tuple[datetime, datetime]:
    (found,) = icalendar.Calendar.from_ical(written).walk("VEVENT")
    return found["DTSTART"].dt, found["DTEND"].dt


def by_vobject(written: bytes) -> tuple[datetime, datetime]:
    known_zones.clear()  # it keeps the zones of each file for the next one
    found = vobject.readOne(written.decode()).vevent
    return found.dtstart.value, found.dtend.value


def by_ical(written: bytes) -> tuple[datetime, datetime]:
    (found,) = IcsCalendarStream.calendar_from_ics(written.decode()).events
    return found.dtstart, found.dtend


PARSERS: list[Callable[[bytes], tuple[datetime, datetime]]] = [by_icalendar, by_vobject, by_ical]


def only(written: bytes) -> Any:
    """The one event of a calendar."""
    (found,) = icalendar.Calendar.from_ical(written).walk("VEVENT")
    return found


def line_of(written: bytes, name: str) -> str:
    """The unfolded line of a property, which occurs once."""
    lines = written.decode().replace("\r\n ", "").split("\r\n")
    (found,) = [line for line in lines if line.startswith(name)]
    return found


@pytest.mark.parametrize("read", PARSERS)
@pytest.mark.parametrize("zone", ZONES)
def test_instants_are_what_they_were(zone: str, read: Callable[..., Any]) -> None:
    """In winter and in summer, long ago and long to come."""
    for start in MOMENTS:
        end = start + timedelta(minutes=90)
        found = read(write_event(entry(timezone=zone, start_time=start, end_time=end), PAGE))
        assert [moment.astimezone(UTC) for moment in found] == [start, end], start


@pytest.mark.parametrize("read", [by_icalendar, by_vobject])
@pytest.mark.parametrize("zone", ZONES[:-1])
def test_instants_by_what_the_file_says_of_the_zone(zone: str, read: Callable[..., Any]) -> None:
    """Under names that no program knows, each for one file: programs remember them. ``ical`` reads
    known names only."""
    for start in MOMENTS:
        end = start + timedelta(minutes=90)
        written = write_event(entry(timezone=zone, start_time=start, end_time=end), PAGE)
        unknown = written.replace(zone.encode(), f"Atlantis/{next(_numbers)}".encode())
        assert [moment.astimezone(UTC) for moment in read(unknown)] == [start, end], start


@pytest.mark.parametrize("read", PARSERS)
def test_an_hour_that_comes_twice(read: Callable[..., Any]) -> None:
    """The second one is written in UTC: a local time with a zone is the first."""
    first, second = (datetime(2034, 10, 29, hour, 30, tzinfo=UTC) for hour in (0, 1))
    written = write_event(entry(start_time=first, end_time=second), PAGE)
    assert line_of(written, "DTSTART;") == "DTSTART;TZID=Europe/Berlin:20341029T023000"
    assert line_of(written, "DTEND") == "DTEND:20341029T013000Z"
    assert [moment.astimezone(UTC) for moment in read(written)] == [first, second]


def test_utc_has_no_zone() -> None:
    written = write_event(entry(timezone="UTC"), PAGE)
    assert b"VTIMEZONE" not in written
    assert line_of(written, "DTSTART") == "DTSTART:20340715T160000Z"


def test_one_without_an_end_lasts_three_hours() -> None:
    """As everywhere in Convene; without DURATION calendars show a moment, or make an hour up."""
    found = only(write_event(entry(end_time=None), PAGE))
    assert "DTEND" not in found
    assert found["DURATION"].dt == timedelta(hours=3)


def test_every_property_and_none_besides() -> None:
    """Of an event that has them all."""
    online = "https://meet.example.org/a?b=1,2;c"
    written = write_event(
        entry(
            description="Bring **cake** and [a cup](https://cups.example)\n\n- tea\n- milk",
            location="Zwiebelgasse 7",
            online_url=online,
            tags=["a, b", "c"],
        ),
        PAGE,
    )
    found = only(written)
    assert set(found) == {
        *("UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY"),
        *("DESCRIPTION", "LOCATION", "CONFERENCE", "CATEGORIES", "URL", "STATUS"),
    }
    assert str(found["UID"]) == f"{UUID(int=7)}@convene"
    assert (found["SEQUENCE"], str(found["STATUS"])) == (3, "CONFIRMED")
    assert found["CREATED"].dt == MADE
    assert found["LAST-MODIFIED"].dt == found["DTSTAMP"].dt == MADE + timedelta(hours=1)
    assert str(found["DESCRIPTION"]) == (
        f"Bring cake and a cup (https://cups.example)\n\n- tea\n- milk\n\nJoin online: {online}"
    )
    assert str(found["LOCATION"]) == "Zwiebelgasse 7"
    assert line_of(written, "CONFERENCE") == f"CONFERENCE;FEATURE=VIDEO;VALUE=URI:{online}"
    assert found["CATEGORIES"].cats == ["a, b", "c"]
    assert str(found["URL"]) == PAGE


def test_an_online_event_is_located_at_its_link() -> None:
    """Where calendars look for a link to join; its description stays as it is."""
    found = only(write_event(entry(online_url="https://meet.example.org/a"), PAGE))
    assert str(found["LOCATION"]) == "https://meet.example.org/a"
    assert "DESCRIPTION" not in found


def test_lines_have_at_most_75_bytes() -> None:
    """Counted in octets, and no character is cut in two."""
    title, text = "ä€\U0001f389" * 40, "ß€\U0001f389" * 900
    written = write_event(entry(title=title, description=text, location="é" * 300), PAGE)
    for line in written.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    found = only(written)
    assert (str(found["SUMMARY"]), str(found["DESCRIPTION"])) == (title, text)
    assert vobject.readOne(written.decode()).vevent.summary.value == title


@pytest.mark.parametrize("title", ["END:VCALENDAR", "a\\nb", "x;y,z:w", "\u2028", '"q"'])
def test_no_text_leaves_its_line(title: str) -> None:
    """In an event, and as the name of a calendar."""
    written = write_feed(title, [(entry(title=title, location=title), PAGE)])
    calendar: Any = icalendar.Calendar.from_ical(written)
    (found,) = calendar.walk("VEVENT")
    read = {str(found["SUMMARY"]), str(found["LOCATION"]), str(calendar["NAME"])}
    assert read == {title}
    assert written.endswith(b"END:VEVENT\r\nEND:VCALENDAR\r\n")


# --- Feeds --------------------------------------------------------------------------------------


def test_a_feed_says_what_it_is_and_how_often_to_ask() -> None:
    written = write_feed("Walks, talks", [])
    calendar: Any = icalendar.Calendar.from_ical(written)
    assert set(calendar) == {
        *("PRODID", "VERSION", "CALSCALE", "METHOD", "NAME", "X-WR-CALNAME"),
        *("REFRESH-INTERVAL", "X-PUBLISHED-TTL"),
    }
    assert str(calendar["NAME"]) == str(calendar["X-WR-CALNAME"]) == "Walks, talks"
    assert line_of(written, "REFRESH-INTERVAL") == "REFRESH-INTERVAL;VALUE=DURATION:PT1H"
    assert line_of(written, "X-PUBLISHED-TTL") == "X-PUBLISHED-TTL:PT1H"


def test_a_feed_names_each_zone_once() -> None:
    """And only those it uses."""
    zones = ("Europe/Berlin", "America/New_York", "Europe/Berlin", "UTC")
    many = [entry(id=UUID(int=n), timezone=zone) for n, zone in enumerate(zones)]
    calendar: Any = icalendar.Calendar.from_ical(write_feed("A", [(e, PAGE) for e in many]))
    named = [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")]
    assert named == ["America/New_York", "Europe/Berlin"]
    assert len(calendar.walk("VEVENT")) == 4


def test_long_descriptions_are_cut_in_feeds() -> None:
    """To 2,000 characters, and to a hundred thousand in all."""
    long = entry(description="x" * 5_000)
    assert str(only(write_feed("A", [(long, PAGE)]))["DESCRIPTION"]) == "x" * 1_999 + "…"
    assert str(only(write_event(long, PAGE))["DESCRIPTION"]) == "x" * 5_000
    assert len(write_feed("A", [(long, PAGE)] * 1_000)) < 600_000


def test_what_is_kept_of_an_entry_is_for_its_reader() -> None:
    """Somebody who may know the place first, somebody who may not afterwards, and both again."""
    knows, does_not = entry(location="Zwiebelgasse"), entry()
    for _ in range(2):
        assert b"Zwiebelgasse" in write_event(knows, PAGE)
        assert b"Zwiebelgasse" not in write_event(does_not, PAGE)


# --- Invitations --------------------------------------------------------------------------------


def invited(**values: Any) -> Any:
    """The calendar and its event, as a mail carries them."""
    plain = Invitation(
        method="REQUEST",
        organizer_name='Hana "H" Host; & co',
        organizer_address="noreply@events.example",
        attendee_name="Gale, Guest",
        attendee_address="gale@guests.example",
        answer="ACCEPTED",
        stamped=MADE + timedelta(days=2),
    )
    written = write_invitation(entry(), PAGE, plain._replace(**values))
    return icalendar.Calendar.from_ical(written), only(written), written


def test_an_invitation_is_from_one_to_one() -> None:
    calendar, event, written = invited()
    assert str(calendar["METHOD"]) == "REQUEST"
    assert str(event["ORGANIZER"]) == "mailto:noreply@events.example"
    assert event["ORGANIZER"].params["CN"].replace("^'", '"') == 'Hana "H" Host; & co'
    assert str(event["ATTENDEE"]) == "mailto:gale@guests.example"
    assert dict(event["ATTENDEE"].params) == {
        "CN": "Gale, Guest",
        "PARTSTAT": "ACCEPTED",
        "ROLE": "REQ-PARTICIPANT",
        "RSVP": "FALSE",
    }
    assert (event["SEQUENCE"], str(event["STATUS"])) == (3, "CONFIRMED")
    assert event["DTSTAMP"].dt == MADE + timedelta(days=2)
    (guest,) = vobject.readOne(written.decode()).vevent.contents["attendee"]
    assert guest.value == "mailto:gale@guests.example"


def test_taking_an_invitation_back() -> None:
    """The same UID, called off for this guest."""
    calendar, event, _ = invited(method="CANCEL", answer="DECLINED")
    assert (str(calendar["METHOD"]), str(event["STATUS"])) == ("CANCEL", "CANCELLED")
    assert str(event["UID"]) == f"{UUID(int=7)}@convene"


def test_asking_for_a_reply_and_people_without_names() -> None:
    _, event, _ = invited(wants_reply=True, organizer_name="", attendee_name="", answer="TENTATIVE")
    assert event["ATTENDEE"].params["RSVP"] == "TRUE"
    assert "CN" not in event["ORGANIZER"].params | event["ATTENDEE"].params

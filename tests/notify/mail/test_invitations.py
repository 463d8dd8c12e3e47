"""The calendar part of mails, as three parsers read it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream

from events.domain.lifecycle import cancel_event
from events.domain.notices import Notice
from tests.conftest import Clock
from tests.notify.mail.posting import answer, calendar_part, hosted_event, worked

pytestmark = pytest.mark.django_db
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Santiago",
]


def instants(letter: EmailMessage) -> list[tuple[datetime, datetime]]:
    """Start and end in UTC, by icalendar, ical and vobject."""
    part = calendar_part(letter)
    assert part
    text = part.get_content()
    (one,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    two = IcsCalendarStream.calendar_from_ics(text).events[0]
    three = vobject.readOne(text).vevent
    found = [
        (one["dtstart"].dt, one["dtend"].dt),
        (two.start, two.end),
        (three.dtstart.value, three.dtend.value),
    ]
    return [(start.astimezone(UTC), end.astimezone(UTC)) for start, end in found]


@pytest.mark.parametrize("month", [1, 7])
@pytest.mark.parametrize("zone", ZONES)
def test_the_instant_is_the_same_for_all(zone: str, month: int, clock: Clock) -> None:
    """On both sides of a change of clocks."""
    clock.set(2030, 1, 1)
    start = datetime(2030, month, 15, 19, 30, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    end = start + timedelta(hours=3)
    event = hosted_event(start_time=start, end_time=end, timezone=zone)
    answer(event)
    (letter,) = worked()
    assert instants(letter) == [(start, end)] * 3


@pytest.mark.once
def test_who_invites_whom() -> None:
    """The sender's address in the host's name; the recipient and nobody else."""
    event = hosted_event(host_name="Ada", title="Picnic")
    answer(event, name="Ana", email="ana@example.org")
    answer(event, name="Bo", email="bo@example.org")
    for letter in worked():
        part = calendar_part(letter)
        assert part
        assert part.get_param("method") == "REQUEST"
        (entry,) = icalendar.Calendar.from_ical(part.get_content()).walk("VEVENT")
        assert str(entry["organizer"]) == "mailto:noreply@events.example.org"
        assert entry["organizer"].params["CN"] == "Ada"
        assert str(entry["attendee"]) == f"mailto:{letter['To']}"
        assert entry["attendee"].params["PARTSTAT"] == "ACCEPTED"
        assert str(entry["uid"]) == f"{event.id}@convene"


def test_who_may_come() -> None:
    """Is tentative."""
    answer(hosted_event(), attendance="interested")
    part = calendar_part(worked()[0])
    assert part
    (entry,) = icalendar.Calendar.from_ical(part.get_content()).walk("VEVENT")
    assert entry["attendee"].params["PARTSTAT"] == "TENTATIVE"


def test_taking_it_back() -> None:
    """Cancelling is heard of by all parsers, with the next SEQUENCE."""
    event = hosted_event()
    answer(event)
    worked()
    cancel_event(event_id=event.id, notice=Notice("all"))
    part = calendar_part(worked()[0])
    assert part
    text = part.get_content()
    assert part.get_param("method") == "CANCEL"
    (one,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    three = vobject.readOne(text).vevent
    assert (str(one["status"]), three.status.value) == ("CANCELLED", "CANCELLED")
    assert (int(one["sequence"]), int(three.sequence.value)) == (1, 1)

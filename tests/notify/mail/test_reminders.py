"""Reminders: at the right moment by the clock on the wall, to the right guests, never twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from events.domain.lifecycle import cancel_event
from events.domain.reminders import reminder_moment
from notify.models import Mail
from rsvps.domain.approval import reject
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import change_rsvp, delete_rsvp
from tests.conftest import Clock
from tests.makers import MadeEvent, make_event
from tests.notify.mail.posting import answer, work, worked

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
# The clocks of Berlin go forward in the night before.
START = datetime(2030, 3, 31, 19, tzinfo=BERLIN)


def party(clock: Clock, **values: object) -> MadeEvent:
    """An event on the evening after the change of clocks, two weeks ahead."""
    clock.set(2030, 3, 17)
    told = {"timezone": "Europe/Berlin", "start_time": START.astimezone(UTC)} | values
    return make_event(**told)


def reminded(clock: Clock, *moment: int) -> list[str]:
    """Whom the worker reminds at this moment, by Berlin's clock."""
    at = datetime(*moment, tzinfo=BERLIN).astimezone(UTC)  # type: ignore[misc,arg-type]
    clock.set(*at.timetuple()[:6])
    return sorted(letter["To"] for letter in worked() if letter["Subject"] == "Event reminder")


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Europe/Berlin", (2030, 3, 31, 19)),
        ("Europe/Berlin", (2030, 10, 27, 19)),
        ("America/New_York", (2030, 3, 10, 9)),
        ("Australia/Lord_Howe", (2030, 10, 6, 12)),
        ("Asia/Kathmandu", (2030, 6, 1, 8)),
    ],
)
def test_a_day_before_is_the_same_time_on_the_wall(zone: str, start: tuple[int, ...]) -> None:
    """Where clocks change in between, too; an hour before is an hour."""
    local = datetime(*start, tzinfo=ZoneInfo(zone))  # type: ignore[misc,arg-type]

    class Event:
        start_time, timezone, reminders = local.astimezone(UTC), zone, [24, 1]

    day_before = reminder_moment(Event(), 24).astimezone(ZoneInfo(zone))
    assert day_before.time() == local.time()
    assert (local.date() - day_before.date()).days == 1
    assert Event.start_time - reminder_moment(Event(), 1) == timedelta(hours=1)


def test_a_day_and_an_hour_before(clock: Clock) -> None:
    """Unless the event says otherwise; not a second too early, and never twice."""
    event = party(clock)
    answer(event)
    work()
    assert reminded(clock, 2030, 3, 30, 18, 59, 59) == []
    assert reminded(clock, 2030, 3, 30, 19, 0, 0) == ["ana@example.org"]
    assert reminded(clock, 2030, 3, 30, 19, 1, 0) == []
    assert reminded(clock, 2030, 3, 31, 17, 59, 59) == []
    assert reminded(clock, 2030, 3, 31, 18, 0, 0) == ["ana@example.org"]
    assert reminded(clock, 2030, 3, 31, 18, 59, 0) == []
    assert event.stored.next_reminder_at is None


def test_an_event_says_when(clock: Clock) -> None:
    """And may have none."""
    event, silent = party(clock, reminders=[48]), party(clock, reminders=[])
    answer(event)
    answer(silent, email="bo@example.org")
    work()
    assert reminded(clock, 2030, 3, 29, 19, 0, 0) == ["ana@example.org"]
    assert reminded(clock, 2030, 3, 31, 18, 0, 0) == []


def test_who_is_not_reminded(clock: Clock) -> None:
    """Whoever left, was declined, may come, wants none, or answered after the moment."""
    event = party(clock)
    gone, declined, off, _ = (answer(event, email=f"{who}@example.org") for who in "abcd")
    answer(event, email="maybe@example.org", attendance="interested")
    left = answer(event, email="left@example.org")
    delete_rsvp(event_id=event.id, rsvp_id=gone.id)
    reject(event_id=event.id, rsvp_id=declined.id)
    change_rsvp(event_id=event.id, rsvp_id=off.id, values={"reminders_off": True})
    change_rsvp(event_id=event.id, rsvp_id=left.id, values={"attendance": "not_going"})
    work()
    late = datetime(2030, 3, 30, 19, 5, tzinfo=BERLIN).astimezone(UTC)
    clock.set(*late.timetuple()[:6])
    answer(event, email="late@example.org")
    assert reminded(clock, 2030, 3, 30, 19, 6, 0) == ["d@example.org"]
    assert reminded(clock, 2030, 3, 31, 18, 0, 0) == ["d@example.org", "late@example.org"]


def test_an_event_that_moves(clock: Clock) -> None:
    """To another day, it has reminders of its own; by an hour, it does not remind again."""
    event = party(clock)
    answer(event)
    work()
    assert reminded(clock, 2030, 3, 30, 19, 0, 0) == ["ana@example.org"]
    update_event(event=event.row, values={"start_time": event.row.start_time + timedelta(hours=1)})
    assert reminded(clock, 2030, 3, 30, 20, 0, 0) == []
    update_event(event=event.row, values={"start_time": event.row.start_time + timedelta(days=7)})
    assert reminded(clock, 2030, 4, 6, 20, 0, 0) == ["ana@example.org"]


def test_a_cancelled_event(clock: Clock) -> None:
    """Reminds nobody, also when it is called off between writing and sending."""
    event = party(clock)
    answer(event)
    work()
    cancel_event(event_id=event.id)
    assert reminded(clock, 2030, 3, 30, 19, 0, 0) == []


def test_a_worker_that_stood_still(clock: Clock) -> None:
    """Reminds once for what it missed, and not long after the moment."""
    event = party(clock, reminders=[3, 2, 1])
    answer(event)
    work()
    assert reminded(clock, 2030, 3, 31, 17, 30, 0) == ["ana@example.org"]
    assert reminded(clock, 2030, 3, 31, 18, 0, 0) == ["ana@example.org"]
    other = party(clock)
    answer(other, email="bo@example.org")
    work()
    assert "bo@example.org" not in reminded(clock, 2030, 3, 30, 23, 0, 0)
    assert Mail.objects.filter(kind="reminder", event_id=event.id).count() == 2

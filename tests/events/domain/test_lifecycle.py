"""An event's life below the doors: versions, calendar sequence, cancelling, late changes."""

from __future__ import annotations

from typing import Any

import pytest

from comments.domain.erasing import delete_event
from config.errors import Invalid, NotFound
from events.domain.lifecycle import cancel_event
from events.models import Event
from rsvps.domain.event_changes import update_event
from tests.conftest import Clock
from tests.makers import make_event, make_rsvp

pytestmark = pytest.mark.django_db

CALENDAR = {
    "title": "New",
    "start_time": "2031-01-01T00:00:00Z",
    "end_time": "2099-01-01T00:00:00Z",
    "timezone": "Europe/Vienna",
    "location": "There",
    "online_url": "https://example.org",
    "format": "hybrid",
}
OTHERS = {
    "description": "New",
    "tags": ["new"],
    "capacity": 5,
    "metadata": {"new": 1},
    "approval_required": True,
    "hide_location": True,
    "is_private": True,
    "rsvps_closed": True,
    "max_guests_per_rsvp": 1,
}


@pytest.mark.parametrize(("field", "value"), [*CALENDAR.items(), *OTHERS.items()])
def test_every_change_is_a_new_version_and_some_a_new_sequence(field: str, value: Any) -> None:
    """SEQUENCE grows with what a calendar shows, the version with everything; once for a change."""
    event = make_event()
    for _ in range(2):
        update_event(event=event.row, values={field: value})
    stored = event.stored
    assert stored.version == 2
    assert stored.sequence == (1 if field in CALENDAR else 0)
    assert stored.updated_at > stored.created_at


def test_cancelling_keeps_the_event(clock: Clock) -> None:
    """Kept, with the moment, a new version and a higher SEQUENCE; twice changes nothing more."""
    event = make_event()
    rsvp = make_rsvp(event)
    before = event.stored
    for _ in range(2):
        clock.advance(hours=1)
        cancel_event(event_id=event.id)
    after = event.stored
    assert after.cancelled_at == after.updated_at == clock.now.replace(hour=13)
    assert (after.version, after.sequence) == (before.version + 1, before.sequence + 1)
    assert rsvp.stored.attendance == "going"
    assert after.seats_taken == 1


def test_a_cancelled_event_can_still_be_put_right() -> None:
    """Its organizer may explain in the description."""
    event = make_event()
    cancel_event(event_id=event.id)
    update_event(event=event.row, values={"description": "Storm warning"})
    assert event.stored.description == "Storm warning"


def test_deleting_takes_answers_and_links_along() -> None:
    """And a second time there is nothing to delete."""
    event = make_event()
    make_rsvp(event)
    delete_event(event_id=event.id)
    assert not Event.objects.exists()
    with pytest.raises(NotFound):
        delete_event(event_id=event.id)


def test_a_change_of_a_deleted_event_is_not_found() -> None:
    """Read before, deleted meanwhile."""
    event = make_event()
    row = event.row
    delete_event(event_id=event.id)
    with pytest.raises(NotFound):
        update_event(event=row, values={"title": "New"})


def test_a_change_is_checked_against_what_is_stored_now() -> None:
    """Two organizers at once: the end that fitted the old start is refused, not half-written."""
    event = make_event(start_time="2031-01-01T10:00:00Z")
    read_before = event.row
    update_event(event=event.row, values={"start_time": "2031-01-05T10:00:00Z"})
    with pytest.raises(Invalid) as refused:
        update_event(event=read_before, values={"end_time": "2031-01-02T10:00:00Z"})
    assert list(refused.value.keys) == ["end_time"]
    assert event.stored.end_time is None


def test_a_late_change_reads_naive_times_in_the_zone_stored_now() -> None:
    """The zone, too, may have changed meanwhile."""
    event = make_event(start_time="2031-01-01T10:00:00Z")
    read_before = event.row
    update_event(event=event.row, values={"timezone": "Europe/Vienna"})
    update_event(event=read_before, values={"start_time": "2031-01-02T10:00:00"})
    assert event.stored.start_time.isoformat() == "2031-01-02T09:00:00+00:00"


def test_tags_are_kept_once_each_in_order() -> None:
    """Doubles count once."""
    assert make_event(tags=["b", "a", "b", " a "]).stored.tags == ["b", "a"]
    assert make_event(tags=["1", "2", "3", "4", "5", "5"]).stored.tags == ["1", "2", "3", "4", "5"]


def test_text_is_stored_in_nfc() -> None:
    """However it was typed."""
    assert make_event(title="Cafe\u0301").stored.title == "Caf\u00e9"


def test_the_zone_of_a_fixed_offset_is_kept() -> None:
    """-300 is shown as UTC-5; an offset without a zone of its own leaves UTC."""
    made = {
        offset: make_event(start_time="2031-01-01T10:00:00", timezone_offset_minutes=offset).stored
        for offset in (-300, 0, 840, 330)
    }
    assert {offset: event.timezone for offset, event in made.items()} == {
        -300: "Etc/GMT+5",
        0: "UTC",
        840: "Etc/GMT-14",
        330: "UTC",
    }
    assert made[330].start_time.isoformat() == "2031-01-01T04:30:00+00:00"

"""The waitlist in files, in the doctor's eyes, in demo data, and in what webhooks are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

from config.errors import Invalid
from events.models import Event
from notify.domain.telling import tell_outside
from operations.archive import import_event
from operations.demo.making import Stage
from operations.demo.making import make_event as make_demo
from operations.doctor.stored import check_waitlists
from operations.recount import find_differences
from outbox.models import Change
from rsvps.domain.respond import delete_rsvp
from rsvps.domain.waitlist import overlooked
from rsvps.models import Rsvp
from tests.makers import make_channel, make_event, make_rsvp
from tests.operations.archive import Rows, changed, empty_instance, exported
from tests.rsvps.domain.seats import in_line, who_fits
from tests.tenant_cast import make_cast

pytestmark = pytest.mark.django_db


def test_an_archive_carries_the_line(tmp_path: Path) -> None:
    """In its order, with the event's switch."""
    event = make_event(capacity=1, waitlist=True)
    make_rsvp(event)
    for _ in range(3):
        make_rsvp(event, join_waitlist=True)
    Event.objects.filter(pk=event.id).update(waitlist=False)
    archive, line = exported(event, tmp_path), in_line(event)
    empty_instance()
    import_event(source=archive)
    assert [(each["id"], each["waitlisted_at"]) for each in in_line(event)] == [
        (each["id"], each["waitlisted_at"]) for each in line
    ]
    stored = event.stored
    assert (stored.waitlist, stored.waitlisted_count, stored.seats_taken) == (False, 3, 1)


def test_an_older_archive_knows_no_waitlist(tmp_path: Path) -> None:
    """The columns take their defaults."""
    event = make_event(capacity=1)
    make_rsvp(event)

    def forget(rows: Rows) -> None:
        del rows["event"]["waitlist"]
        for row in rows["rsvps"]:
            del row["waitlisted_at"]

    archive = changed(exported(event, tmp_path), forget)
    import_event(source=archive, replace=True)
    assert (event.stored.waitlist, event.stored.waitlisted_count) == (True, 0)


@pytest.mark.parametrize("wrong", [{"waitlisted_at": None}, {"attendance": "interested"}])
def test_who_waits_without_a_place_is_refused(tmp_path: Path, wrong: dict[str, None]) -> None:
    event = make_event(capacity=1)
    make_rsvp(event)
    make_rsvp(event, join_waitlist=True)

    def spoil(rows: Rows) -> None:
        next(row for row in rows["rsvps"] if row["approval"] == "waitlisted").update(wrong)

    archive = changed(exported(event, tmp_path), spoil)
    with pytest.raises(Invalid) as refused:
        import_event(source=archive, replace=True)
    assert list(refused.value.keys.values()) == [["not_in_line"]]


def test_the_doctor_finds_seats_that_were_not_given_out() -> None:
    event = make_event(capacity=1)
    make_rsvp(event)
    make_rsvp(event, join_waitlist=True)
    assert check_waitlists().status == "ok"
    Event.objects.filter(pk=event.id).update(capacity=2)
    found = check_waitlists()
    assert found.status == "error"
    assert str(event.id) in found.said


def test_a_wrong_counter_is_found_and_mended() -> None:
    event = make_event(capacity=1)
    make_rsvp(event)
    make_rsvp(event, join_waitlist=True)
    Event.objects.filter(pk=event.id).update(waitlisted_count=0)
    (found,) = find_differences(fix=True)
    assert (found.counter, found.stored, found.true) == ("waitlisted_count", 0, 1)
    assert find_differences() == []


def test_demo_data_has_lines_in_which_nobody_fits() -> None:
    """And full events with a line."""
    stage = Stage(1, timezone.now(), language="en", channels=[make_channel()], members={})
    waited = 0
    for number in range(60):
        made = make_demo(stage, number, 12)
        waiting = [rsvp for rsvp in made.rsvps if rsvp.approval == "waitlisted"]
        assert made.event.waitlisted_count == len(waiting)
        if waiting:
            assert made.event.waitlist
            assert made.event.capacity == made.event.seats_taken
            assert all(rsvp.waitlisted_at for rsvp in waiting)
            waited += 1
    assert waited > 3


def test_a_promotion_is_told_to_webhooks_and_the_feed() -> None:
    """As rsvp.promoted, with the body as it is now; a promotion by hand alike."""
    cast = make_cast()
    event = cast.event(capacity=1)
    seated = make_rsvp(event)
    waiting = make_rsvp(event, name="Kim", join_waitlist=True)
    last = Change.objects.latest("id").pk
    delete_rsvp(event_id=event.id, rsvp_id=seated.id)
    changes = list(Change.objects.filter(pk__gt=last).order_by("id"))
    assert [(change.kind, change.object_id) for change in changes] == [
        ("rsvp.deleted", seated.id),
        ("rsvp.promoted", waiting.id),
    ]
    assert changes[1].data == {"changed": {"approval": ["waitlisted", "approved"]}}
    told = tell_outside(changes)[1]
    assert (told.type, told.data["name"], told.data["approval_status"]) == (
        "rsvp.promoted",
        "Kim",
        "approved",
    )
    assert told.data["waitlist_position"] is None
    assert Rsvp.objects.get().approval == "approved"
    assert (who_fits(event), overlooked(timezone.now())) == ([], [])

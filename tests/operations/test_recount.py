"""recount: counters against the RSVPs they count, and set right."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import F
from django.utils import timezone

from events.models import Event, Tier
from operations import recount as recounting
from operations.recount import Difference, find_differences
from rsvps.domain.approval import reject
from rsvps.domain.capacity import Counts, miscounted, recount, restate
from rsvps.domain.respond import delete_rsvp
from rsvps.enums import Approval, Attendance
from rsvps.models import Rsvp
from tests.makers import MadeEvent, make_event, make_rsvp, make_tier
from tests.root import failing, refusal, run, run_json

pytestmark = pytest.mark.django_db
WELL = "Every counter matches its RSVPs."


def stored_counts(event: MadeEvent) -> Counts:
    """The counters as they are stored."""
    stored = event.stored
    return Counts(*(getattr(stored, name) for name in Counts._fields))


@pytest.fixture
def event() -> MadeEvent:
    """An event with answers of every kind."""
    made = make_event()
    first, second = (make_tier(made, name=name) for name in ("Standard", "Front row"))
    make_rsvp(made, guest_count=2, tier_id=first.id)
    make_rsvp(made, guest_count=1, tier_id=second.id, is_private=True)
    make_rsvp(made, attendance="interested")
    make_rsvp(made, attendance="not_going", guest_count=1)
    reject(event_id=made.id, rsvp_id=make_rsvp(made, tier_id=first.id).id)
    delete_rsvp(event_id=made.id, rsvp_id=make_rsvp(made, tier_id=second.id).id)
    return made


def test_an_instance_that_is_well(event: MadeEvent) -> None:
    """What the domain wrote is the truth: nothing to report, nothing to fix."""
    make_event()
    version = event.stored.version
    assert run("recount") == WELL
    assert run_json("recount", "--fix") == {"differences": [], "fixed": False}
    assert stored_counts(event) == recount(event.id) == Counts(5, 2, 1, 1, 0, 0, 8, 1, 2)
    assert event.stored.version == version


@pytest.mark.parametrize("counter", Counts._fields)
def test_every_counter_is_compared(event: MadeEvent, counter: str) -> None:
    """Each wrong counter is found and named; with --fix it is right again."""
    Event.objects.filter(pk=event.id).update(**{counter: F(counter) + 3})
    true = getattr(recount(event.id), counter)
    found, complaint = failing("recount")
    assert found == {
        "differences": [
            {
                "event_id": str(event.id),
                "tier_id": None,
                "counter": counter,
                "stored": true + 3,
                "true": true,
            }
        ],
        "fixed": False,
    }
    assert complaint == "1 counters differ: run again with --fix."
    version = event.stored.version
    said = f"event {event.id}  {counter}  stored {true + 3}  true {true}  fixed"
    assert run("recount", "--fix") == said
    assert stored_counts(event) == recount(event.id)
    assert event.stored.version == version + 1
    assert run("recount") == WELL


def test_the_database_sums_as_the_rule_counts(event: MadeEvent) -> None:
    """With answers of every kind there is, each with another number of guests."""
    kinds = product(Attendance, Approval, (False, True))
    Rsvp.objects.bulk_create(
        Rsvp(
            event_id=event.id,
            attendance=attendance,
            approval=approval,
            is_private=is_private,
            guest_count=number,
            waitlisted_at=timezone.now() if approval == Approval.WAITLISTED else None,
        )
        for number, (attendance, approval, is_private) in enumerate(kinds)
        if approval != Approval.WAITLISTED or attendance == Attendance.GOING
    )
    assert miscounted(event.id, event.id) == {event.id}
    restate(event.id)
    assert 0 not in stored_counts(event)
    assert miscounted(event.id, event.id) == set()


def test_a_tiers_seats(event: MadeEvent) -> None:
    """A tier with guests, and one without any."""
    empty = make_tier(event, name="Empty")
    full = Tier.objects.get(name="Standard")
    Tier.objects.filter(pk=empty.id).update(seats_taken=4)
    Tier.objects.filter(pk=full.id).update(seats_taken=0)
    found = find_differences()
    assert set(found) == {
        Difference(event.id, empty.id, "seats_taken", 4, 0),
        Difference(event.id, full.id, "seats_taken", 0, 3),
    }
    assert f"event {event.id}  tier {full.id}  seats_taken" in run("recount", "--fix")
    seats = dict(Tier.objects.values_list("name", "seats_taken"))
    assert seats == {"Standard": 3, "Front row": 2, "Empty": 0}


def test_one_event_alone(event: MadeEvent) -> None:
    """--event compares and fixes that one; others stay as they are."""
    other = make_event()
    Event.objects.update(seats_taken=99)
    assert run_json("recount", "--event", event.id, "--fix")["fixed"] is True
    assert (event.stored.seats_taken, other.stored.seats_taken) == (5, 99)
    assert refusal("recount", "--event", uuid4()) == "event_not_found"
    assert refusal("recount", "--event", "x").endswith("'x' is not a valid id")


def test_an_answer_given_meanwhile_is_no_difference(
    event: MadeEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an event whose counters were wrong when they were read: under the lock they agree."""

    def answering(first: Any, last: Any) -> list[Any]:
        make_rsvp(event, attendance="interested")
        return [event.id]

    monkeypatch.setattr(recounting, "miscounted", answering)
    version = event.stored.version
    assert find_differences(fix=True) == []
    assert event.stored.interested_count == 2
    assert event.stored.version == version + 1


def test_many_events_take_few_queries(
    queries_of: Callable[[Callable[[], Any]], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two queries and one for the ids per batch, whatever is in it; every batch is compared."""
    make_rsvp(make_event())
    few = queries_of(find_differences)
    events = [make_event() for _ in range(6)]
    for event in events:
        make_rsvp(event)
    assert queries_of(find_differences) == few
    monkeypatch.setattr(recounting, "_BATCH", 2)
    Event.objects.update(going_count=7)
    assert len(find_differences(fix=True)) == 7
    assert find_differences() == []


def test_what_an_organizer_forced_is_kept() -> None:
    """Counters are set right; how many seats beyond the capacity were accepted is no counter."""
    event = make_event(capacity=1)
    make_rsvp(event, guest_count=2, force=True)
    Event.objects.update(seats_taken=9)
    run("recount", "--fix")
    stored = event.stored
    assert (stored.seats_taken, stored.seats_forced) == (3, 2)
    Event.objects.update(capacity=2, seats_taken=9, seats_forced=0)
    run("recount", "--fix")
    assert event.stored.seats_forced == 0

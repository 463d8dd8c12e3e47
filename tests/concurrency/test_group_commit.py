"""Answers to one event that are committed together: the same seats as one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.group_commit import run_grouped
from events.models import Event
from rsvps.domain.capacity import recount
from rsvps.domain.respond import create_rsvp, delete_rsvp
from rsvps.enums import Approval
from rsvps.errors import EventFull
from rsvps.models import Rsvp
from rsvps.rows import RsvpRow
from tests.concurrency.conftest import Race
from tests.concurrency.test_idempotency import send, tap
from tests.makers import MadeEvent, make_event, make_rsvp

SEATS = 10

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], Any]) -> list[Any]:
    """What the acts, run in one group, returned or raised."""
    outcome: list[Any] = [None] * len(acts)

    def call(number: int) -> None:
        try:
            outcome[number] = acts[number]()
        except Exception as problem:
            outcome[number] = problem

    run_grouped([lambda number=number: call(number) for number in range(len(acts))])  # type: ignore[misc]
    return outcome


def commits(queries: CaptureQueriesContext) -> int:
    """How many transactions were committed."""
    return sum(each["sql"] == "COMMIT" for each in queries.captured_queries)


def answering(event: MadeEvent, number: int, **values: Any) -> Callable[[], RsvpRow]:
    """A guest's answer."""
    said = {"name": f"Guest {number}", "attendance": "going", **values}
    return lambda: create_rsvp(event_id=event.id, values=said)


def test_a_group_takes_exactly_the_seats() -> None:
    event = make_event(capacity=SEATS)
    outcome = together(*(answering(event, number) for number in range(SEATS + 3)))
    assert [type(each) for each in outcome] == [RsvpRow] * SEATS + [EventFull] * 3
    assert Event.objects.get(pk=event.id).seats_taken == recount(event.id).seats_taken == SEATS


def test_groups_of_several_processes_take_exactly_the_seats(race: Race) -> None:
    event = make_event(capacity=SEATS)
    groups = race(
        lambda turn: together(*(answering(event, 8 * turn + number) for number in range(8))), 4
    )
    outcome = Counter(type(each) for group in groups for each in group)
    assert outcome == {RsvpRow: SEATS, EventFull: 32 - SEATS}
    assert Event.objects.get(pk=event.id).seats_taken == recount(event.id).seats_taken == SEATS


def test_a_seat_that_comes_free_goes_to_who_waits_before_the_next_is_asked() -> None:
    """Who waits goes first, in a group as well; then one commit holds all of it."""
    event = make_event(capacity=1, waitlist=True)
    there = make_rsvp(event, attendance="going")
    waiting = make_rsvp(event, attendance="going", join_waitlist=True)
    with CaptureQueriesContext(connection) as queries:
        outcome = together(
            lambda: delete_rsvp(event_id=event.id, rsvp_id=there.id), answering(event, 3)
        )
    assert [type(each) for each in outcome] == [type(None), EventFull]
    assert Rsvp.objects.get(pk=waiting.id).approval == Approval.APPROVED
    assert Event.objects.get(pk=event.id).seats_taken == 1
    assert commits(queries) == 1


@pytest.mark.parametrize(("door", "status"), [(send, 201), (tap, 303)])
def test_what_may_be_sent_again_is_committed_together_and_once(door: Any, status: int) -> None:
    """By API and by form; one that is sent twice at the same moment is answered twice alike."""
    event, key = make_event(), str(uuid4())
    keys = [key, str(uuid4()), key]
    with CaptureQueriesContext(connection) as queries:
        answers = together(*(lambda key=key: door(event, key) for key in keys))  # type: ignore[misc]
    assert [answer.status_code for answer in answers] == [status] * 3
    assert ["Idempotency-Replayed" in answer for answer in answers] == [False, False, True]
    assert answers[0].content == answers[2].content
    assert Rsvp.objects.count() == 2
    assert commits(queries) == 1

"""Two doors and one ticket: one is told to open, the other that it was open already."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError

from config.errors import Conflict
from rsvps.domain import checkin
from rsvps.domain.checkin import Admission, check_in, undo_check_in
from rsvps.domain.respond import change_rsvp
from rsvps.models import CheckIn, Rsvp
from tests.concurrency.conftest import Race, without_lock
from tests.conftest import Api
from tests.makers import make_door, make_event, make_rsvp
from tests.server.process import running_server

transactional = pytest.mark.django_db(transaction=True)
ROUNDS = 50


@pytest.mark.slow
@transactional
def test_two_doors_one_ticket_fifty_rounds(race: Race) -> None:
    """Through HTTP: each round one is admitted, the other is told of it, both scans are kept."""
    event = make_event()
    doors = [make_door(event, label) for label in ("North", "South")]
    path = f"{event.path}/check-ins"
    admitted_by: Counter[str] = Counter()
    for number in range(ROUNDS):
        rsvp = make_rsvp(event, name=f"Guest {number}")
        sent = [{"ticket": rsvp.ticket, "scan_id": str(uuid4())} for _ in doors]
        answers = race(lambda n, sent=sent: Api().post(path, sent[n], doors[n]), 2)
        assert [each.status_code for each in answers] == [200, 200]
        told = [each.json()["check_in"] for each in answers]
        assert sorted(each["already_checked_in"] for each in told) == [False, True]
        first = next(n for n in (0, 1) if not told[n]["already_checked_in"])
        assert told[0] | {"already_checked_in": None} == told[1] | {"already_checked_in": None}
        assert told[0]["id"] == sent[first]["scan_id"]
        admitted_by[told[0]["door"]] += 1
        stored = dict(CheckIn.objects.filter(rsvp_id=rsvp.id).values_list("id", "admitted"))
        assert {str(id): admitted for id, admitted in stored.items()} == {
            sent[n]["scan_id"]: n == first for n in (0, 1)
        }
    assert admitted_by.keys() <= {"North", "South"}
    assert sum(admitted_by.values()) == ROUNDS


@transactional
def test_without_the_lock_the_database_still_admits_one(
    race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: both see nobody inside and admit; the constraint stops the second."""
    event = make_event()
    rsvp = make_rsvp(event)
    code, look = rsvp.ticket, checkin._first
    both_looked = threading.Barrier(2)
    asked = threading.local()

    def looked(rsvp_id: Any) -> Any:
        found = look(rsvp_id)
        if not hasattr(asked, "once"):
            asked.once = True
            both_looked.wait()
        return found

    monkeypatch.setattr(checkin, "locked_event", without_lock(2))
    monkeypatch.setattr(checkin, "_first", looked)
    outcome = race(lambda _: check_in(event_id=event.id, ticket=code), 2)
    assert Counter(type(each) for each in outcome) == {Admission: 1, IntegrityError: 1}
    assert CheckIn.objects.filter(admitted=True).count() == 1


@transactional
def test_one_scan_sent_ten_times_at_once(race: Race) -> None:
    """Each is answered alike, and it is one row."""
    event = make_event()
    rsvp, scan = make_rsvp(event), uuid4()
    code = rsvp.ticket
    outcome = race(lambda _: check_in(event_id=event.id, ticket=code, scan_id=scan), 10)
    assert [(type(each), each.repeated) for each in outcome] == [(Admission, False)] * 10
    assert list(CheckIn.objects.values_list("id", "admitted")) == [(scan, True)]


@transactional
def test_one_scan_id_at_two_events_at_once(race: Race) -> None:
    """Their locks do not know of each other: one has it, the other is a conflict."""
    events = [make_event() for _ in range(2)]
    for _ in range(20):
        scan = uuid4()
        codes = [make_rsvp(event).ticket for event in events]
        outcome = race(
            lambda n, scan=scan, codes=codes: check_in(
                event_id=events[n].id, ticket=codes[n], scan_id=scan
            ),
            2,
        )
        assert Counter(type(each) for each in outcome) == {Admission: 1, Conflict: 1}
        assert CheckIn.objects.filter(pk=scan).count() == 1


@transactional
def test_scanning_undoing_and_leaving_at_once(race: Race) -> None:
    """Whatever order it falls into: at most one row lets in, and the answer's time says whether."""
    event = make_event()
    for _ in range(5):
        rsvp = make_rsvp(event)
        code = rsvp.ticket

        def act(number: int, rsvp: Any = rsvp, code: str = code) -> Any:
            if number % 3 == 0:
                return check_in(event_id=event.id, ticket=code)
            if number % 3 == 1:
                return undo_check_in(event_id=event.id, rsvp_id=rsvp.id)
            attendance = "going" if number % 2 else "interested"
            values = {"attendance": attendance}
            return change_rsvp(event_id=event.id, rsvp_id=rsvp.id, values=values)

        outcome = race(act, 12)
        assert not [each for each in outcome if isinstance(each, IntegrityError)]
        inside = CheckIn.objects.filter(rsvp_id=rsvp.id, admitted=True)
        assert inside.count() == (Rsvp.objects.get(pk=rsvp.id).checked_in_at is not None)


@pytest.mark.server
def test_two_doors_against_the_shipped_server(race: Race, tmp_path: Path) -> None:
    """The same over real sockets and several workers."""
    with running_server(tmp_path, alone=True) as server:
        new = {"title": "Rush", "start_time": "2100-01-01T20:00:00Z"}
        made = server.ask("POST", "/api/v1/events", new).json()
        path, owner = f"/api/v1/events/{made['event']['id']}", made["admin_token"]
        for number in range(10):
            sent = {"name": f"Guest {number}", "status": "yes"}
            ticket = server.ask("POST", f"{path}/rsvps", sent).json()["rsvp"]["ticket"]
            answers = race(
                lambda _, ticket=ticket: server.ask(
                    "POST", f"{path}/check-ins", {"ticket": ticket}, owner
                ),
                4,
            )
            assert [each.status for each in answers] == [200] * 4
            repeated = [each.json()["check_in"]["already_checked_in"] for each in answers]
            assert sorted(repeated) == [False, True, True, True]
        counts = server.ask("GET", f"{path}/check-ins", token=owner).json()["counts"]
        assert (counts["tickets"], counts["arrived_tickets"]) == (10, 10)

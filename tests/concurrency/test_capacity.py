"""Never an oversold seat, and proof that these tests would notice one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import close_old_connections

from config.errors import NotFound
from events.domain import locking
from events.models import Event
from rsvps.domain import capacity, respond
from rsvps.domain.respond import change_rsvp, create_rsvp, delete_rsvp
from rsvps.errors import EventFull
from rsvps.rows import RsvpRow
from tests.concurrency.conftest import Race, without_lock
from tests.makers import make_event, make_rsvp
from tests.server.process import running_server

CLIENTS = 40
SEATS = 10


def _stored(event_id: UUID) -> tuple[int, int]:
    """Seats as the counter says, and as the answers say."""
    counted: int = Event.objects.values_list("seats_taken", flat=True).get(pk=event_id)
    return counted, capacity.recount(event_id).seats_taken


def _answer(event_id: UUID, number: int, guests: int = 0) -> RsvpRow:
    values = {"name": f"Guest {number}", "attendance": "going", "guest_count": guests}
    return create_rsvp(event_id=event_id, values=values)


@pytest.mark.django_db(transaction=True)
def test_forty_at_once_take_exactly_ten_seats(race: Race) -> None:
    """Ten get in, thirty are told that it is full, and the counter is the truth."""
    event = make_event(capacity=SEATS)
    outcome = race(lambda number: _answer(event.id, number), CLIENTS)
    assert Counter(type(each) for each in outcome) == {RsvpRow: SEATS, EventFull: CLIENTS - SEATS}
    assert _stored(event.id) == (SEATS, SEATS)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_same_race_oversells(
    race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: with the lock off, everybody sees a free seat and takes it."""
    event = make_event(capacity=SEATS)
    monkeypatch.setattr(respond, "locked_event", without_lock(CLIENTS))
    outcome = race(lambda number: _answer(event.id, number), CLIENTS)
    assert Counter(type(each) for each in outcome) == {RsvpRow: CLIENTS}
    assert _stored(event.id) == (CLIENTS, CLIENTS)
    assert respond.locked_event is not locking.locked_event


@pytest.mark.django_db(transaction=True)
def test_growing_switching_leaving_and_arriving_at_once(race: Race) -> None:
    """Parties that grow, guests who switch to going, leave or arrive: never more than the seats."""
    event = make_event(capacity=SEATS)
    there = [make_rsvp(event, attendance="going") for _ in range(5)]
    undecided = [make_rsvp(event, attendance="interested") for _ in range(10)]
    leaving = [make_rsvp(event, attendance="going") for _ in range(3)]

    def act(number: int) -> Any:
        close_old_connections()
        if number < 5:
            changes: dict[str, Any] = {"guest_count": 2}
            return change_rsvp(event_id=event.id, rsvp_id=there[number].id, values=changes)
        if number < 15:
            rsvp = undecided[number - 5]
            return change_rsvp(event_id=event.id, rsvp_id=rsvp.id, values={"attendance": "going"})
        if number < 18:
            return delete_rsvp(event_id=event.id, rsvp_id=leaving[number - 15].id)
        return _answer(event.id, number, guests=number % 3)

    outcome = race(act, CLIENTS)
    assert {type(each) for each in outcome} <= {RsvpRow, EventFull, type(None)}
    counted, true = _stored(event.id)
    assert counted == true
    assert counted <= SEATS


@pytest.mark.django_db(transaction=True)
def test_one_rsvp_withdrawn_by_many_frees_its_seats_once(race: Race) -> None:
    """One withdrawal counts; the others find nothing."""
    event = make_event(capacity=SEATS)
    rsvp = make_rsvp(event, attendance="going", guest_count=3)
    outcome = race(lambda _: delete_rsvp(event_id=event.id, rsvp_id=rsvp.id), 8)
    assert Counter(type(each) for each in outcome) == {type(None): 1, NotFound: 7}
    assert _stored(event.id) == (0, 0)


@pytest.mark.server
def test_forty_http_clients_take_exactly_ten_seats(race: Race, tmp_path: Path) -> None:
    """The same over real sockets against the shipped server and all its workers."""
    with running_server(tmp_path, alone=True) as server:
        made = server.ask(
            "POST",
            "/api/v1/events",
            {"title": "Rush", "start_time": "2100-01-01T20:00:00Z", "max_attendees": SEATS},
        ).json()
        path = f"/api/v1/events/{made['event']['id']}"
        outcome = race(
            lambda number: server.ask(
                "POST", f"{path}/rsvps", {"name": f"Guest {number}", "status": "yes"}
            ),
            CLIENTS,
        )
        assert Counter(each.status for each in outcome) == {201: SEATS, 400: CLIENTS - SEATS}
        refused = [each.json() for each in outcome if each.status == 400]
        assert {each["error"] for each in refused} == {"EventFull"}
        event = server.ask("GET", path).json()["event"]
        assert (event["yes_count"], event["spots_left"]) == (SEATS, 0)
        assert len(event["rsvps"]) == SEATS

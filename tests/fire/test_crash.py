"""The short form of `python -m tests.fire crash`, and that it finds what a crash might leave."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from pathlib import Path
from random import Random

import psycopg
import pytest

from tests.fire.crash import crash
from tests.fire.journal import Journal
from tests.fire.load import EVENTS, START, Client
from tests.fire.stored import found, miscounted, problems
from tests.server.process import Server, running_server

pytestmark = [pytest.mark.server, pytest.mark.slow]


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """Two kills under load: every write is there, whole, and counted."""
    rounds = list(crash(tmp_path, rounds=2, seed=7))
    assert [each.problems for each in rounds] == [[], []]
    assert min(each.acknowledged for each in rounds) >= 10


@pytest.mark.once
def test_the_checks_find_what_is_wrong(tmp_path: Path) -> None:
    """Each kind of damage, done on purpose to rows that were acknowledged."""
    with running_server(tmp_path, alone=True) as server:
        journal = _worked(server)
        assert (problems(server, journal), miscounted(server)) == ([], [])
        rsvp = _guest_of_the_rush(journal)
        event = str((journal.states[rsvp] or {})["event"])
        _execute(server, "UPDATE events_event SET seats_taken = seats_taken + 1", event)
        assert len(miscounted(server)) == 1
        _execute(server, "UPDATE events_event SET seats_taken = seats_taken - 1", event)
        for damage, row, said in (
            ("UPDATE rsvps_rsvp SET name = 'Nobody'", rsvp, "acknowledged as"),
            ("UPDATE rsvps_rsvp SET guest_count = 90", rsvp, "seats given away twice"),
            ("UPDATE events_event SET seats_taken = 90", event, "oversold event"),
            (
                "UPDATE rsvps_rsvp SET checked_in_at = created_at",
                rsvp,
                "arrival without a check-in",
            ),
            ("DELETE FROM events_eventlink", event, "event without an owner link"),
            ("DELETE FROM rsvps_rsvp", rsvp, f"{rsvp} is None"),
        ):
            before = problems(server, journal)
            _execute(server, damage, row)
            fresh = set(problems(server, journal)) - set(before)
            assert any(said in each for each in fresh), (damage, fresh)
        assert rsvp not in found(server)


@pytest.mark.once
def test_a_row_that_nobody_made_is_found(tmp_path: Path) -> None:
    """Unless its making was under way."""
    with running_server(tmp_path, alone=True) as server:
        journal = Journal()
        server.ask("POST", EVENTS, {"title": "Ghost", "start_time": START})
        assert len(problems(server, journal)) == 1
        journal.begun.add("Ghost")
        assert problems(server, journal) == []


def _worked(server: Server) -> Journal:
    """What one client did in peace."""
    journal = Journal()
    sent = {"title": "Rush", "start_time": START, "max_attendees": 10}
    rush = server.ask("POST", EVENTS, sent).json()["event"]["id"]
    journal.acknowledge(rush, {"title": "Rush", "capacity": 10})
    stopped = threading.Event()
    client = Client(server.url, journal, rush, Random(3))
    thread = threading.Thread(target=client.run, args=[stopped])
    thread.start()
    journal.wait_for(60, 60)
    stopped.set()
    thread.join()
    return journal


def _guest_of_the_rush(journal: Journal) -> str:
    there = {row: state for row, state in journal.states.items() if state}
    rush = next(row for row, state in there.items() if state.get("title") == "Rush")
    return next(row for row, state in there.items() if state.get("event") == rush)


def _execute(server: Server, sql: str, row: str) -> None:
    """A statement on one row, or on the rows of an event, behind the server's back."""
    column = "event_id" if "eventlink" in sql else "id"
    if url := server.environment.get("DATABASE_URL"):
        with psycopg.connect(url.replace("postgres://", "postgresql://")) as connection:
            connection.execute(f"{sql} WHERE {column} = '{row}'")  # type: ignore[arg-type]
        return
    path = server.data / "convene.sqlite3"
    with contextlib.closing(sqlite3.connect(path, timeout=30)) as database, database:
        database.execute(f"{sql} WHERE {column} = ?", [row.replace("-", "")])

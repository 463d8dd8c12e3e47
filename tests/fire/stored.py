"""What a database holds after a crash, read without the application, and what is wrong with it."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
import uuid
from typing import Any

import psycopg

from tests.fire.journal import Journal, State
from tests.server.process import Server

# Each finds rows that no finished write leaves behind.
HALF_WRITTEN = {
    "event without an owner link": """
        SELECT e.id FROM events_event e WHERE NOT EXISTS
        (SELECT 1 FROM events_eventlink l WHERE l.role = 'owner'
         AND (l.event_id = e.id OR l.series_id = e.series_id))""",
    "arrival without a check-in": """
        SELECT r.id FROM rsvps_rsvp r WHERE r.checked_in_at IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM rsvps_checkin c WHERE c.rsvp_id = r.id AND c.admitted
         AND c.undone_at IS NULL)""",
    "check-in without an arrival": """
        SELECT r.id FROM rsvps_rsvp r WHERE r.checked_in_at IS NULL AND EXISTS
        (SELECT 1 FROM rsvps_checkin c WHERE c.rsvp_id = r.id AND c.admitted
         AND c.undone_at IS NULL)""",
    "RSVP or check-in without its event": """
        SELECT id FROM rsvps_rsvp WHERE event_id NOT IN (SELECT id FROM events_event)
        UNION ALL SELECT c.id FROM rsvps_checkin c LEFT JOIN rsvps_rsvp r ON r.id = c.rsvp_id
        WHERE r.id IS NULL OR r.event_id <> c.event_id""",
    "oversold event": """
        SELECT id FROM events_event WHERE capacity IS NOT NULL
        AND seats_taken > capacity + seats_forced""",
    "seats given away twice": """
        SELECT e.id FROM events_event e JOIN rsvps_rsvp r ON r.event_id = e.id
        WHERE e.capacity IS NOT NULL AND r.attendance = 'going' AND r.approval = 'approved'
        GROUP BY e.id, e.capacity, e.seats_forced
        HAVING SUM(1 + r.guest_count) > e.capacity + e.seats_forced""",
}


def rows(server: Server, sql: str) -> list[tuple[Any, ...]]:
    """What the server's database answers."""
    if url := server.environment.get("DATABASE_URL"):
        with psycopg.connect(url.replace("postgres://", "postgresql://")) as connection:
            return connection.execute(sql).fetchall()  # type: ignore[arg-type]
    with contextlib.closing(sqlite3.connect(server.data / "convene.sqlite3")) as database:
        return database.execute(sql).fetchall()


def found(server: Server) -> dict[str, State]:
    """Every event and RSVP, as a journal tells it."""
    states: dict[str, State] = {
        str(uuid.UUID(str(id))): {"title": title, "capacity": capacity}
        for id, title, capacity in rows(server, "SELECT id, title, capacity FROM events_event")
    }
    answers = rows(
        server,
        "SELECT id, event_id, name, guest_count, approval, checked_in_at FROM rsvps_rsvp",
    )
    for id, event, name, guests, approval, arrived in answers:
        states[str(uuid.UUID(str(id)))] = {
            "event": str(uuid.UUID(str(event))),
            "name": name,
            "guests": guests,
            "approval": approval,
            "arrived": arrived is not None,
        }
    return states


def problems(server: Server, journal: Journal) -> list[str]:
    """Everything that is not as it was acknowledged, is half there, or does not add up."""
    states = found(server)
    said = list(journal.faults)
    for row in journal.states:
        allowed = journal.allowed(row)
        expected = journal.states[row]
        if expected and "event" in expected and expected["event"] not in states:
            # Whether the event may be gone is asked of the event.
            allowed.append(None)
        if states.get(row) not in allowed:
            said.append(f"{row} is {states.get(row)}, acknowledged as {allowed}")
    for row in states.keys() - journal.states.keys():
        name = (states[row] or {}).get("name", (states[row] or {}).get("title"))
        if name not in journal.begun:
            said.append(f"{row} is there and nobody made it: {states[row]}")
    for what, sql in HALF_WRITTEN.items():
        said += [f"{what}: {row[0]}" for row in rows(server, sql)]
    if "DATABASE_URL" not in server.environment:
        said += [f"integrity: {row}" for row in rows(server, "PRAGMA foreign_key_check")]
        said += [row[0] for row in rows(server, "PRAGMA integrity_check") if row[0] != "ok"]
    return said


def miscounted(server: Server) -> list[str]:
    """The counters that differ from a recount."""
    try:
        said = server.manage("recount", "--json")
    except subprocess.CalledProcessError as complaint:
        said = complaint.stdout
    return [f"counter {each}" for each in json.loads(said)["differences"]]

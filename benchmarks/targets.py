"""What is measured: servers, the events they are filled with, and the requests sent to each."""

from __future__ import annotations

import json
from typing import NamedTuple

from load import Case
from processes import backends, cpu_seconds, family
from server import JSON, LAST, Http, Made

# Names of cases, as in the report.
DETAIL, LIST, ICS, PAGE, RSVP = "detail", "list of 10", "event.ics", "event page", "RSVP"
_ANSWER = json.dumps({"name": "Robin", "status": "yes"}).encode()
_GZIP = {"Accept-Encoding": "gzip"}


class Target(NamedTuple):
    """A server that is measured. ``pid`` is None for one that somebody else runs, ``database`` is
    the URL of its PostgreSQL."""

    name: str
    base: str
    cases: dict[str, Case]
    pid: int | None = None
    database: str | None = None

    def cpu(self) -> dict[str, float]:
        """Seconds that the server and its PostgreSQL have used so far; nothing for a server of
        somebody else."""
        spent = {}
        if self.pid is not None:
            spent["server"] = cpu_seconds(family(self.pid))
        if self.database is not None:
            spent["database"] = cpu_seconds(backends(self.database))
        return spent


class World(NamedTuple):
    """The events of one server: ``event`` is read and has few answers, ``large`` has very many,
    ``hot`` and ``crowded`` are answered: the first begins empty, the second with very many."""

    event: Made
    hot: Made
    large: Made | None = None
    crowded: Made | None = None


def fill_ours(base: str, *, events: int, rsvps: int, many: int) -> World:
    """The events that a measurement of ours needs, by HTTP."""
    server = Http(base)
    world = World(
        server.make_event(0, rsvps),
        server.make_event(1, start_time=LAST),
        server.make_event(2, many, start_time=LAST),
        server.make_event(3, many, start_time=LAST),
    )
    for number in range(len(world), events):
        server.make_event(number)
    return world


def fill_peer(base: str, *, events: int, rsvps: int) -> World:
    """The same for any server that speaks the Capability API."""
    server = Http(base)
    world = World(server.make_event(0, rsvps), server.make_event(1, start_time=LAST))
    for number in range(len(world), events):
        server.make_event(number)
    return world


def peer_cases(world: World) -> dict[str, Case]:
    """What every such server answers."""
    detail = f"/api/v1/events/{world.event.id}"
    return {
        DETAIL: Case(detail),
        LIST: Case("/api/v1/events?per_page=10"),
        ICS: Case(f"{detail}/event.ics"),
        PAGE: Case(world.event.page),
        RSVP: _answering(world.hot),
    }


def our_cases(base: str, world: World) -> dict[str, Case]:
    """All cases; a 304 for each answer that has a tag."""
    if world.large is None or world.crowded is None:
        raise ValueError("A world of ours has a large and a crowded event.")
    cases = {
        **peer_cases(world),
        "event page, gzip": Case(world.event.page, headers=_GZIP),
        "detail of very many": Case(f"/api/v1/events/{world.large.id}"),
        "list by cursor": Case("/api/v1/events?cursor="),
        "channel feed": Case("/c/room-0.ics"),
        "home": Case("/"),
        "search": Case("/api/v1/events?q=lounge"),
        "RSVP to very many": _answering(world.crowded),
    }
    server = Http(base)
    for name in (DETAIL, LIST, ICS, "channel feed"):
        _, told, _ = server.ask("GET", cases[name].path)
        if tag := told.get("etag"):
            cases[f"304 of {name}"] = Case(
                cases[name].path, headers={"If-None-Match": tag}, status=304
            )
    return cases


def floor_cases(world: World) -> dict[str, Case]:
    """The same events, by plain SQL on the same database."""
    return {
        DETAIL: Case(f"/detail/{world.event.id}"),
        RSVP: Case(f"/rsvps/{world.hot.id}", "POST", _ANSWER, JSON),
        "detail, no Django": Case(f"/plain/detail/{world.event.id}"),
        "RSVP, no Django": Case(f"/plain/rsvps/{world.hot.id}", "POST", _ANSWER, JSON),
        "bytes": Case("/plain/bytes"),
    }


def _answering(event: Made) -> Case:
    return Case(f"/api/v1/events/{event.id}/rsvps", "POST", _ANSWER, JSON, 201)

"""How much memory a worker takes while requests of every kind come in, few of them twice."""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from load import Case
from processes import Memory, memory_of
from report import in_markdown
from server import JSON, Http, free_port, serve, stop

_STEPS = 10
_PAGES = 40
_GZIP = {"Accept-Encoding": "gzip"}
_LANGUAGES = ("en", "de", "fr", "es")
_WORDS = ("lounge", "garden", "evening", "zwischenzeit", "reading", "berlin", "music")


def watch(folder: str | None, options: argparse.Namespace) -> tuple[list[dict[str, float]], str]:
    """The worker's memory at the start and after each tenth of ``options.memory`` requests, to the
    instance of this folder or to a fresh one."""
    with tempfile.TemporaryDirectory() as fresh:
        port = free_port()
        # It is asked for much that is not there.
        where = folder or fresh
        process = serve(where, port, "--no-worker", core=options.server_core, quiet=True)
        try:
            server = Http(f"http://127.0.0.1:{port}")
            steps = [_step(0, memory_of(process.pid))]
            for number in range(0 if folder else options.events):
                server.make_event(number, 2)
            asked = _mixed(random.Random(1), *_listed(server))
            for done in range(1, _STEPS + 1):
                for _ in range(options.memory // _STEPS):
                    _ask(server, next(asked))
                steps.append(_step(done * options.memory // _STEPS, memory_of(process.pid)))
        finally:
            stop(process)
    rows = [
        [f"{step['requests']:,.0f}", "", *(f"{step[name]:.1f}" for name in Memory._fields)]
        for step in steps
    ]
    return steps, in_markdown(["requests", "", *(f"{name} MB" for name in Memory._fields)], rows)


def _step(requests: float, memory: Memory) -> dict[str, float]:
    return {"requests": requests, **memory._asdict()}


def _listed(server: Http) -> tuple[list[str], list[str]]:
    """Ids of events on the first pages of the public list, and slugs of their channels."""
    ids: list[str] = []
    slugs: set[str] = set()
    cursor: str | None = ""
    for _ in range(_PAGES):
        _, _, body = server.ask("GET", f"/api/v1/events?per_page=100&cursor={quote(cursor or '')}")
        told = json.loads(body)
        ids += [event["id"] for event in told["events"]]
        slugs |= {event["channel"]["slug"] for event in told["events"] if "channel" in event}
        if not (cursor := told["pagination"].get("next_cursor")):
            break
    return ids, sorted(slugs)


def _mixed(chance: random.Random, ids: list[str], slugs: list[str]) -> Iterator[Case]:
    """Reads, writes and mistakes without end."""
    while True:
        api, page = f"/api/v1/events/{chance.choice(ids)}", f"/e/{chance.choice(ids)}"
        number, word = chance.randrange(10**9), chance.choice(_WORDS)
        spoken = {"Accept-Language": chance.choice(_LANGUAGES)}
        answer = {"name": f"Guest {number}", "status": "yes", "note": word * chance.randrange(50)}
        yield from (
            Case(api),
            Case(f"{api}?ref={number}"),
            Case(f"{api}/event.ics"),
            Case(f"{api}/tiers"),
            Case(f"/api/v1/events/{chance.choice(ids)}", headers=spoken),
            Case(page, headers=_GZIP | spoken),
            Case(f"{page}?ref={number}", headers=_GZIP),
            Case(f"/api/v1/events?page={number % 50 + 1}&per_page={number % 99 + 1}"),
            Case(f"/api/v1/events?per_page=100&cursor=&ref={number}"),
            Case(f"/api/v1/events?q={word}+{number % 1000}"),
            Case(f"/c/{chance.choice(slugs)}", headers=_GZIP | spoken),
            Case(f"/c/{chance.choice(slugs)}.ics"),
            Case(f"/?q={word}", headers=spoken),
            Case("/", headers=_GZIP | spoken),
            # Drawn anew for nearly each event, in a tenth of a second: a few are enough.
            *([Case(f"/share/{chance.choice(ids)}/0.png")] if number % 25 == 0 else ()),
            Case(f"/nothing/{number}", status=404),
            Case(f"/api/v1/events/{number}", status=404),
            Case(f"{api}/rsvps", "POST", json.dumps(answer).encode(), JSON),
            Case(f"{api}/rsvps", "POST", b'{"name": ""}', JSON, 400),
            Case("/api/v1/events", "POST", json.dumps({"title": word}).encode(), JSON, 400),
        )


def _ask(server: Http, case: Case) -> None:
    """Sends it, and again where the answer leads. Raises RuntimeError when the server failed; a
    full event may well say no."""
    status, told, body = server.ask(case.method, case.path, case.body, case.headers)
    if status == 302:
        status, _, body = server.ask("GET", urlsplit(told["location"]).path)
    if status >= 500:
        raise RuntimeError(f"{case.method} {case.path} answered {status}: {body[:200]!r}")

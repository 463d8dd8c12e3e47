"""Kills the shipped server in the middle of its work, and looks at what is left."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.fire.journal import Journal
from tests.fire.load import EVENTS, START, Client
from tests.fire.stored import found, miscounted, problems, rows
from tests.server.process import Server, own_database, serving

CLIENTS = 6
RUSH_SEATS = 10
# Nobody listens there: the worker takes up each mail, and puts it off.
_MAIL = "smtp://127.0.0.1:9"
_PATIENCE = 60.0


@dataclass
class Round:
    """What one kill left: writes that were acknowledged and that were under way when it came, the
    rows there are after it, tasks the worker had begun, seconds, and what is wrong."""

    number: int
    acknowledged: int
    under_way: int
    stored: int
    tasks_begun: int
    seconds: float
    problems: list[str] = field(default_factory=list)


def crash(folder: Path, rounds: int, seed: int) -> Iterator[Round]:
    """One instance, killed and started again so many times; on the database of the settings."""
    random = Random(seed)
    journal = Journal()
    with own_database() as database, contextlib.ExitStack() as first:
        server = first.enter_context(until_killed(folder, database))
        for number in range(1, rounds + 1):
            began, before = time.perf_counter(), journal.acknowledged
            under_way = _fire(server, journal, random)
            # The next start, which recovers the database, is part of the round.
            server = first.enter_context(until_killed(folder, database))
            wrong = [*problems(server, journal), *miscounted(server), *_closed(server, journal)]
            done = Round(
                number=number,
                acknowledged=journal.acknowledged - before,
                under_way=under_way,
                stored=journal.settle(found(server)),
                tasks_begun=_tasks_begun(server),
                seconds=round(time.perf_counter() - began, 1),
                problems=wrong,
            )
            yield done


@contextlib.contextmanager
def until_killed(folder: Path, database: dict[str, str]) -> Iterator[Server]:
    """The server, and with the block's end none of its processes, without a word beforehand."""
    with serving(folder, EMAIL_URL=_MAIL, WEB_WORKERS="2", **database) as server:
        try:
            yield server
        finally:
            kill(server)


def _tasks_begun(server: Server) -> int:
    """Tasks that a worker took up and nobody finished."""
    sql = "SELECT COUNT(*) FROM django_tasks_database_dbtaskresult WHERE status = 'RUNNING'"
    ((begun,),) = rows(server, sql)
    return int(begun)


def kill(server: Server) -> None:
    """SIGKILL to the server, what it started, and what these started."""
    family = [server.process.pid]
    for process in family:
        family += _children(process)
    for process in family if server.process.poll() is None else []:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    server.process.wait(timeout=60)


def _children(process: int) -> list[int]:
    with contextlib.suppress(OSError):
        threads = Path(f"/proc/{process}/task").iterdir()
        return [int(child) for each in threads for child in (each / "children").read_text().split()]
    return []


def _fire(server: Server, journal: Journal, random: Random) -> int:
    """Lets the clients loose and kills the server among them; how many requests it was at."""
    sent = {"title": "Rush", "start_time": START, "max_attendees": RUSH_SEATS}
    made = server.ask("POST", EVENTS, sent).json()
    rush = made["event"]["id"]
    journal.tokens[rush] = made["admin_token"]
    journal.acknowledge(rush, {"title": "Rush", "capacity": RUSH_SEATS})
    stopped = threading.Event()
    clients = [Client(server.url, journal, rush, Random(random.random())) for _ in range(CLIENTS)]
    threads = [threading.Thread(target=each.run, args=[stopped]) for each in clients]
    for thread in threads:
        thread.start()
    journal.wait_for(journal.acknowledged + random.randrange(10, 120), _PATIENCE)
    kill(server)
    stopped.set()
    for thread in threads:
        thread.join()
    return len(journal.unanswered) + len(journal.begun)


def _closed(server: Server, journal: Journal) -> list[str]:
    """The links that the server gave out and that no longer open what is there."""
    said = []
    last = [row for row, state in journal.states.items() if state and "event" in state][-5:]
    for row in last:
        state = journal.states[row]
        doubtful = {row, state["event"]} & journal.unanswered.keys() if state else {row}
        if state and not doubtful and row in journal.tokens:
            path = f"{EVENTS}/{state['event']}/rsvps/self"
            status = server.ask("GET", path, token=journal.tokens[row]).status
            said += [f"{path}: {status}"] if status != 200 else []
    return said

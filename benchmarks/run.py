"""How fast the shipped server is, compared with what is possible: `python benchmarks/run.py`.

Starts it, fills it over HTTP, starts the floors of floors.py on the same database, then sends each
case to each server in interleaved rounds and prints rates, CPU time and ratios. Loopback only;
ends by itself. README.md beside this file says how to read the figures.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import growth
import memory
from load import WRK, measure
from processes import memory_of
from report import FLOOR, OURS, PEER, Round, Rounds, collect, keep, surroundings, table, write
from server import free_port, serve, stop
from targets import Target, fill_ours, fill_peer, floor_cases, our_cases, peer_cases

_FLOORS = ("benchmarks/floors.py",)


def main() -> None:
    """Parses the command line and measures what it asks for."""
    options = _options()
    if options.smoke:
        options.events, options.rsvps, options.many = 20, 3, 20
        options.seconds, options.rounds, options.connections = 0.05, 1, 1
        options.load = "python"
    cores = sorted(os.sched_getaffinity(0))
    options.server_core, options.load_core = cores[:2] if len(cores) > 1 else (None, None)
    told: dict[str, Any] = {
        **surroundings(),
        "load": options.load,
        "seconds": options.seconds,
        "rounds": options.rounds,
    }
    if options.growth:
        told["growth"], text = growth.compare(*options.growth, options)
    elif options.memory:
        told["memory"], text = memory.watch(options.instance, options)
    else:
        with ExitStack() as stack:
            targets = _targets(options, stack)
            told["figures"] = collect(_measure(targets, options))
            told["memory_mb"] = {
                each.name: memory_of(each.pid).resident for each in targets if each.pid
            }
            text = table(told["figures"])
    print(text)
    if "memory_mb" in told:
        print(", ".join(f"{name}: {mb:.0f} MB" for name, mb in told["memory_mb"].items()))
    if options.json:
        write(options.json, told)
    if options.save:
        print(keep(options.save, told, text))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=1000, help="events in the listing")
    parser.add_argument("--rsvps", type=int, default=50, help="answers to the one event read")
    parser.add_argument("--many", type=int, default=2000, help="answers to the large events")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one measurement")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--load", choices=["wrk", "python"], default="wrk" if WRK else "python")
    parser.add_argument("--only", help="cases whose names begin with one of these, by commas")
    parser.add_argument("--peer", metavar="URL", help="a server that speaks the Capability API")
    parser.add_argument(
        "--postgres", metavar="URL", help="an empty PostgreSQL database, measured beside SQLite"
    )
    parser.add_argument("--workers", type=int, default=1, help="of the server on PostgreSQL")
    parser.add_argument("--memory", type=int, metavar="N", help="watch memory over N requests")
    parser.add_argument("--instance", metavar="DATA_DIR", help="the one whose memory is watched")
    parser.add_argument(
        "--growth", nargs=2, metavar=("SMALL", "LARGE"), help="compare two DATA_DIRs or databases"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--save", metavar="NAME", help="keep them in benchmarks/results")
    parser.add_argument("--begun", type=Path, metavar="DATA_DIR", help="begin with a copy of it")
    parser.add_argument("--smoke", action="store_true", help="in seconds, only to see that it runs")
    return parser.parse_args()


def _targets(options: argparse.Namespace, stack: ExitStack) -> list[Target]:
    """All servers, filled and waiting; the first is ours on SQLite."""
    targets = []
    databases = {OURS: None} | (
        {f"{OURS} on PostgreSQL": options.postgres} if options.postgres else {}
    )
    for name, database in databases.items():
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        if options.begun:
            shutil.copytree(options.begun, folder, dirs_exist_ok=True)
        settings = (
            {"DATABASE_URL": database, "WEB_WORKERS": str(options.workers)} if database else {}
        )
        run = _running(folder, options.server_core, settings)
        process, base = stack.enter_context(run)
        sizes = {"events": options.events, "rsvps": options.rsvps}
        world = fill_ours(base, many=options.many, **sizes)
        targets.append(Target(name, base, our_cases(base, world), process.pid, database))
        floors = _running(folder, options.server_core, settings, command=_FLOORS)
        process, base = stack.enter_context(floors)
        floor = name.replace(OURS, FLOOR)
        targets.append(Target(floor, base, floor_cases(world), process.pid, database))
    if options.peer:
        world = fill_peer(options.peer, events=options.events, rsvps=options.rsvps)
        targets.append(Target(PEER, options.peer, peer_cases(world)))
    return targets


@contextmanager
def _running(
    folder: str, core: int | None, settings: dict[str, str], **how: Any
) -> Iterator[tuple[Any, str]]:
    port = free_port()
    options = () if how else ("--no-worker",)
    process = serve(folder, port, *options, core=core, **how, **settings)
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        stop(process)


def _measure(targets: list[Target], options: argparse.Namespace) -> Rounds:
    """Every case of every target in each round, so that whatever disturbs the machine disturbs all
    of them alike."""
    rounds: Rounds = {}
    names = list(dict.fromkeys(name for target in targets for name in target.cases))
    wanted = tuple(options.only.split(",")) if options.only else ("",)
    for _ in range(options.rounds):
        for name in names:
            for target in targets:
                if name in target.cases and name.startswith(wanted):
                    done = _one(target, name, options)
                    rounds.setdefault((target.name, name), []).append(done)
    by_target = [target.name for target in targets]
    return dict(sorted(rounds.items(), key=lambda each: by_target.index(each[0][0])))


def _one(target: Target, name: str, options: argparse.Namespace) -> Round:
    before = target.cpu()
    sample = measure(
        target.base,
        [target.cases[name]],
        seconds=options.seconds,
        connections=options.connections,
        core=options.load_core,
        by_wrk=options.load == "wrk",
    )
    after = target.cpu()
    return Round(sample, {of: after[of] - spent for of, spent in before.items()})


if __name__ == "__main__":
    main()

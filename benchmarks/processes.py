"""What processes cost, as read from /proc: on Linux alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import psycopg

_TICKS = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """A process and all its descendants that still run."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        if (fields := _stat(int(folder.name))) is not None:
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def cpu_seconds(pids: list[int]) -> float:
    """Seconds that the processes have used so far, including those of their children that ended."""
    # Fields 14 to 17: utime, stime, cutime, cstime.
    return sum(sum(map(int, fields[11:15])) for fields in map(_stat, pids) if fields) / _TICKS


class Memory(NamedTuple):
    """Megabytes that are in memory for a process: all that it sees, and its share of that where
    what several processes see is divided among them."""

    resident: float
    proportional: float


def memory_of(pid: int) -> Memory:
    """Memory of the largest process that a server started, which is a worker; its own where it
    started none."""
    return max(map(_memory, family(pid)[1:] or [pid]))


def backends(url: str) -> list[int]:
    """PostgreSQL's processes for a database, when its server is on this machine."""
    with psycopg.connect(url) as connection:
        asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        pids = [pid for (pid,) in connection.execute(f"{asked} AND pid <> pg_backend_pid()")]
    return [pid for pid in pids if _stat(pid) is not None]


def _memory(pid: int) -> Memory:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return Memory(0.0, 0.0)
    kilobytes = {line.split()[0]: int(line.split()[1]) for line in lines}
    return Memory(kilobytes["Rss:"] / 1024, kilobytes["Pss:"] / 1024)


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/<pid>/stat from the third on, since a name may hold anything."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None

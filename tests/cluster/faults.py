"""What goes wrong in the rehearsal, one after the other, and what is measured of it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.cluster.load import Load, told
from tests.cluster.parts import DATA, NET, Cluster, processor_seconds, status, tree, until

# Seconds under load after a fault is mended, before the next.
_CALM = 4.0
# Seconds that what was killed stays away, if nobody starts it again at once.
_DOWN = 6.0


class Outcome(NamedTuple):
    """What clients saw of a fault, and seconds until the last write and the last read failed."""

    fault: str
    requests: int
    failures: str
    writes: float
    reads: float


def _standbys(cluster: Cluster) -> bool:
    """Whether there are a primary and two standbys, one of them synchronous."""
    roles = [len(cluster.role(role)) for role in ("primary", "replica", "sync")]
    return roles == [1, 2, 1]


def whole(cluster: Cluster) -> float:
    """Waits until nothing is missing; seconds that took."""
    return until(
        lambda: (
            _standbys(cluster)
            and all(status(f"{NET}{number}:8000", "/readyz") == 200 for number in (21, 22, 23))
        ),
        "the cluster is whole",
        180,
    )


def _primary_killed(cluster: Cluster) -> None:
    (old,) = cluster.role("primary")
    cluster[f"patroni{old}"].kill()
    cluster.kill_postgres(old)
    until(lambda: bool(set(cluster.role("primary")) - {old}), "another primary")
    time.sleep(_DOWN)
    cluster[f"patroni{old}"].start()


def _postgres_killed(cluster: Cluster) -> None:
    (old,) = cluster.role("primary")
    cluster.kill_postgres(old)
    time.sleep(_DOWN)


def _standby_stopped(cluster: Cluster) -> None:
    (number,) = cluster.role("sync")
    cluster[f"patroni{number}"].kill()
    cluster.kill_postgres(number)
    time.sleep(_DOWN)
    cluster[f"patroni{number}"].start()


def _replay_paused(cluster: Cluster) -> None:
    standbys = cluster.role("replica")
    for number in standbys:
        cluster.ask(number, "SELECT pg_wal_replay_pause()")
    time.sleep(40)  # longer than REPLICA_MAX_LAG
    for number in standbys:
        cluster.ask(number, "SELECT pg_wal_replay_resume()")


def _etcd_without_majority(cluster: Cluster) -> None:
    for number in DATA[:2]:
        cluster[f"etcd{number}"].kill()
    time.sleep(25)  # longer than the leader's key lives
    for number in DATA[:2]:
        cluster[f"etcd{number}"].start()


def _killed(name: str, seconds: float = _DOWN) -> Callable[[Cluster], None]:
    def fault(cluster: Cluster) -> None:
        cluster[name].kill()
        time.sleep(seconds)
        cluster[name].start()

    return fault


def _process_killed(cluster: Cluster) -> None:
    process = cluster["web22"].process
    assert process is not None
    os.kill(tree(process.pid)[-1], signal.SIGKILL)
    time.sleep(_DOWN)


FAULTS: dict[str, Callable[[Cluster], None]] = {
    "primary's machine lost": _primary_killed,
    "primary's PostgreSQL killed": _postgres_killed,
    "synchronous standby lost": _standby_stopped,
    "standbys replay nothing for 40 s": _replay_paused,
    "etcd without majority for 25 s": _etcd_without_majority,
    "a pgbouncer killed, again after 1 s": _killed("pgbouncer21", 1),
    "Redis killed": _killed("redis"),
    "worker killed": _killed("worker21"),
    "web machine's Convene killed": _killed("web21"),
    "one web process killed": _process_killed,
}


def undergo(cluster: Cluster, load: Load, name: str) -> Outcome:
    """One fault under load, mended and waited for."""
    whole(cluster)
    time.sleep(_CALM)
    began = time.monotonic()
    FAULTS[name](cluster)
    whole(cluster)
    time.sleep(_CALM)
    return _outcome(name, load, began)


def _outcome(name: str, load: Load, began: float) -> Outcome:
    seen = load.since(began)
    failed = [each for each in seen if not 200 <= each.status < 300]
    last = {each.method: each.at - began for each in failed}
    return Outcome(
        name, len(seen), told(failed) or "none", last.get("POST", 0.0), last.get("GET", 0.0)
    )


def upgrade(cluster: Cluster, load: Load, code: Path) -> Outcome:
    """Restarts every process of Convene with other code, one after the other, under load."""
    began = time.monotonic()
    cluster.switch(code)
    cluster.manage("migrate", "-v", "0")
    cluster.manage("collectstatic", "--no-input", "-v", "0")
    for part in cluster.parts.values():
        if not part.name.startswith(("web", "worker")):
            continue
        assert part.process is not None
        part.process.send_signal(signal.SIGTERM)
        part.process.wait(timeout=60)
        part.start()
        if part.name.startswith("web"):
            address = f"{part.environment['HOST']}:8000"
            until(lambda: status(address, "/readyz") == 200, part.name)  # noqa: B023
            time.sleep(_CALM)  # Caddy has to see it, too
    return _outcome("rolling upgrade", load, began)


def costs(cluster: Cluster, load: Load, seconds: float = 20) -> dict[str, float]:
    """Milliseconds of a processor per request of the load, for each role; and how many came."""
    (primary,) = cluster.role("primary")
    standbys = cluster.role("replica")

    def pids(*kinds: str) -> list[int]:
        parts = [part for part in cluster.parts.values() if part.name.startswith(kinds)]
        return [part.process.pid for part in parts if part.process]

    roles = {
        "web": pids("web"),
        "primary": [cluster.postmaster(primary) or 0],
        "standbys": [cluster.postmaster(number) or 0 for number in standbys],
        "pgbouncer": pids("pgbouncer"),
        "HAProxy": pids("haproxy"),
        "Caddy": pids("caddy"),
        "Redis": pids("redis"),
        "workers": pids("worker"),
        "Patroni and etcd": pids("patroni", "etcd"),
    }

    def used() -> dict[str, float]:
        return {role: sum(map(processor_seconds, each)) for role, each in roles.items()}

    began, before = time.monotonic(), used()
    time.sleep(seconds)
    after, seen = used(), load.since(began)
    cost = {role: (after[role] - before[role]) * 1000 / len(seen) for role in roles}
    writes = sum(each.method == "POST" for each in seen)
    return cost | {"requests/s": len(seen) / seconds, "of them RSVPs": writes / seconds}

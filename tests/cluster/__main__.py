"""`python -m tests.cluster`: starts deploy/cluster on this machine, breaks its parts one by one
under a light load, and prints what its clients saw. `--only` takes a part of a fault's name."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.cluster.faults import FAULTS, Outcome, costs, undergo, upgrade, whole
from tests.cluster.hot import bend
from tests.cluster.images import is_shared, make_bucket
from tests.cluster.load import START, Client, Load
from tests.cluster.parts import DATA, ROOT, SITE, Cluster, missing, status, until

_SEATS = 150


def main(arguments: list[str]) -> int:
    """0 when no confirmed write was lost and no seat sold twice."""
    parser = argparse.ArgumentParser(prog="python -m tests.cluster", description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--upgrade-from", metavar="COMMIT", help="a rolling upgrade instead")
    parser.add_argument("--hot", action="store_true", help="RSVPs a second to one event instead")
    parser.add_argument("--keep", action="store_true", help="keep the folder with the logs")
    asked = parser.parse_args(arguments)
    if lacks := missing():
        print(f"Skipped: this machine lacks {', '.join(lacks)}.")
        return 0
    folder = Path(tempfile.mkdtemp(prefix="convene-cluster-"))
    folder.chmod(0o755)
    cluster = Cluster(folder)
    try:
        if asked.upgrade_from:
            git("worktree", "add", "--detach", str(folder / "old"), asked.upgrade_from)
            cluster.switch(folder / "old")
        start(cluster)
        if asked.upgrade_from:
            return _upgrade(cluster)
        if asked.hot:
            return _hot()
        return _rehearse(cluster, [name for name in FAULTS if asked.only in name])
    finally:
        cluster.stop()
        if asked.upgrade_from:
            git("worktree", "remove", "--force", str(folder / "old"))
        if asked.keep:
            print(f"Logs: {folder}")
        else:
            subprocess.run(["rm", "-rf", str(folder)], check=True)


def git(*command: str) -> None:
    """Runs git on the checkout."""
    subprocess.run(["git", *command], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def start(cluster: Cluster) -> None:
    """Everything, on a migrated database."""
    began = time.monotonic()
    cluster.start("etcd", "redis", "s3", "haproxy", "pgbouncer")
    cluster[f"patroni{DATA[0]}"].start()
    until(lambda: cluster.role("primary") == [DATA[0]], "a first primary")
    cluster.start(*(f"patroni{number}" for number in DATA[1:]))
    cluster.ask(
        DATA[0],
        "CREATE ROLE convene LOGIN PASSWORD 'change-me-convene'",
        "CREATE DATABASE convene OWNER convene",
    )
    until(lambda: len(cluster.role("replica")) == 2, "two standbys")
    cluster.manage("migrate", "-v", "0")
    cluster.manage("collectstatic", "--no-input", "-v", "0")
    make_bucket(cluster)
    cluster.start("web", "worker", "caddy")
    whole(cluster)
    until(lambda: status(SITE, "/") == 200, "Caddy")
    print(f"Started in {time.monotonic() - began:.0f} s.", flush=True)


def make_events(number: int) -> tuple[list[str], str]:
    """Ids of so many events without a limit, and of one with _SEATS seats."""
    client, made = Client(200), []
    for each in range(number + 1):
        body: dict[str, object] = {"title": f"Event {each}", "start_time": START}
        if each == number:
            body["max_attendees"] = _SEATS
        status, said, _ = client.ask("POST", "/api/v1/events", body)
        if status != 201:
            raise RuntimeError(f"POST /api/v1/events: {status} {said}")
        made.append(said["event"]["id"])
    return made[:-1], made[-1]


def verdict(cluster: Cluster, load: Load, rush: str) -> list[str]:
    """What must not be: nothing, if all is well."""
    (primary,) = cluster.role("primary")
    confirmed = [rsvp for each in load.confirmed.values() for rsvp in each]
    made = cluster.ask(primary, "SELECT id, name, event_id FROM rsvps_rsvp", database="convene")
    held = {str(id) for id, _, _ in made}
    twice = len(made) - len({name for _, name, _ in made})
    sold = sum(str(event) == rush for _, _, event in made)
    lost = len(set(confirmed) - held)
    print(
        f"\n{len(confirmed)} RSVPs confirmed, {lost} of them lost, {twice} made twice; "
        f"{sold} of {_SEATS} seats sold; {load.stale} own writes not seen.\n"
    )
    return [
        word
        for word, wrong in (
            ("lost", lost),
            ("twice", twice),
            ("oversold", sold > _SEATS),
            ("stale", load.stale),
        )
        if wrong
    ]


def _hot() -> int:
    events, _ = make_events(16)
    print("| clients | RSVPs/s to one event | to one each |\n| --- | --- | --- |")
    for clients, one, each in bend(events):
        print(f"| {clients} | {one:.0f} | {each:.0f} |", flush=True)
    return 0


def _upgrade(cluster: Cluster) -> int:
    events, rush = make_events(20)
    with Load(events, rush) as load:
        time.sleep(8)
        outcome = upgrade(cluster, load, ROOT)
    wrong = verdict(cluster, load, rush)
    print(f"{outcome.requests} requests during the upgrade; failed: {outcome.failures}.")
    return bool(wrong) or outcome.failures != "none"


def _rehearse(cluster: Cluster, faults: list[str]) -> int:
    images = is_shared(cluster)
    events, rush = make_events(20)
    outcomes: list[Outcome] = []
    with Load(events, rush) as load:
        time.sleep(35)  # nobody reads from a standby before Redis has run for REPLICA_MAX_LAG
        cost = costs(cluster, load)
        for name in faults:
            outcome = undergo(cluster, load, name)
            print(outcome, flush=True)
            outcomes.append(outcome)
        whole(cluster)
    wrong = verdict(cluster, load, rush) + ([] if images else ["images"])
    print("| fault | requests | failed | last failed write after | last failed read after |")
    print("| --- | --- | --- | --- | --- |")
    for each in outcomes:
        print(
            f"| {each.fault} | {each.requests} | {each.failures} | {each.writes:.1f} s "
            f"| {each.reads:.1f} s |"
        )
    print("\n| role | ms of a processor per request |\n| --- | --- |")
    for role, value in cost.items():
        print(f"| {role} | {value:.2f} |")
    print("\n" + ("Wrong: " + ", ".join(wrong) if wrong else "Nothing was lost."))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Starts a PostgreSQL of its own for the length of one command.

    python3 tests/throwaway_postgres.py make test

Needs the server's binaries and nothing else: makes a cluster in a temporary folder, as a user that
is not root, on a free loopback port, without what lets it outlive the machine's end; runs the
command with TEST_POSTGRES_URL set; then stops the server and removes the folder. Exits as the
command did.
"""

from __future__ import annotations

import contextlib
import glob
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


def find_binaries() -> Path | None:
    """The folder with initdb and pg_ctl, the newest version first, or None."""
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)
    if on_path := shutil.which("initdb"):
        folders.append(str(Path(on_path).parent))
    return next((Path(f) for f in folders if (Path(f) / "pg_ctl").exists()), None)


@dataclass
class Cluster:
    """A server of one's own. ``url`` has no database name."""

    url: str
    start: Callable[[], None]
    stop: Callable[[], None]


@contextlib.contextmanager
def throwaway_postgres() -> Iterator[str]:
    """A running server's URL, without a database name. Raises RuntimeError without binaries."""
    with own_cluster() as cluster:
        yield cluster.url


@contextlib.contextmanager
def own_cluster() -> Iterator[Cluster]:
    """A running server that can be stopped and started again. Raises RuntimeError without
    binaries."""
    binaries = find_binaries()
    if binaries is None:
        raise RuntimeError("No PostgreSQL server binaries (initdb, pg_ctl) were found.")
    folder = Path(tempfile.mkdtemp(prefix="convene-postgres-"))
    as_user: list[str] = []
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        as_user = ["runuser", "-u", "postgres", "--"]
    data, port = folder / "cluster", _free_port()
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
    options += " -c fsync=off -c full_page_writes=off -c max_connections=200"
    # It lives for minutes.
    options += " -c autovacuum=off"

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, stdout=subprocess.DEVNULL, cwd=folder)

    try:
        options_of_initdb = ["-U", "convene", "-A", "trust", "-E", "UTF8", "--no-sync"]
        run(f"{binaries}/initdb", *options_of_initdb, "-D", f"{data}")
        control = [f"{binaries}/pg_ctl", "-D", f"{data}", "-w"]
        cluster = Cluster(
            url=f"postgres://convene@127.0.0.1:{port}",
            start=lambda: run(*control, "-o", options, "-l", f"{folder}/log", "start"),
            stop=lambda: run(*control, "-m", "immediate", "stop"),
        )
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    with throwaway_postgres() as url:
        finished = subprocess.run(sys.argv[1:], env={**os.environ, "TEST_POSTGRES_URL": url})
    sys.exit(finished.returncode)

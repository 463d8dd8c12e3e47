"""Runs the suite on SQLite and, where one can be had, on PostgreSQL: `python -m tests.run`.

PostgreSQL is taken from TEST_POSTGRES_URL, else started from the binaries found on this machine,
else left out, which is said. With CONVENE_TESTS_SKIP_NOTHING set, leaving out is a failure. What no
database changes runs once: pages in Chromium and the contents of deploy/. What wants the database
server to itself runs last, in one process.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

from tests.throwaway_postgres import find_binaries, throwaway_postgres

# What pytest ends with when the arguments leave nothing: few tests want the server to themselves.
_NOTHING_COLLECTED = 5


def main(arguments: list[str]) -> int:
    """The first exit status that is not 0, or 0."""
    failed = _pytest(arguments, "SQLite", {})
    with _postgres() as url:
        if url is None:
            print("SKIPPED: the PostgreSQL run. Install PostgreSQL or set TEST_POSTGRES_URL.")
            return failed or int("CONVENE_TESTS_SKIP_NOTHING" in os.environ)
        database = {"DATABASE_URL": f"{url}/convene"}
        both = [*arguments, "--ignore=tests/deploy", "-m"]
        failed = failed or _pytest(
            [*both, "not browser and not once and not alone"], "PostgreSQL", database
        )
        if failed:
            return failed
        alone = _pytest([*both, "alone", "-n", "0"], "PostgreSQL, alone", database)
        return 0 if alone == _NOTHING_COLLECTED else alone


def _pytest(arguments: list[str], name: str, environment: dict[str, str]) -> int:
    print(f"--- the suite on {name} ---", flush=True)
    command = [sys.executable, "-m", "pytest", "-n", os.environ.get("TEST_PROCESSES", "auto")]
    command += ["--dist", "loadgroup"]  # tests that share a server run in one process
    return subprocess.run([*command, *arguments], env={**os.environ, **environment}).returncode


@contextlib.contextmanager
def _postgres() -> Iterator[str | None]:
    if url := os.environ.get("TEST_POSTGRES_URL"):
        yield url
    elif find_binaries():
        with throwaway_postgres() as url:
            yield url
    else:
        yield None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

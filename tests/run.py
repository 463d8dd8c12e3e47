"""Runs the suite on SQLite and, where one can be had, on PostgreSQL: `python -m tests.run`.

Both run at the same time: tests wait for servers, browsers and databases, and one run works in
the other's pauses. What the PostgreSQL run says is printed when both have ended.

PostgreSQL is taken from TEST_POSTGRES_URL, else started from the binaries found on this machine,
else left out, which is said. With CONVENE_TESTS_SKIP_NOTHING set, leaving out is a failure. What no
database changes runs once, on SQLite: pages in Chromium and the contents of deploy/. What
PostgreSQL is stricter about runs on it alone, if there is one. What wants the database server to
itself runs last, in one process.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO

from tests.throwaway_postgres import find_binaries, throwaway_postgres

# What pytest ends with when the arguments leave nothing: few tests want the server to themselves.
_NOTHING_COLLECTED = 5


def main(arguments: list[str]) -> int:
    """The first exit status that is not 0, or 0."""
    with (
        _postgres() as url,
        tempfile.TemporaryFile("w+") as output,
        ThreadPoolExecutor(max_workers=1) as beside,
    ):
        other = beside.submit(_on_postgres, arguments, url, output) if url else None
        # Tests of what is stricter on PostgreSQL run only there, if there is one.
        chosen = ["-m", "not stricter or once"] if url else []
        failed = _pytest([*arguments, *chosen], "SQLite")
        if other is None:
            print("SKIPPED: the PostgreSQL run. Install PostgreSQL or set TEST_POSTGRES_URL.")
            return failed or int("CONVENE_TESTS_SKIP_NOTHING" in os.environ)
        failed_there = other.result()
        output.seek(0)
        sys.stdout.write(output.read())
        return failed or failed_there


def _on_postgres(arguments: list[str], url: str, output: IO[str]) -> int:
    """The first exit status that is not 0, or 0; writes what was said into ``output``."""
    both = [*arguments, "--ignore=tests/deploy", "-m"]
    chosen = [*both, "not browser and not once and not alone"]
    if failed := _pytest(chosen, "PostgreSQL", url, output):
        return failed
    alone = _pytest([*both, "alone", "-n", "0"], "PostgreSQL, alone", url, output)
    return 0 if alone == _NOTHING_COLLECTED else alone


def _pytest(
    arguments: list[str], name: str, url: str | None = None, output: IO[str] | None = None
) -> int:
    print(f"--- the suite on {name} ---", file=output, flush=True)
    command = [sys.executable, "-m", "pytest", "-n", os.environ.get("TEST_PROCESSES", "auto")]
    database = {"DATABASE_URL": f"{url}/convene"} if url else {}
    return subprocess.run(
        [*command, *arguments], env=os.environ | database, stdout=output, stderr=output
    ).returncode


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

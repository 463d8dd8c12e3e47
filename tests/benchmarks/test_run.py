"""Benchmarks still run. How fast anything is, no test says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.prepared import data_folder

pytestmark = [pytest.mark.server, pytest.mark.once]

ROOT = Path(__file__).resolve().parent.parent.parent
EVERY_ONE = {"detail", "list of 10", "event.ics", "event page", "RSVP"}
OURS = EVERY_ONE | {
    *(
        "event page, gzip",
        "detail of very many",
        "list by cursor",
        "channel feed",
        "home",
        "search",
    ),
    *(
        "RSVP to very many",
        "304 of detail",
        "304 of list of 10",
        "304 of event.ics",
        "304 of channel feed",
    ),
}


def test_every_case_is_measured_against_the_floors(tmp_path: Path) -> None:
    """In a few seconds, with as few requests as can be."""
    file, begun = tmp_path / "figures.json", tmp_path / "begun"
    begun.mkdir()
    data_folder(begun, on_sqlite=True)
    command = [sys.executable, "benchmarks/run.py", "--smoke", "--json", str(file)]
    command += ["--begun", str(begun)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    told = json.loads(file.read_text())["figures"]
    assert set(told) == {"convene", "floor"}
    assert set(told["convene"]) >= OURS
    for case in told["convene"].values():
        assert set(case) >= {"requests_per_second", "p50_ms", "p99_ms", "server_cpu_us"}
        assert set(case) >= {"of_floor", "of_detail_floor", "cpu_of_floor"}

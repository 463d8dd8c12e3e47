"""No file grows past what one reading takes, and none starts a shared server in vain. Who may
import whom is held by `make lint`."""

from __future__ import annotations

import re
from pathlib import Path

from tests.together import TOGETHER, group_of

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = 400
# What is not ours to keep short: written by Django, or installed.
_ELSEWHERE = {"migrations", ".venv", "build", "node_modules"}


def test_every_file_stays_readable() -> None:
    """No Python file over 400 lines."""
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in ROOT.rglob("*.py")
        if not _ELSEWHERE & set(path.relative_to(ROOT).parts)
    }
    assert len(lengths) > 100
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_tests_that_share_a_server_run_together() -> None:
    """Else each process of a parallel run would start it for itself."""
    fixture = r"@pytest\.fixture\(scope=.(module|session).\)\n"
    starts_one = re.compile(fixture + r"def .*\n(    .*\n)*?.*running_server\(")
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("*.py")
        if starts_one.search(path.read_text())
    }
    assert {group_of(path) for path in found} == set(TOGETHER)

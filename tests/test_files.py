"""No file grows past what one reading takes, and none starts a shared server in vain. Who may
import whom is held by `make lint`."""

from __future__ import annotations

import re

from tests.ours import ROOT, python_files
from tests.together import TOGETHER, group_of

MOST_LINES = 400


def test_every_file_stays_readable() -> None:
    """No Python file over 400 lines."""
    lengths = {str(path): len((ROOT / path).read_text().splitlines()) for path in python_files()}
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

"""The programs of docs/clients.md do what they say; tests/browser runs the one for browsers."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.clients.conftest import run
from tests.deploy.needs import program
from tests.server.prepared import ROOT
from tests.server.process import Server

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.once]


@pytest.mark.parametrize(
    ("language", "needs", "command"),
    [
        ("sh", "curl", ("bash", "-eu", "program.sh")),
        ("python", "python3", (sys.executable, "-W", "error", "program.py")),
        ("js", "node", ("node", "program.mjs")),
    ],
)
def test_a_program(
    language: str, needs: str, command: tuple[str, ...], server: Server, tmp_path: Path
) -> None:
    """The guest was let in, comes with a friend, and nobody else may change the event."""
    program(needs)
    text = (ROOT / "docs" / "clients.md").read_text()
    (source,) = re.findall(rf"```{language}\n(.*?)```", text, re.S)
    (tmp_path / command[-1]).write_text(source.replace("http://localhost:8000", server.url))
    done = run(*command, folder=tmp_path)
    assert done.stdout.split() == ["approved", "2", "not_authenticated"]

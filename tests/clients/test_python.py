"""Python: openapi-python-client."""

from __future__ import annotations

import compileall
import json
import os
import re
import sys
from pathlib import Path

import pytest

from tests.clients.conftest import EXPECTED, HERE, run
from tests.server.process import Server

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.once]


def test_the_round_trip(server: Server, document: Path, tmp_path: Path) -> None:
    """Made, listed, answered, approved and read, by the generated names and types."""
    (tmp_path / "options.yaml").write_text("post_hooks: []\n")
    made = run(
        *(sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"),
        *("--path", str(document), "--config", "options.yaml"),
        *("--output-path", "convene_client"),
        folder=tmp_path,
    )
    # It knows no pictures, and leaves that one answer out.
    assert re.findall(r"WARNING\s+parsing\s+(\S+)\s+(\S+)", made.stderr) == [
        ("GET", "/api/v1/events/{event_id}/rsvps/self/ticket.png")
    ]
    assert compileall.compile_dir(tmp_path, quiet=1)
    program = (sys.executable, str(HERE / "round_trip.py"), server.url)
    done = run(*program, folder=tmp_path, env=os.environ | {"PYTHONPATH": str(tmp_path)})
    assert json.loads(done.stdout) == EXPECTED

"""Python: openapi-python-client."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.clients.conftest import EXPECTED, HERE, run
from tests.server.process import Server

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.once]


def test_the_round_trip(server: Server, document: Path, tmp_path: Path) -> None:
    """Made, listed, answered, approved and read, by the generated names and types, which mypy
    accepts with --strict."""
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
    (tmp_path / "convene_client" / "py.typed").touch()
    shutil.copy(HERE / "round_trip.py", tmp_path)
    strictly = ("-m", "mypy", "--strict", "--config-file=", "--cache-dir", os.devnull)
    run(sys.executable, *strictly, "convene_client", "round_trip.py", folder=tmp_path)
    done = run(sys.executable, "round_trip.py", server.url, folder=tmp_path)
    assert json.loads(done.stdout) == EXPECTED

"""TypeScript: openapi-typescript and openapi-fetch, compiled strictly."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.clients.conftest import EXPECTED, HERE, run
from tests.deploy.needs import leave_out, program
from tests.server.process import Server

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.once]
_TSC = ("--strict", "--target", "es2022", "--module", "nodenext", "--types", "node")


def test_the_round_trip(server: Server, document: Path, tmp_path: Path) -> None:
    """Made, listed, answered, approved and read, as the document says: types and all."""
    node, packages = program("node"), HERE / "node_modules"
    if not packages.exists():
        leave_out("the packages of tests/clients are missing: npm ci --prefix tests/clients")
    (tmp_path / "node_modules").symlink_to(packages)
    for name in ("package.json", "round_trip.ts"):
        shutil.copy(HERE / name, tmp_path)
    tools = tmp_path / "node_modules" / ".bin"
    run(str(tools / "openapi-typescript"), str(document), "-o", "schema.d.ts", folder=tmp_path)
    run(str(tools / "tsc"), *_TSC, "round_trip.ts", folder=tmp_path)
    done = run(node, "round_trip.js", server.url, folder=tmp_path)
    assert json.loads(done.stdout) == EXPECTED

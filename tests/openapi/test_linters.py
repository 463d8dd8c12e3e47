"""Redocly and Spectral find nothing to complain of in the OpenAPI document."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.needs import leave_out, program
from tests.document import openapi

pytestmark = [pytest.mark.once, pytest.mark.slow]
HERE = Path(__file__).parent
RULES = ("redocly.yaml", ".redocly.lint-ignore.yaml", ".spectral.yaml")
LINTERS = {
    "redocly": ("lint", "openapi.json", "--format", "json"),
    "spectral": ("lint", "openapi.json", "--format", "json", "--quiet"),
}
# Neither asks whether there is a newer one, or says that it was used.
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


@pytest.mark.parametrize("linter", LINTERS)
def test_the_document_is_clean(linter: str, tmp_path: Path) -> None:
    version = subprocess.run([program("node"), "--version"], capture_output=True, text=True).stdout
    if linter == "redocly" and int(version.lstrip("v").partition(".")[0]) < 20:
        pytest.skip(f"Redocly runs on Node 20 or later, not on {version.strip()}")
    tool = HERE / "node_modules" / ".bin" / linter
    if not tool.exists():
        leave_out("the packages of tests/openapi are missing: npm ci --prefix tests/openapi")
    for name in RULES:
        shutil.copy(HERE / name, tmp_path)
    (tmp_path / "openapi.json").write_text(json.dumps(openapi(), indent=1))
    done = subprocess.run(
        [str(tool), *LINTERS[linter]],
        cwd=tmp_path,
        env=os.environ | QUIET,
        capture_output=True,
        text=True,
    )
    assert done.stdout, done.stderr
    told = json.loads(done.stdout)
    problems = told if linter == "spectral" else told["problems"]
    assert [each for each in problems if not each.get("ignored")] == []
    assert done.returncode == 0, done.stderr

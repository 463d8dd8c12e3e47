"""Programs that a test needs and that may be missing from a machine."""

from __future__ import annotations

import os
import shutil

import pytest


def program(name: str) -> str:
    """The path of a program; without it the test is left out, saying so, and fails in CI."""
    found = shutil.which(name)
    if found is None:
        leave_out(f"{name} is not installed")
    assert found
    return found


def leave_out(reason: str) -> None:
    """Skips the test; fails it where nothing may be skipped."""
    if "CONVENE_TESTS_SKIP_NOTHING" in os.environ:
        pytest.fail(reason)
    pytest.skip(reason)

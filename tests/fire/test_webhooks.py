"""The short form of `python -m tests.fire webhooks`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fire.webhooks import burn

pytestmark = [pytest.mark.server, pytest.mark.slow]


def test_a_killed_worker_loses_nothing(tmp_path: Path) -> None:
    """Two kills during sixty webhooks: all arrive, in order, few twice."""
    done = burn(tmp_path, webhooks=60, kills=2, seed=7)
    assert (done.arrived, done.problems) == (60, [])

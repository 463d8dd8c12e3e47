"""The short form of `python -m tests.fire retry`, and that it would notice a second write."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fire.retry import CLIENTS, retry

pytestmark = [pytest.mark.server, pytest.mark.slow]


def test_each_write_is_there_once(tmp_path: Path) -> None:
    """Killed before its answers arrived, the server tells them when it is asked again."""
    (only,) = retry(tmp_path, retries=CLIENTS)
    assert only.problems == []
    assert only.written >= 1


@pytest.mark.once
def test_without_a_key_some_are_there_twice(tmp_path: Path) -> None:
    """The negative control."""
    (only,) = retry(tmp_path, retries=1, keyed=False)
    twice = [problem for problem in only.problems if problem.endswith("is there 2 times")]
    assert len(twice) == only.written >= 1

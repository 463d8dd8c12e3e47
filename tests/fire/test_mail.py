"""The short form of the mail fire; the long one is `python -m tests.fire mail`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fire.mail import mail_fire

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.once]


def test_a_worker_killed_again_and_again(tmp_path: Path) -> None:
    """No mail is lost, and each kill repeats one at most, under the same Message-ID."""
    arrived = mail_fire(tmp_path, mails=60, kills=2, seed=1)
    assert (arrived.mails, arrived.lost) == (60, 0)
    assert arrived.repeats <= arrived.kills

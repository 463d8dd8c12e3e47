"""What the tests of webhooks share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.notify.receiver import Receiver, receiving


@pytest.fixture(scope="session")
def _one_receiver(tmp_path_factory: Any) -> Iterator[Receiver]:
    with receiving(tmp_path_factory.mktemp("receiver")) as receiver:
        yield receiver


@pytest.fixture
def receiver(_one_receiver: Receiver, settings: Any) -> Receiver:
    """A receiver on this machine, which may be called, with an empty journal."""
    settings.WEBHOOK_ALLOW_PRIVATE = True
    _one_receiver.journal.unlink(missing_ok=True)
    return _one_receiver

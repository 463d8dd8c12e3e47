"""Many callers at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

Race = Callable[[Callable[[int], Any], int], list[Any]]


@pytest.fixture
def race() -> Race:
    """Calls ``act(n)`` for n in range(runners), all let go at the same moment; returns what they
    returned or raised."""

    def run(act: Callable[[int], Any], runners: int) -> list[Any]:
        start = threading.Barrier(runners)

        def one(number: int) -> Any:
            start.wait()
            try:
                return act(number)
            except Exception as problem:
                return problem
            finally:
                connection.close()

        with ThreadPoolExecutor(runners) as pool:
            return list(pool.map(one, range(runners)))

    return run

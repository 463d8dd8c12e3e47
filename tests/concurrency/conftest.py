"""Many callers at once."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef

from events.domain.locking import LockedEvent, ensure_unchanged
from events.models import Event, Tier

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


def without_lock(callers: int) -> Any:
    """locked_event() for a negative control: no lock and no transaction, and everybody has read
    the event before anybody goes on."""
    everybody_looked = threading.Barrier(callers)
    tiers = Tier.objects.filter(event=OuterRef("pk"))

    @contextlib.contextmanager
    def unlocked(event_id: UUID, if_version: int | None = None) -> Iterator[LockedEvent]:
        rows = Event.objects.annotate(has_tiers=Exists(tiers)).values_list(*LockedEvent._fields)
        row = LockedEvent._make(rows.get(pk=event_id))
        ensure_unchanged(row.edit_version, if_version)
        everybody_looked.wait()
        yield row

    return unlocked

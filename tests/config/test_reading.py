"""When two snapshots are equal: while nothing was stored, and in one second."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from config.reading import current_snapshot
from events.models import Event, EventLink
from tests.conftest import Clock, elsewhere
from tests.makers import make_event

# PostgreSQL's snapshot is that of all its databases.
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
    pytest.mark.alone,
]
STORED: list[Callable[[], Any]] = [
    make_event,
    lambda: Event.objects.update(title="Changed"),
    lambda: EventLink.objects.all().delete(),
]


@pytest.mark.parametrize("store", STORED)
@pytest.mark.parametrize("where", [elsewhere, lambda act: act()])
def test_it_changes_with_whatever_is_stored(
    where: Callable[[Callable[[], Any]], Any], store: Callable[[], Any]
) -> None:
    make_event()
    before = current_snapshot()
    assert before is not None
    assert Event.objects.exists()
    assert current_snapshot() == before
    where(store)
    after = current_snapshot()
    assert after not in (None, before)
    assert current_snapshot() == after


def test_it_changes_each_second(clock: Clock) -> None:
    before = current_snapshot()
    clock.advance(milliseconds=999)
    assert current_snapshot() == before
    clock.advance(milliseconds=1)
    assert current_snapshot() != before


def test_a_transaction_has_none() -> None:
    with transaction.atomic():
        assert current_snapshot() is None


@pytest.mark.skipif(settings.ON_SQLITE, reason="SQLite has one writer at a time")
def test_each_of_several_writers_changes_it_when_it_commits() -> None:
    """In whichever order they began: the last to begin, the first, the one between."""
    make_event()
    writers = [connection.copy("default") for _ in range(3)]
    try:
        for writer in writers:
            writer.set_autocommit(False)
            with writer.cursor() as cursor:
                cursor.execute("CREATE TEMPORARY TABLE written (number int)")
        told = [current_snapshot()]
        for number in (2, 0, 1):
            writers[number].commit()
            told.append(current_snapshot())
    finally:
        for writer in writers:
            writer.close()
    assert len(set(told)) == len(told)

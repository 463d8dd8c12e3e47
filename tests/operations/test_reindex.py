"""reindex: what search finds, and what events keep of other rows, made anew from the rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.enums import LinkRole
from config.fulltext import is_sound
from events.domain.links import make_link
from events.models import Event, SearchText
from operations import reindex as reindexing
from operations.backups import Instance, back_up, restore
from operations.demo import make_demo
from operations.doctor.stored import check_search
from operations.reindex import Reindexed, is_in_step, reindex
from tests.conftest import Clock
from tests.makers import make_event, make_rsvp
from tests.operations.instance import NOW, make_instance
from tests.root import run, run_json

pytestmark = pytest.mark.django_db
WELL = {"search": 0, "cohosts": 0, "reminders": 0, "counters": 0, "index_rebuilt": False}


def test_an_instance_that_is_well() -> None:
    """Nothing is written; the doctor is content."""
    event = make_event()
    make_link(event_id=event.id, role=LinkRole.COHOST, name="Ana", show_name=True)
    make_rsvp(event)
    stored = event.stored
    assert run("reindex") == "1 events. Nothing was out of step."
    assert run_json("reindex") == WELL | {"events": 1}
    assert event.stored.version == stored.version
    assert check_search().status == "ok"


def test_the_words_of_events(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are missing and those that are old, in several batches."""
    monkeypatch.setattr(reindexing, "_BATCH", 2)
    events = [make_event(title=f"Salsa {number}") for number in range(5)]
    SearchText.objects.filter(event=events[0].id).delete()
    SearchText.objects.filter(event=events[3].id).update(words="chess")
    assert check_search().status == "error"
    told: list[tuple[int, int]] = []
    found = reindex(lambda done, of: told.append((done, of)))
    assert found == Reindexed(5, 2, 0, 0, 0, False)
    assert told == [(2, 5), (4, 5), (5, 5)]
    assert Event.objects.matching("salsa").count() == 5
    assert not Event.objects.matching("chess").exists()
    assert check_search().status == "ok"


def test_everything_is_lost() -> None:
    """All that is derived, and the events are as they were."""
    event = make_event(title="Salsa")
    make_link(event_id=event.id, role=LinkRole.COHOST, name="Ana", show_name=True)
    make_rsvp(event)
    before = Event.objects.values().get()
    SearchText.objects.all().delete()
    Event.objects.update(cohost_names=["Eve"], going_count=7, next_reminder_at=None)
    said = "1 events. Corrected: 1 lists of co-hosts, 1 next reminders, 1 counters."
    assert run("reindex") == said  # the words came back with the co-hosts
    after = Event.objects.values().get()
    assert after == before | {"version": after["version"]}
    assert [each.title for each in Event.objects.matching("salsa ana")] == ["Salsa"]


def test_a_reminder_that_is_due_stays(clock: Clock) -> None:
    """The worker has yet to send it."""
    event = make_event(start_time=clock.now + timedelta(hours=25))
    clock.advance(hours=2)
    due = event.stored.next_reminder_at
    assert due is not None
    assert due < clock.now
    assert reindex().reminders == 0
    assert event.stored.next_reminder_at == due


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its index itself")
def test_a_damaged_index() -> None:
    """Words that the index does not have although the table has them: made anew as a whole."""
    make_event(title="Salsa")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_searchtext_index(events_searchtext_index) VALUES('delete-all')"
        )
    assert not Event.objects.matching("salsa").exists()
    assert not is_sound(SearchText)
    assert check_search().status == "error"
    assert reindex() == Reindexed(1, 0, 0, 0, 0, True)
    assert Event.objects.matching("salsa").exists()
    assert is_in_step()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL forgets by itself")
def test_words_that_are_gone_are_forgotten() -> None:
    """Not only not found any more: the file does not hold them."""

    def kept() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT block FROM events_searchtext_index_data")
            return any(b"betahaus" in block for (block,) in cursor.fetchall())

    event = make_event(location="Betahaus")
    make_event()
    assert kept()
    Event.objects.filter(pk=event.id).delete()
    assert kept()
    reindex()
    assert not kept()
    assert Event.objects.matching("garden").exists()


def test_many_events_take_few_queries(queries_of: Callable[[Callable[[], Any]], int]) -> None:
    """As many for three as for twenty, if nothing is wrong."""
    for _ in range(3):
        make_event()
    few = queries_of(reindex)
    for _ in range(17):
        make_event()
    assert queries_of(reindex) == few


def test_demo_data_is_found(clock: Clock) -> None:
    """It is stored in bulk."""
    make_demo(events=30, rsvps=10, seed=1, now=clock.now)
    assert is_in_step()
    assert SearchText.objects.count() == Event.objects.count()


def test_a_restored_backup_is_searched(tmp_path: Path) -> None:
    """The index comes along, and goes on following the words."""

    def run_on(instance: Instance, *statements: str) -> list[Any]:
        with closing(sqlite3.connect(instance.database)) as database:
            found = [database.execute(statement).fetchall() for statement in statements]
            database.commit()
        return found[-1]

    migration = import_module("events.migrations.0015_search")
    old = make_instance(tmp_path / "old", "Dinner")
    run_on(old, f"CREATE TABLE {migration.TABLE} (id integer PRIMARY KEY, words text)")
    run_on(old, *migration.SQLITE, f"INSERT INTO {migration.TABLE} VALUES (7, 'betahaus dinner')")
    new = Instance(tmp_path / "new", tmp_path / "new" / "db.sqlite3", tmp_path / "new" / "media")
    restore(back_up(old, tmp_path / "backup.zip", now=NOW).file, new)
    match = f"SELECT rowid FROM {migration.INDEX} WHERE {migration.INDEX} MATCH 'betah*'"
    assert run_on(new, match) == [(7,)]
    assert run_on(new, f"UPDATE {migration.TABLE} SET words = 'dinner'", match) == []

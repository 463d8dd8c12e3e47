"""Series in commands, archives, the doctor's checks and retention."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from events.models import Event, EventLink, Series
from operations.archive import export_event, import_event
from operations.doctor.stored import check_series
from operations.retention import purge
from operations.sweeping import sweep
from tests.conftest import Api, Clock
from tests.makers import MadeEvent, make_series, occurrences
from tests.root import refusal, run, run_json

pytestmark = pytest.mark.django_db


def test_extend_series(clock: Clock) -> None:
    event = make_series()
    other = make_series()
    clock.advance(days=15)
    assert run_json("extend_series", "--series", str(event.row.series_id)) == {"made": 2}
    assert run("extend_series") == "Occurrences made: 2."
    assert run_json("extend_series") == {"made": 0}
    assert len(occurrences(event)) == len(occurrences(other)) == 28
    assert refusal("extend_series", "--series", str(uuid4())) == "series_not_found"


def test_the_worker(clock: Clock) -> None:
    event = make_series()
    clock.advance(days=8)
    sweep(clock.now)
    assert len(occurrences(event)) == 27


def test_the_doctor(clock: Clock) -> None:
    make_series()
    assert check_series().status == "ok"
    clock.advance(days=8)
    assert check_series().status == "ok"
    clock.advance(days=2)
    assert check_series().status == "error"
    run("extend_series")
    assert check_series().status == "ok"


def test_retention(clock: Clock, settings: Any) -> None:
    """Old occurrences go one by one; nothing is taken out of the rule for it, and the series goes
    with the last of them."""
    settings.RETAIN_EVENT_DAYS = 30
    event = make_series("FREQ=WEEKLY;COUNT=3")
    clock.advance(days=40)
    purge(now=clock.now, dry_run=False)
    assert Event.objects.count() == 2
    assert Series.objects.get().exdates == []
    clock.advance(days=60)
    purge(now=clock.now, dry_run=False)
    assert not Series.objects.exists()
    assert not EventLink.objects.exists()
    assert event.owner_token


def archive(event: MadeEvent, folder: Path) -> Path:
    target = folder / f"{event.id}.zip"
    export_event(event_id=event.id, target=target, now=timezone.now())
    return target


def test_moving_occurrences(api: Api, tmp_path: Path, clock: Clock) -> None:
    """One brings the series and its link; another joins it there, and the link opens both. What
    was not moved is made again, as it is missing."""
    first, second, third = occurrences(make_series("FREQ=WEEKLY;COUNT=3"))
    series_id = first.row.series_id
    files = [archive(each, tmp_path) for each in (second, first)]
    Event.objects.all().delete()
    Series.objects.all().delete()
    for file in files:
        assert import_event(source=file).notes == []
    assert [each.stored.series_index for each in (first, second)] == [0, 1]
    assert [each.row.series_id for each in (first, second)] == [series_id] * 2
    assert EventLink.objects.count() == 1
    for each in (first, second):
        assert api.patch(each.path, {"title": "New"}, first.owner_token).status_code == 200
    Series.objects.update(extend_at=clock.now)
    assert run_json("extend_series") == {"made": 1}
    made = occurrences(first)[2]
    assert (made.id != third.id, made.stored.series_index) == (True, 3)


def test_a_place_that_is_taken(api: Api, tmp_path: Path, clock: Clock) -> None:
    """It becomes an event by itself, with an owner link of its own."""
    event, _ = occurrences(make_series("FREQ=WEEKLY;COUNT=2"))
    file = archive(event, tmp_path)
    Event.objects.filter(pk=event.id).delete()
    Series.objects.update(extend_at=clock.now)
    assert run_json("extend_series") == {"made": 1}
    assert len(import_event(source=file).notes) == 1
    assert event.row.series_id is None
    assert EventLink.objects.filter(event=event.id).count() == 1


def test_replacing_an_occurrence(tmp_path: Path) -> None:
    """It takes its own place again."""
    event, _ = occurrences(make_series("FREQ=WEEKLY;COUNT=2"))
    file = archive(event, tmp_path)
    assert import_event(source=file, replace=True).notes == []
    assert event.row.series_index == 0

"""Series that several hands work on at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone

import events.domain.series as series_module
from comments.domain.erasing import delete_event
from comments.domain.series_changes import change_series
from config.errors import DomainError
from events.domain.series import extend_all, extend_series
from events.enums import Scope
from events.models import Event, Series
from rsvps.domain.event_changes import update_event
from tests.concurrency.conftest import Race
from tests.conftest import Api
from tests.makers import MadeEvent, make_series, occurrences

pytestmark = pytest.mark.django_db(transaction=True)


def due(event: MadeEvent) -> UUID:
    """The series, of which some occurrences are missing."""
    series_id = event.row.series_id
    assert series_id is not None
    for each in occurrences(event)[-6:]:
        Event.objects.filter(pk=each.id).delete()
    Series.objects.update(extend_at=timezone.now())
    return series_id


def test_eight_toppers_at_once(race: Race) -> None:
    """Together they make what one would have made."""
    event = make_series()
    series_id = due(event)
    made = race(lambda n: extend_series(series_id, timezone.now()), 8)
    assert sorted(made) == [0] * 7 + [6]
    assert len(occurrences(event)) == 26


def test_a_topper_that_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of what it did is left, and the next one does all of it."""
    event = make_series()
    series_id = due(event)

    def killed(*args: Any, **more: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(series_module, "copy_tickets", killed)
        with pytest.raises(KeyboardInterrupt):
            extend_series(series_id, timezone.now())
    assert len(occurrences(event)) == 20
    assert extend_all(timezone.now()) == 6


def test_changes_at_once(race: Race) -> None:
    """Of the whole, of one, answers, erasing and topping up: nobody waits for ever, each is
    carried out or refused, and what was changed by hand stays."""
    event = make_series("FREQ=WEEKLY;COUNT=8")
    these = occurrences(event)
    rows = [each.row for each in these]

    def act(number: int) -> object:
        try:
            match number % 6:
                case 0:
                    values = {"location": f"Hall {number}"}
                    return change_series(event=rows[0], values=values, scope=Scope.ALL)
                case 1:
                    values = {"description": f"From here {number}"}
                    return change_series(event=rows[4], values=values, scope=Scope.FOLLOWING)
                case 2:
                    return update_event(event=rows[2], values={"title": "By hand"})
                case 3:
                    path = f"{these[1].path}/rsvps?for=following"
                    return Api().post(path, {"name": "Kim", "status": "yes"}).status_code
                case 4:
                    return delete_event(event_id=these[7].id)
            return extend_all(timezone.now() + timedelta(days=9))
        except DomainError as refusal:
            return refusal.code

    outcome = race(act, 24)
    assert not [each for each in outcome if isinstance(each, Exception)], outcome
    left = Event.objects.filter(series=event.row.series_id)
    assert len(set(left.values_list("location", flat=True))) == 1
    assert these[2].row.title == "By hand"
    assert [outcome[n] for n in (3, 9, 15, 21)] == [201] * 4
    assert these[1].row.seats_taken == 4


def test_without_the_lock_two_toppers_meet(race: Race, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: then the constraint is all that keeps them apart."""
    event = make_series()
    series_id = due(event)

    def act(number: int) -> int:
        with transaction.atomic():
            unlocked = Series.objects.get(pk=series_id)
            return len(series_module.make_due(unlocked, timezone.now()))

    outcome = race(act, 4)
    assert len(occurrences(event)) == 26
    assert sum(each for each in outcome if isinstance(each, int)) == 6

"""Listings by what the clock says of an event: the stored end is what the rule derives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from events.domain.times import status_of
from events.enums import Status
from events.models import Event
from events.rows import event_rows, sorted_event_rows
from tests.makers import make_event

pytestmark = pytest.mark.django_db

NOW = datetime(2031, 3, 30, 0, 59, 59, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@pytest.fixture
def times() -> list[datetime]:
    """Events of every length and none, around a change of clocks, one with a fraction of a
    second; the moments at which one of them begins or ends, and those just before."""
    for number, length in enumerate([None, SECOND, 3 * HOUR, 400 * 24 * HOUR]):
        for start in (NOW - 3 * HOUR, NOW - 2 * HOUR, NOW, NOW + HOUR):
            end = length and start + length
            event = make_event(title=f"Event {number}", start_time=start, end_time=end)
    Event.objects.filter(pk=event.id).update(
        start_time=NOW - 3 * HOUR + timedelta(microseconds=7), end_time=None
    )
    Event.objects.filter(pk=make_event(start_time=NOW).id).update(cancelled_at=NOW)
    stored = Event.objects.all()
    moments = {event.start_time for event in stored} | {event.over_at for event in stored}
    return sorted(moments | {each - timedelta(microseconds=1) for each in moments})


def test_the_filters_say_what_the_rule_says(times: list[datetime]) -> None:
    """At every moment that decides: with_status(), upcoming(), over(), not_over() and past()."""
    events = list(Event.objects.all())
    for now in times:
        says = {event.pk: status_of(event, now) for event in events}
        for status in Status:
            found = Event.objects.with_status(status, now)
            assert {event.pk for event in found} == {pk for pk in says if says[pk] == status}
        kept = [event for event in events if event.cancelled_at is None]
        over = {event.pk for event in kept if says[event.pk] == Status.ENDED}
        alive = Event.objects.filter(cancelled_at=None)
        assert {event.pk for event in alive.over(now)} == over
        assert {event.pk for event in alive.not_over(now)} == {each.pk for each in kept} - over
        assert set(Event.objects.upcoming(now)) == set(alive.not_over(now))
        assert set(Event.objects.past(now)) == set(Event.objects.all()) - set(alive.not_over(now))


def test_a_changed_time_moves_the_end() -> None:
    """Whoever writes the times, and however: nobody writes the end."""
    event = make_event(start_time=NOW)
    assert event.stored.over_at == NOW + 3 * HOUR
    Event.objects.update(start_time=NOW + HOUR)
    assert event.stored.over_at == NOW + 4 * HOUR
    Event.objects.update(end_time=NOW + 2 * HOUR)
    assert event.stored.over_at == NOW + 2 * HOUR


def test_the_front_page_leaves_history_alone() -> None:
    """What is coming is found by its end, in the order of every listing."""
    made = [make_event(start_time=NOW + hours * HOUR) for hours in (3, 1, 2, 1)]
    over = {"start_time": NOW - 9 * HOUR}
    Event.objects.bulk_create(Event(title="Over", **over) for _ in range(300))
    coming = Event.objects.public().upcoming(NOW)
    expected = coming.order_by("start_time", "id")
    rows = sorted_event_rows(coming.sorted_by_start()[1:3])
    assert rows == event_rows(expected[1:3])
    assert {row.id for row in rows} <= {event.id for event in made}
    with connection.cursor() as cursor:  # which index is best can be told from statistics alone
        cursor.execute("ANALYZE events_event")
    assert "event_upcoming" in coming.sorted_by_start()[:25].explain()

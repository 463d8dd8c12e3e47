"""Listings by what the clock says of an event: the stored end is what the rule derives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from events.domain.times import status_of
from events.enums import Status
from events.limits import CALENDAR_PAST_DAYS
from events.models import Event
from events.rows import (
    calendar_versions,
    coming_rows,
    count_coming,
    count_past,
    event_rows,
    event_versions,
    past_versions,
)
from tests.makers import make_channel, make_event

pytestmark = pytest.mark.django_db

NOW = datetime(2031, 3, 30, 0, 59, 59, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@pytest.fixture
def times() -> list[datetime]:
    """Events of every length and none, around a change of clocks, one with a fraction of a
    second; the moments at which one of them begins or ends, and those just before."""
    for number, length in enumerate([None, SECOND, 3 * HOUR, 400 * 24 * HOUR]):
        for start in (NOW - 27 * HOUR, NOW - 3 * HOUR, NOW - 2 * HOUR, NOW, NOW + HOUR):
            end = length and start + length
            kind = "virtual" if number % 2 else "in_person"
            event = make_event(title=f"No {number}", start_time=start, end_time=end, format=kind)
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


def test_the_page_and_the_calendar_of_a_channel_are_whole(times: list[datetime]) -> None:
    """What is read in parts is what past() and for_calendar() say, at every such moment, and when
    events have left the calendar."""
    channel = make_channel("Walks")
    for number, event in enumerate(Event.objects.all()):
        Event.objects.filter(pk=event.pk).update(channel=channel, slug=f"walk-{number}")
    called_off = Event.objects.filter(title="No 3").first()
    Event.objects.filter(pk=called_off and called_off.pk).update(cancelled_at=NOW)
    kept = timedelta(days=CALENDAR_PAST_DAYS)
    for now in (*times, *(each + kept for each in times)):
        told = sorted(event_versions(Event.objects.for_calendar(now)))
        assert sorted(calendar_versions(channel.pk, now)) == told
        past = event_versions(Event.objects.past(now).order_by("-start_time", "-id"))
        assert past_versions(channel.pk, now, 50) == past
        assert count_past(channel.pk, now, 50) == len(past)


def test_a_changed_time_moves_the_end() -> None:
    """Whoever writes the times, and however: nobody writes the end."""
    event = make_event(start_time=NOW)
    assert event.stored.over_at == NOW + 3 * HOUR
    Event.objects.update(start_time=NOW + HOUR)
    assert event.stored.over_at == NOW + 4 * HOUR
    Event.objects.update(end_time=NOW + 2 * HOUR)
    assert event.stored.over_at == NOW + 2 * HOUR


@pytest.mark.slow
def test_the_parts_are_what_is_upcoming(times: list[datetime]) -> None:
    """At every moment that decides, from a fifth of the starts on, others each time: each event
    once, in the order of every listing."""
    for turn, now in enumerate(times):
        upcoming = Event.objects.upcoming(now).order_by("start_time", "id")
        parts = Event.objects.coming(now)
        assert coming_rows(parts, 0, 99) == event_rows(upcoming)
        assert count_coming(parts, 99) == upcoming.count()
        assert count_coming(parts, 2) == min(upcoming.count(), 2)
        assert coming_rows(parts, 1, 3) == event_rows(upcoming[1:3])
        for since in times[turn % 5 :: 5]:
            later = event_rows(upcoming.filter(start_time__gte=since))
            assert coming_rows(Event.objects.coming(now, since), 0, 99) == later
            assert coming_rows(Event.objects.coming(now, since, format="virtual"), 0, 99) == [
                row for row in later if row.format == "virtual"
            ]

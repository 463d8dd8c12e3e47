"""Making the occurrences of a series, at first and as time goes on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from django.db import IntegrityError, transaction
from django.db.models import F

from comments.domain.erasing import delete_event
from comments.domain.takedown import bring_back, take_down
from config.errors import Invalid
from events.domain.lifecycle import cancel_event
from events.domain.series import extend_all, extend_series, make_due, rest_of
from events.fields import EVENT
from events.models import Event, EventLink, Question, Series, Tier
from outbox.enums import Kind
from outbox.models import Change
from rsvps.domain.event_changes import update_event
from tests.conftest import Clock
from tests.events.test_fields import filled
from tests.makers import (
    MadeEvent,
    make_channel,
    make_question,
    make_rsvp,
    make_series,
    make_tenant,
    make_tier,
    occurrences,
)

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2030, 1, 1, 19, tzinfo=BERLIN)  # a Tuesday


def weekly(rrule: str = "FREQ=WEEKLY", **values: Any) -> MadeEvent:
    """A series on Tuesdays at seven in Berlin."""
    values = {"start_time": START, "timezone": "Europe/Berlin"} | values
    return make_series(rrule, **values)


def series_of(event: MadeEvent) -> Series:
    return Series.objects.get(pk=event.row.series_id)


def dates(event: MadeEvent) -> list[str]:
    return [str(each.stored.series_date) for each in occurrences(event)]


@pytest.fixture(autouse=True)
def _now(clock: Clock) -> None:
    clock.set(2029, 12, 1)


def test_the_next_26(clock: Clock) -> None:
    """Numbered in their order, on the clock of the wall, also after it changed."""
    made = occurrences(weekly())
    assert [each.stored.series_index for each in made] == list(range(26))
    local = [each.row.start_time.astimezone(BERLIN) for each in made]
    assert {(each.weekday(), each.hour) for each in local} == {(1, 19)}
    assert local[-1].date() == date(2030, 6, 25)


def test_within_400_days() -> None:
    """From now on, or from the first one, if that is later."""
    assert dates(weekly("FREQ=YEARLY")) == ["2030-01-01", "2031-01-01"]
    assert len(dates(weekly("FREQ=MONTHLY"))) == 14
    far = weekly("FREQ=MONTHLY;COUNT=3", start_time=datetime(2040, 1, 1, 19, tzinfo=BERLIN))
    assert dates(far) == ["2040-01-01", "2040-02-01", "2040-03-01"]


def test_the_first_date_of_the_rule() -> None:
    """The event moves there from the start that was given, with its end."""
    event = weekly(
        "FREQ=WEEKLY;BYDAY=TH;COUNT=2",
        end_time=START + timedelta(hours=2),
        rsvp_close_at=START - timedelta(days=1),
    )
    row = event.row
    assert row.start_time == datetime(2030, 1, 3, 19, tzinfo=BERLIN)
    assert row.end_time == datetime(2030, 1, 3, 21, tzinfo=BERLIN)
    assert row.rsvp_close_at == datetime(2030, 1, 2, 19, tzinfo=BERLIN)


def test_what_is_over_is_not_made() -> None:
    begun = weekly("FREQ=WEEKLY;COUNT=60", start_time=datetime(2029, 1, 2, 19, tzinfo=BERLIN))
    assert dates(begun)[:2] == ["2029-12-04", "2029-12-11"]
    with pytest.raises(Invalid) as refused:
        weekly("FREQ=WEEKLY;COUNT=3", start_time=datetime(2029, 1, 2, 19, tzinfo=BERLIN))
    assert refused.value.keys == {"recurrence.rrule": ["rule_without_dates"]}


def test_dates_that_are_left_out_count() -> None:
    """As RFC 5545 says, COUNT is taken before EXDATE."""
    event = weekly("FREQ=WEEKLY;COUNT=4", exdates=["2030-01-08"])
    assert dates(event) == ["2030-01-01", "2030-01-15", "2030-01-22"]


def test_length_and_closing_across_clock_changes() -> None:
    """An occurrence lasts exactly as long as the first; answers close by the wall's clock."""
    start = datetime(2030, 3, 23, 22, tzinfo=BERLIN)
    event = weekly(
        "FREQ=WEEKLY;COUNT=2",
        start_time=start,
        end_time=start + timedelta(hours=8),
        rsvp_close_at=start - timedelta(days=7),
    )
    night = occurrences(event)[1].row
    assert night.start_time == datetime(2030, 3, 30, 22, tzinfo=BERLIN)
    assert night.end_time == datetime(2030, 3, 31, 7, tzinfo=BERLIN)
    assert night.rsvp_close_at == datetime(2030, 3, 23, 22, tzinfo=BERLIN)


def test_everything_is_copied() -> None:
    """Each field that a duplicate takes over, the channel, and slugs of their own."""
    channel = make_channel()
    values = {
        "description": "Told",
        "location": "Rua 1",
        "capacity": 7,
        "tags": ["jazz"],
        "metadata": {"a": 1},
        "host_name": "Cora",
        "host_email": "cora@example.org",
        "reminders": [48],
        "approval_required": True,
        "featured": True,
    }
    event = weekly("FREQ=WEEKLY;COUNT=3", channel_id=channel.pk, **values)
    first, *others = [each.stored for each in occurrences(event)]
    timed = {"start_time", "end_time", "rsvp_close_at"}
    copied = [field.name for field in EVENT if field.copied and field.name not in timed]
    for other in others:
        assert {name: getattr(other, name) for name in copied} == {
            name: getattr(first, name) for name in copied
        }
        assert (other.channel_id, other.featured) == (channel.pk, False)
        assert other.next_reminder_at == other.start_time - timedelta(hours=48)
    assert [each.slug for each in others] == ["garden-party-2030-01-08", "garden-party-2030-01-15"]


def test_every_field_that_a_copy_takes() -> None:
    """Whatever is added to the table."""
    values = filled(EVENT, Event) | {"start_time": START, "end_time": START + timedelta(hours=1)}
    event = weekly("FREQ=WEEKLY;COUNT=2", **values | {"rsvp_close_at": None, "featured": False})
    first, other = (each.stored for each in occurrences(event))
    copied = {f.name for f in EVENT if f.copied} - {"start_time", "end_time", "cover_id"}
    assert {name: getattr(other, name) for name in copied} == {
        name: getattr(first, name) for name in copied
    }
    plain = {name for name in copied if getattr(first, name) == getattr(Event(), name)}
    assert plain == {"rsvp_close_at"}


def test_one_link_opens_all() -> None:
    event = weekly("FREQ=WEEKLY;COUNT=3")
    link = EventLink.objects.get()
    assert (link.event_id, link.series_id) == (None, event.row.series_id)


def test_queries_do_not_grow(queries_of: Any) -> None:
    """Making twenty-six occurrences costs as much as making two, but for the further statements
    that SQLite needs to insert so many rows."""
    channel = make_channel()
    few, many = (
        queries_of(lambda n=n: weekly(f"FREQ=WEEKLY;COUNT={n}", channel_id=channel.pk))
        for n in (2, 26)
    )
    assert few <= many <= few + 3


def test_tickets_come_from_the_last_one(clock: Clock) -> None:
    event = weekly()
    last = occurrences(event)[-1]
    tier = make_tier(last, name="Balcony", capacity=3)
    make_question(tier)
    clock.set(*(START + timedelta(days=15)).utctimetuple()[:6])
    assert extend_all(clock.now) == 3
    made = occurrences(event)[-3:]
    for each in made:
        copy = Tier.objects.get(event=each.id)
        assert (copy.name, copy.capacity, copy.seats_taken) == ("Balcony", 3, 0)
        assert Question.objects.filter(tier=copy).count() == 1


# --- As time goes on ----------------------------------------------------------------------------


def test_topped_up_as_occurrences_pass(clock: Clock) -> None:
    """One for each that is over, and nothing in between."""
    event = weekly()
    clock.set(*(START + timedelta(hours=2)).utctimetuple()[:6])
    assert extend_all(clock.now) == 0
    clock.set(*(START + timedelta(hours=4)).utctimetuple()[:6])
    assert extend_all(clock.now) == 1
    assert extend_all(clock.now) == 0
    assert dates(event)[-1] == "2030-07-02"
    assert [each.stored.series_index for each in occurrences(event)] == list(range(27))


def test_a_year_comes_near(clock: Clock) -> None:
    event = weekly("FREQ=YEARLY")
    clock.set(2030, 11, 26)
    assert extend_all(clock.now) == 0
    clock.set(2030, 11, 28)
    assert extend_all(clock.now) == 1
    assert dates(event)[-1] == "2032-01-01"


def test_the_end_of_a_rule(clock: Clock) -> None:
    event = weekly("FREQ=WEEKLY;COUNT=27")
    assert len(dates(event)) == 26
    clock.set(*(START + timedelta(days=1)).utctimetuple()[:6])
    assert extend_all(clock.now) == 1
    assert series_of(event).extend_at is None
    clock.set(*(START + timedelta(days=400)).utctimetuple()[:6])
    assert extend_all(clock.now) == 0


def test_a_skipped_hour_moves_one_alone(clock: Clock) -> None:
    """Those that are made of it begin, and close, by the clock of the series."""
    clock.set(2029, 10, 1)
    start = datetime(2029, 10, 7, 2, 30, tzinfo=BERLIN)
    event = weekly(start_time=start, rsvp_close_at=start - timedelta(hours=1))
    clock.set(2029, 10, 8)
    assert extend_all(clock.now) == 1
    skipped, later = (each.row for each in occurrences(event)[-2:])
    assert skipped.start_time == datetime(2030, 3, 31, 3, 30, tzinfo=BERLIN)
    assert later.start_time == datetime(2030, 4, 7, 2, 30, tzinfo=BERLIN)
    assert later.rsvp_close_at == datetime(2030, 4, 7, 1, 30, tzinfo=BERLIN)


def test_all_were_moved_by_hand(clock: Clock) -> None:
    """Those that are made later begin by the clock of the series all the same."""
    event = weekly()
    later = F("start_time") + timedelta(hours=1)
    Event.objects.update(start_time=later, changed_by_hand=["start_time"])
    clock.set(2030, 1, 2)
    assert extend_all(clock.now) == 1
    newest = occurrences(event)[-1].row
    assert newest.start_time == datetime(2030, 7, 2, 19, tzinfo=BERLIN)


def test_taken_down_and_brought_back(clock: Clock) -> None:
    """What was due meanwhile is made up for, also at the end of the rule."""
    event = weekly("FREQ=WEEKLY;COUNT=27")
    last = occurrences(event)[-1]
    take_down(event_id=last.id)
    clock.set(2030, 1, 2)
    assert extend_all(clock.now) == 0
    bring_back(event_id=last.id)
    clock.advance(hours=1)
    assert extend_all(clock.now) == 1
    assert series_of(event).extend_at is None


def test_after_a_long_sleep(clock: Clock) -> None:
    """What passed while nobody looked is not made."""
    event = weekly()
    clock.set(*(START + timedelta(days=365)).utctimetuple()[:6])
    assert extend_all(clock.now) == 26
    assert len(dates(event)) == 52
    assert dates(event)[26] == "2031-01-07"


def test_never_twice(clock: Clock) -> None:
    """Not even when nobody remembers that it was looked at: the dates are there."""
    event = weekly()
    series = series_of(event)
    Series.objects.update(extend_at=clock.now)
    assert extend_series(series.pk, clock.now) == 0
    other = occurrences(event)[1].stored
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.id).update(series_date=other.series_date)
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.id).update(series_index=other.series_index)


def test_what_was_changed_by_hand_is_not_copied(clock: Clock) -> None:
    """Each field comes from the last occurrence that has it from the series."""
    event = weekly()
    last = occurrences(event)[-1]
    update_event(
        event=last.row,
        values={
            "title": "Christmas special",
            "start_time": last.row.start_time + timedelta(hours=1),
        },
    )
    assert set(last.stored.changed_by_hand) == {"title", "start_time"}
    clock.set(*(START + timedelta(days=1)).utctimetuple()[:6])
    assert extend_all(clock.now) == 1
    newest = occurrences(event)[-1].row
    assert newest.title == "Garden party"
    assert newest.start_time.astimezone(BERLIN).hour == 19


def test_erased_by_hand(clock: Clock) -> None:
    """Its date is taken out of the rule, and another one is made at the end."""
    event = weekly()
    second = occurrences(event)[1]
    delete_event(event_id=second.id)
    assert series_of(event).exdates == ["2030-01-08"]
    assert extend_all(clock.now) == 1
    assert "2030-01-08" not in dates(event)
    assert len(dates(event)) == 26


def test_cancelled_by_hand_stays_where_it_is(clock: Clock) -> None:
    event = weekly()
    cancel_event(event_id=occurrences(event)[1].id)
    Series.objects.update(extend_at=clock.now)
    assert extend_all(clock.now) == 0


def test_a_series_goes_with_its_last_occurrence() -> None:
    event = weekly("FREQ=WEEKLY;COUNT=2")
    for each in occurrences(event):
        assert Series.objects.exists()
        delete_event(event_id=each.id)
    assert not Series.objects.exists()
    assert not EventLink.objects.exists()


def test_the_host_is_confirmed_for_later_ones(clock: Clock) -> None:
    event = weekly(host_email="cora@example.org")
    Event.objects.update(host_confirmed_at=clock.now)
    clock.set(*(START + timedelta(days=1)).utctimetuple()[:6])
    assert extend_all(clock.now) == 1
    assert occurrences(event)[-1].row.host_confirmed_at is not None


def test_each_is_told_to_the_tenant() -> None:
    """As an event of its own."""
    tenant = make_tenant()
    channel = make_channel(tenant=tenant)
    event = weekly("FREQ=WEEKLY;COUNT=3")
    Change.objects.all().delete()
    Event.objects.update(tenant=tenant, channel=channel)
    Series.objects.update(tenant=tenant, rrule="FREQ=WEEKLY", extend_at=START)
    series_id = event.row.series_id
    assert series_id is not None
    made = extend_series(series_id, START)
    assert Change.objects.filter(kind=Kind.EVENT_CREATED, tenant_id=tenant.pk).count() == made > 0


def test_what_is_not_made_yet(clock: Clock) -> None:
    """Occurrences and the rest are the rule, without a gap."""
    event = weekly("FREQ=WEEKLY;COUNT=40", exdates=["2030-07-09"])
    rest = rest_of(series_of(event), clock.now)
    assert rest is not None
    assert (rest.begins.date().isoformat(), rest.rrule) == ("2030-07-02", "FREQ=WEEKLY;COUNT=14")
    assert [each.isoformat() for each in rest.exdates] == ["2030-07-09T19:00:00"]
    later = rrulestr(rest.rrule, dtstart=rest.begins)
    assert len(dates(event)) + len(list(later)) == 40
    assert rest_of(series_of(weekly("FREQ=WEEKLY;COUNT=26")), clock.now) is None


def test_a_rule_with_more_dates_leaves_no_gap(clock: Clock) -> None:
    """The rest begins with the first date without an occurrence, and leaves out later ones."""
    event = weekly()
    Series.objects.update(rrule="FREQ=DAILY;INTERVAL=2;COUNT=100")
    series = series_of(event)
    make_due(series, clock.now)
    rest = rest_of(series, clock.now)
    assert rest is not None
    assert rest.rrule == "FREQ=DAILY;INTERVAL=2;COUNT=74"
    first = START.replace(tzinfo=None)
    assert rest.begins == first + timedelta(days=52)
    assert rest.exdates == [first + timedelta(days=14 * week) for week in range(4, 13)]


def test_seats_are_their_own() -> None:
    event = weekly("FREQ=WEEKLY;COUNT=2", capacity=2)
    first, second = occurrences(event)
    make_rsvp(first, guest_count=1)
    assert (first.row.seats_taken, second.row.seats_taken) == (2, 0)
    make_rsvp(second)
    assert (first.row.seats_taken, second.row.seats_taken) == (2, 1)

"""Changes of several occurrences of a series."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from comments.domain.series_changes import Outcome, change_series, erase_series
from config.errors import ChangedMeanwhile, Invalid
from events.domain.lifecycle import cancel_event
from events.domain.notices import Notice
from events.domain.rehearsal import rehearse
from events.domain.series import extend_all
from events.enums import Scope, Status
from events.fields import EVENT
from events.models import Event, Series
from outbox.enums import Kind
from outbox.models import Change
from rsvps.domain.event_changes import update_event
from tests.conftest import Clock
from tests.events.test_fields import filled
from tests.makers import MadeEvent, make_channel, make_rsvp, make_series, occurrences

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2030, 1, 1, 19, tzinfo=BERLIN)  # a Tuesday


@pytest.fixture(autouse=True)
def _now(clock: Clock) -> None:
    clock.set(2029, 12, 1)


@pytest.fixture
def five() -> list[MadeEvent]:
    """Five Tuesdays."""
    event = make_series(
        "FREQ=WEEKLY;COUNT=5",
        start_time=START,
        end_time=START + timedelta(hours=2),
        timezone="Europe/Berlin",
    )
    return occurrences(event)


def change(event: MadeEvent, scope: Scope = Scope.ALL, **values: Any) -> Outcome:
    more = {name: values.pop(name) for name in ("overwrite", "notice") if name in values}
    return change_series(event=event.row, values=values, scope=scope, **more)


def titles(events: list[MadeEvent]) -> list[str]:
    return [each.row.title for each in events]


def starts(events: list[MadeEvent]) -> list[str]:
    return [f"{each.row.start_time.astimezone(BERLIN):%m-%d %H:%M}" for each in events]


def test_following(five: list[MadeEvent]) -> None:
    outcome = change(five[2], Scope.FOLLOWING, title="New")
    assert titles(five) == ["Garden party", "Garden party", "New", "New", "New"]
    assert [each.event_id for each in outcome.changed] == [each.id for each in five[2:]]
    assert (outcome.made, outcome.moved, outcome.cancelled, outcome.erased) == ([], [], [], [])
    assert all(each.stored.changed_by_hand == [] for each in five)


def test_all_but_the_past(five: list[MadeEvent], clock: Clock) -> None:
    clock.set(*(START + timedelta(days=10)).utctimetuple()[:6])
    change(five[3], title="New")
    assert titles(five) == ["Garden party", "Garden party", "New", "New", "New"]


def test_changed_by_hand(five: list[MadeEvent]) -> None:
    """What one occurrence has of its own stays, field by field, unless it is overwritten."""
    update_event(event=five[1].row, values={"title": "Special", "capacity": 7})
    change(five[0], title="New", location="Rua 1")
    assert titles(five)[:2] == ["New", "Special"]
    assert five[1].row.location == "Rua 1"
    assert five[1].stored.changed_by_hand == ["capacity", "title"]
    change(five[0], title="Newer", overwrite=True)
    assert titles(five)[:2] == ["Newer", "Newer"]
    assert five[1].row.capacity == 7
    assert five[1].stored.changed_by_hand == ["capacity"]


def test_the_event_itself_follows_its_own_change(five: list[MadeEvent]) -> None:
    """Whoever changes it for all has it in line again."""
    update_event(event=five[1].row, values={"title": "Special"})
    change(five[1], title="Special")
    assert titles(five) == ["Special"] * 5
    assert five[1].stored.changed_by_hand == []


# What is not changed for several at once, and what the calendar of the zone moves.
ONE_BY_ONE = {"featured", "cover_id", "host_email", "start_time", "end_time", "timezone"}


@pytest.mark.parametrize("scope", [Scope.FOLLOWING, Scope.ALL])
def test_every_field_goes_to_all(five: list[MadeEvent], scope: Scope) -> None:
    """Whatever is added to the table."""
    values = filled(EVENT, Event)
    told = {name: values[name] for name in values.keys() - ONE_BY_ONE}
    told["rsvp_close_at"] = START - timedelta(hours=1)
    change(five[0], scope, **told)
    for event, week in zip(five, range(5), strict=True):
        expected = told | {"rsvp_close_at": told["rsvp_close_at"] + timedelta(weeks=week)}
        assert {name: getattr(event.stored, name) for name in told} == expected


def test_another_time(five: list[MadeEvent]) -> None:
    """Each keeps its date and its length; later ones follow."""
    outcome = change(five[0], start_time="2030-01-01T20:30:00", end_time="2030-01-01T22:30:00")
    assert starts(five) == [f"{day} 20:30" for day in ("01-01", "01-08", "01-15", "01-22", "01-29")]
    lasts = {row.end_time - row.start_time for row in (e.row for e in five) if row.end_time}
    assert lasts == {timedelta(hours=2)}
    assert [each.event_id for each in outcome.moved] == [each.id for each in five]
    assert Series.objects.get().clock.isoformat() == "20:30:00"


def test_the_end_alone(five: list[MadeEvent]) -> None:
    """Moves nobody who was moved by hand."""
    moved = {"start_time": "2030-01-09T18:00:00", "end_time": "2030-01-09T21:00:00"}
    update_event(event=five[1].row, values=moved)
    change(five[0], end_time="2030-01-01T22:00:00")
    assert starts(five)[:3] == ["01-01 19:00", "01-09 18:00", "01-15 19:00"]
    assert five[2].row.end_time == datetime(2030, 1, 15, 22, tzinfo=BERLIN)
    assert five[1].row.end_time == datetime(2030, 1, 9, 21, tzinfo=BERLIN)


def test_another_zone(five: list[MadeEvent]) -> None:
    """The event keeps its moment unless it is given another; the others follow its new wall."""
    change(five[4], timezone="Europe/Lisbon", start_time="2030-01-29T19:00:00")
    lisbon = ZoneInfo("Europe/Lisbon")
    assert {each.row.timezone for each in five} == {"Europe/Lisbon"}
    assert {each.row.start_time.astimezone(lisbon).hour for each in five} == {19}


def test_the_last_date_stays(five: list[MadeEvent]) -> None:
    """A rule that ends at a moment ends with the same date by the new clock, and all tell it."""
    Series.objects.update(rrule="FREQ=WEEKLY;UNTIL=20300129T180000Z")
    past = five[0].row
    change(five[1], Scope.FOLLOWING, start_time="2030-01-08T21:00:00")
    assert Series.objects.get().rrule == "FREQ=WEEKLY;UNTIL=20300129T200000Z"
    assert five[0].row.version > past.version


def test_moved_by_hand_to_another_day(five: list[MadeEvent]) -> None:
    """It stays there until it is overwritten, also when it was itself changed for all."""
    moved = {"start_time": "2030-01-16T19:00:00", "end_time": "2030-01-16T21:00:00"}
    update_event(event=five[2].row, values=moved)
    change(five[2], start_time="2030-01-16T20:00:00")
    change(five[0], start_time="2030-01-01T18:00:00")
    assert starts(five)[1:4] == ["01-08 18:00", "01-16 20:00", "01-22 18:00"]
    assert five[2].stored.changed_by_hand == ["end_time", "start_time"]
    change(five[0], start_time="2030-01-01T17:00:00", overwrite=True)
    assert starts(five)[2] == "01-15 17:00"
    assert five[2].stored.changed_by_hand == []


def test_another_day_needs_a_rule(five: list[MadeEvent]) -> None:
    with pytest.raises(Invalid) as refused:
        change(five[0], start_time="2030-01-02T19:00:00")
    assert refused.value.keys == {"start_time": ["series_keeps_dates"]}


def test_featured_is_for_one(five: list[MadeEvent]) -> None:
    with pytest.raises(Invalid) as refused:
        change(five[0], featured=True)
    assert refused.value.keys == {"featured": ["one_occurrence"]}


def test_another_channel(five: list[MadeEvent]) -> None:
    channel = make_channel()
    change(five[1], Scope.FOLLOWING, channel_id=channel.pk)
    there = [each.row.channel_id for each in five]
    assert there == [None, *[channel.pk] * 4]


def test_called_off_and_back(five: list[MadeEvent], clock: Clock) -> None:
    """What was called off by hand stays so, and nothing more is made meanwhile."""
    cancel_event(event_id=five[1].id)
    outcome = change(five[2], Scope.FOLLOWING, status=Status.CANCELLED)
    assert [each.event_id for each in outcome.cancelled] == [each.id for each in five[2:]]
    assert Series.objects.get().stopped_at is not None
    assert extend_all(clock.now + timedelta(days=900)) == 0
    outcome = change(five[2], status=Status.SCHEDULED)
    assert [each.event_id for each in outcome.restored] == [each.id for each in five[2:]]
    assert [each.row.cancelled_at is not None for each in five] == [False, True, *[False] * 3]
    assert Series.objects.get().stopped_at is None


def test_whoever_read_an_older_state(five: list[MadeEvent]) -> None:
    row = five[0].row
    update_event(event=row, values={"title": "Other"})
    with pytest.raises(ChangedMeanwhile):
        change_series(
            event=row, values={"title": "New"}, scope=Scope.ALL, if_version=row.edit_version
        )
    assert titles(five)[1] == "Garden party"


def test_guests_are_told_once_for_each_occurrence(five: list[MadeEvent], settings: Any) -> None:
    settings.MAIL_ENABLED = True
    make_rsvp(five[0], email="ana@example.org")
    make_rsvp(five[1], email="ana@example.org")
    Change.objects.all().delete()
    change(five[0], title="New", location="Rua 1", notice=Notice("all", "Sorry"))
    told = Change.objects.filter(kind=Kind.EVENT_UPDATED, data__notify="all")
    assert sorted(told.values_list("event_id", flat=True)) == sorted(each.id for each in five)


# --- A new rule ---------------------------------------------------------------------------------


def rule(rrule: str, **more: Any) -> dict[str, Any]:
    return {"rrule": rrule, **more}


def test_every_other_week(five: list[MadeEvent]) -> None:
    """Dates that stay keep their events; of the others the answered ones are called off."""
    make_rsvp(five[1])
    outcome = change(five[0], recurrence=rule("FREQ=WEEKLY;INTERVAL=2;COUNT=4"))
    assert [each.event_id for each in outcome.cancelled] == [five[1].id]
    assert [each.event_id for each in outcome.erased] == [five[3].id]
    assert [f"{each.start_time:%m-%d}" for each in outcome.made] == ["02-12"]
    assert starts([five[0], five[2], five[4]]) == ["01-01 19:00", "01-15 19:00", "01-29 19:00"]
    assert Series.objects.get().rrule == "FREQ=WEEKLY;INTERVAL=2;COUNT=4"


def test_from_here_on(five: list[MadeEvent]) -> None:
    """What came before is not of the new rule, and stays."""
    outcome = change(five[3], Scope.FOLLOWING, recurrence=rule("FREQ=DAILY;COUNT=3"))
    assert [f"{each.start_time:%m-%d}" for each in outcome.made] == ["01-23", "01-24"]
    assert [each.event_id for each in outcome.erased] == [five[4].id]
    days = [
        str(day)
        for day in Event.objects.order_by("series_date").values_list("series_date", flat=True)
    ]
    assert days == [f"2030-01-{day}" for day in ("01", "08", "15", "22", "23", "24")]
    indexes = sorted(Event.objects.values_list("series_index", flat=True))  # type: ignore[type-var]
    assert indexes == [0, 1, 2, 3, 5, 6]


def test_to_another_day_of_the_week(five: list[MadeEvent]) -> None:
    """With a start on that day, the event itself moves along."""
    outcome = change(
        five[0], start_time="2030-01-02T20:00:00", recurrence=rule("FREQ=WEEKLY;BYDAY=WE;COUNT=5")
    )
    assert starts(five[:1]) == ["01-02 20:00"]
    assert [each.event_id for each in outcome.erased] == [each.id for each in five[1:]]
    made = [f"{each.start_time.astimezone(BERLIN):%m-%d %H:%M}" for each in outcome.made]
    assert made == [f"01-{day} 20:00" for day in ("09", "16", "23", "30")]


def test_the_event_that_is_changed_is_never_erased(five: list[MadeEvent]) -> None:
    outcome = change(five[0], recurrence=rule("FREQ=WEEKLY;BYDAY=WE;COUNT=2"))
    assert [each.event_id for each in outcome.cancelled] == [five[0].id]


def test_changed_by_hand_outlives_its_date(five: list[MadeEvent]) -> None:
    update_event(event=five[1].row, values={"title": "Special"})
    change(five[0], recurrence=rule("FREQ=WEEKLY;INTERVAL=2;COUNT=3"))
    assert five[1].row.cancelled_at is None
    change(five[0], recurrence=rule("FREQ=WEEKLY;INTERVAL=2;COUNT=2"), overwrite=True)
    assert not Event.objects.filter(pk=five[1].id).exists()


def test_dropped_dates_stay_called_off(five: list[MadeEvent]) -> None:
    """When a series is called off and back, what its rule had dropped before is not."""
    make_rsvp(five[2])
    change(five[1], Scope.FOLLOWING, recurrence=rule("FREQ=WEEKLY;INTERVAL=2;COUNT=2"))
    change(five[0], status=Status.CANCELLED)
    outcome = change(five[0], status=Status.SCHEDULED)
    assert [f"{each.start_time:%m-%d}" for each in outcome.restored] == ["01-01", "01-08", "01-22"]


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"recurrence": None}, {"recurrence": ["null"]}),
        ({"recurrence": rule("FREQ=HOURLY")}, {"recurrence.rrule": ["not_one_of"]}),
        (
            {"recurrence": rule("FREQ=DAILY;COUNT=1", exdates=["2030-01-01"])},
            {"recurrence.rrule": ["rule_without_dates"]},
        ),
        (
            {"recurrence": rule("FREQ=WEEKLY;BYDAY=TU"), "start_time": "2030-01-02T19:00:00"},
            {"start_time": ["not_in_rule"]},
        ),
        (
            {"recurrence": rule("FREQ=WEEKLY"), "start_time": "2030-01-08T19:00:00"},
            {"start_time": ["occurrence_there"]},
        ),
    ],
)
def test_rules_that_are_refused(
    five: list[MadeEvent], values: Any, wrong: Any, everything_stored: Any
) -> None:
    before = everything_stored()
    with pytest.raises(Invalid) as refused:
        change(five[0], **values)
    assert refused.value.keys == wrong
    assert everything_stored() == before


def test_a_rule_for_one(five: list[MadeEvent]) -> None:
    with pytest.raises(Invalid) as refused:
        update_event(event=five[0].row, values={"recurrence": rule("FREQ=DAILY")})
    assert refused.value.keys == {"recurrence": ["recurrence_without_scope"]}


# --- Erasing ------------------------------------------------------------------------------------


def test_erasing_those_that_follow(five: list[MadeEvent], clock: Clock) -> None:
    update_event(event=five[4].row, values={"title": "Special"})
    outcome = erase_series(event=five[2].row, scope=Scope.FOLLOWING)
    assert [each.event_id for each in outcome.erased] == [five[2].id, five[3].id]
    assert set(Event.objects.values_list("id", flat=True)) == {
        *(five[0].id, five[1].id, five[4].id)
    }
    assert Series.objects.get().rrule == "FREQ=WEEKLY;UNTIL=20300115T175959Z"
    assert extend_all(clock.now + timedelta(days=900)) == 0


def test_what_was_erased_is_not_made_again(five: list[MadeEvent]) -> None:
    """Not even when the first of it was moved by hand, and the others begin earlier then."""
    moved = {"start_time": "2030-01-16T19:00:00", "end_time": "2030-01-16T21:00:00"}
    update_event(event=five[2].row, values=moved)
    erase_series(event=five[2].row, scope=Scope.FOLLOWING)
    assert change(five[0], title="New").made == []
    assert change(five[0], start_time="2030-01-01T17:00:00").made == []


def test_erasing_while_one_is_on(five: list[MadeEvent], clock: Clock) -> None:
    update_event(event=five[4].row, values={"title": "Special"})
    clock.set(2030, 1, 8, 18, 30)
    erase_series(event=five[1].row, scope=Scope.ALL)
    assert change(five[4], location="Rua 1").made == []


def test_erasing_all(five: list[MadeEvent], clock: Clock) -> None:
    """The series stays as long as one of it is left."""
    clock.set(*(START + timedelta(days=3)).utctimetuple()[:6])
    erase_series(event=five[2].row, scope=Scope.ALL, overwrite=True)
    assert list(Event.objects.values_list("id", flat=True)) == [five[0].id]
    assert Series.objects.exists()
    erase_series(event=five[0].row, scope=Scope.ALL)
    assert Event.objects.count() == 1  # it is over


def test_a_series_that_is_gone_whole(five: list[MadeEvent]) -> None:
    erase_series(event=five[0].row, scope=Scope.ALL)
    assert not Event.objects.exists()
    assert not Series.objects.exists()


# --- Looking first ------------------------------------------------------------------------------

ACTS: dict[str, Any] = {
    "title": {"title": "New"},
    "time": {"start_time": "2030-01-15T21:00:00"},
    "cancel": {"status": Status.CANCELLED},
    "rule": {"recurrence": {"rrule": "FREQ=WEEKLY;INTERVAL=2;COUNT=7"}},
}


@pytest.mark.parametrize("scope", [Scope.FOLLOWING, Scope.ALL])
@pytest.mark.parametrize("act", ACTS)
def test_a_rehearsal_is_what_happens(
    five: list[MadeEvent], act: str, scope: Scope, everything_stored: Any
) -> None:
    """And writes nothing."""
    make_rsvp(five[3])
    before = everything_stored()
    row = five[2].row

    def carry_out() -> Outcome:
        return change_series(event=row, values=ACTS[act], scope=scope)

    rehearsed = rehearse(five[2].id, carry_out).done
    assert everything_stored() == before
    happened = carry_out()
    assert isinstance(rehearsed, Outcome)
    assert _unnamed(rehearsed) == _unnamed(happened)


def _unnamed(outcome: Outcome) -> Outcome:
    """Events that are made have other ids each time."""
    return outcome._replace(made=[each.start_time for each in outcome.made])  # type: ignore[misc]

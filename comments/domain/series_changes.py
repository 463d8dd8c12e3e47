"""Changing, calling off and erasing several occurrences of a series at once.

Nothing here touches what is over, or what was changed by hand unless it is to be overwritten. All
of it is one transaction that holds the series, then a channel, then the events by their ids. Each
occurrence is changed, called off or erased by the same functions as any event.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.utils import timezone
from django.utils.translation import pgettext

from accounts.domain.actors import ANONYMOUS, Actor
from comments.domain.erasing import delete_event
from config.errors import ChangedMeanwhile, Invalid
from events.domain.drafts import clean_event
from events.domain.lifecycle import CHANNEL_FIELDS, held_channel
from events.domain.locking import ensure_unchanged
from events.domain.notices import NOBODY, Notice
from events.domain.recurrence import RULE, moment_of, on_the_wall, read_recurrence, read_rule
from events.domain.series import (
    TIMING,
    Timing,
    held_series,
    make_due,
    settle_series,
    show_rule,
    spelt,
)
from events.domain.times import over_at
from events.enums import Scope, Status
from events.models import Event, Series
from events.querysets import EventQuerySet
from events.rows import EventRow, event_rows
from rsvps.domain.event_changes import update_event
from rsvps.models import Rsvp


class Moved(NamedTuple):
    """An occurrence that begins at another moment."""

    event_id: UUID
    old: datetime
    new: datetime


class Touched(NamedTuple):
    """An occurrence, and when it begins (began, if it was erased)."""

    event_id: UUID
    start_time: datetime


class Outcome(NamedTuple):
    """What became of a series, each by start. One that was moved is among the changed, too."""

    made: list[Touched]
    moved: list[Moved]
    changed: list[Touched]
    cancelled: list[Touched]
    restored: list[Touched]
    erased: list[Touched]

    @property
    def lists(self) -> list[tuple[str, list[Touched]]]:
        """What became of which occurrences, by the name of that."""
        names = {
            pgettext("occurrences of a series", "New"): self.made,
            pgettext("occurrences of a series", "Changed"): self.changed,
            pgettext("occurrences of a series", "Cancelled"): self.cancelled,
            pgettext("occurrences of a series", "Back on"): self.restored,
            pgettext("occurrences of a series", "Deleted"): self.erased,
        }
        return list(names.items())

    @property
    def told_of(self) -> list[UUID]:
        """The occurrences whose guests may be told."""
        return [
            each.event_id
            for touched in (self.changed, self.cancelled, self.restored, self.erased)
            for each in touched
        ]


def change_series(
    *,
    event: EventRow,
    values: Mapping[str, Any],
    scope: Scope,
    overwrite: bool = False,
    actor: Actor = ANONYMOUS,
    if_version: int | None = None,
    notice: Notice = NOBODY,
) -> Outcome:
    """Changes ``event`` and, as it is changed, the occurrences in ``scope`` that are not over; the
    caller has shown to own the series. ``values`` are as in update_event().

    What an occurrence was changed in by hand stays, unless ``overwrite``. Times are those of the
    clock on the wall: each occurrence keeps its date. ``recurrence`` is a new rule, which begins
    with the event, or with the first occurrence to come: occurrences on its dates stay; of the
    others those that anybody answered are called off, the rest are erased. Raises as update_event()
    does, and Invalid for what only one occurrence can have.
    """
    if values.get("featured"):
        raise Invalid({"featured": "one_occurrence"})
    if "recurrence" in values and values["recurrence"] is None:
        raise Invalid({"recurrence": "null"})
    now = timezone.now()
    with held_series(event.series_id) as series:
        if series is None:
            raise ChangedMeanwhile
        if CHANNEL_FIELDS & values.keys():
            held_channel(actor, event, values)
        there = _held(series, event, if_version)
        chosen = _chosen(there, event, scope, now)
        before = _rows(series)
        change = _Change(
            series, there[event.id], values, overwrite=overwrite, notice=notice, actor=actor
        )
        shown = series.rrule
        if change.moves:
            change.move_series()
        if "recurrence" in values:
            change.follow_rule(chosen, now)
        elif values.get("status") == Status.SCHEDULED:
            change.called_off = _off_rule(series, chosen)
        for each in sorted(chosen, key=lambda one: one.id):
            change.carry_out(each, before[each.id])
        if values.get("status") == Status.CANCELLED:
            series.stopped_at = now
        elif values.get("status") == Status.SCHEDULED:
            series.stopped_at = None
        make_due(series, now)
        if "recurrence" in values or series.rrule != shown:
            show_rule(series)
        return _outcome(before, _rows(series))


def erase_series(
    *,
    event: EventRow,
    scope: Scope,
    overwrite: bool = False,
    if_version: int | None = None,
    notice: Notice = NOBODY,
) -> Outcome:
    """Erases the event and the occurrences in ``scope`` that are not over, and ends the series
    there; the caller has shown to own it. One that was changed by hand stays, unless
    ``overwrite``."""
    now = timezone.now()
    with held_series(event.series_id) as series:
        if series is None:
            raise ChangedMeanwhile
        there = _held(series, event, if_version)
        chosen = _chosen(there, event, scope, now)
        before = _rows(series)
        for each in sorted(chosen, key=lambda one: one.id):
            if overwrite or each.id == event.id or not each.changed_by_hand:
                delete_event(event_id=each.id, notice=notice, by_hand=False)
        ends = moment_of(_date(chosen[0]), series.clock, series.timezone) if chosen else now
        series.rrule = str(read_rule(series.rrule).ending_before(ends))
        series.extend_at = None
        series.save(update_fields=["rrule", "extend_at"])
        show_rule(series)
        after = _rows(series)
        settle_series(series)
        return _outcome(before, after)


def _held(series: Series, event: EventRow, if_version: int | None) -> dict[UUID, Event]:
    """The occurrences of a series, held in the order of their ids."""
    held = {each.id: each for each in _events(series).select_for_update()}
    if event.id not in held:
        raise ChangedMeanwhile
    ensure_unchanged(held[event.id].edit_version, if_version)
    return held


def _chosen(
    there: Mapping[UUID, Event], event: EventRow, scope: Scope, now: datetime
) -> list[Event]:
    """Those in the scope that are not over, by date."""
    begins = _date(there[event.id])
    return sorted(
        (
            each
            for each in there.values()
            if over_at(each) > now and (scope == Scope.ALL or _date(each) >= begins)
        ),
        key=_date,
    )


def _date(event: Event) -> date:
    return cast(date, event.series_date)


class _Change:
    """One change of a series, as it is carried out on each occurrence."""

    def __init__(
        self,
        series: Series,
        event: Event,
        values: Mapping[str, Any],
        *,
        overwrite: bool,
        notice: Notice,
        actor: Actor,
    ) -> None:
        values = _with_what_moves(event, values)
        self.series, self.event, self.values = series, event, values
        self.overwrite, self.notice, self.actor = overwrite, notice, actor
        # Dates that the rule no longer has, and those that it did not have before.
        self.dropped: frozenset[date] = frozenset()
        self.called_off: frozenset[date] = frozenset()
        cleaned = clean_event(values, stored=event)
        changed = Event(**{name: cleaned.get(name, getattr(event, name)) for name in TIMING})
        before, self.timing = Timing.of(event), Timing.of(changed)
        again = overwrite and not TIMING.isdisjoint(values)
        self.moves = again or before[:2] != self.timing[:2]
        self.lasts = self.moves or before.length != self.timing.length
        self.closes = self.moves or before.closes != self.timing.closes
        day = on_the_wall(changed.start_time, changed.timezone).date()
        # The date that the event itself is moved to; a series has dates by its rule alone.
        self.moved_to = None
        if day != on_the_wall(event.start_time, event.timezone).date():
            self.moved_to = day
            if "recurrence" not in values:
                raise self._wrong_date("series_keeps_dates")

    def move_series(self) -> None:
        """Has the series begin at the new time, on the dates that it has."""
        series, (clock, zone, *_) = self.series, self.timing
        moved = read_rule(series.rrule).moved((series.clock, series.timezone), (clock, zone))
        series.rrule, series.clock, series.timezone = str(moved), clock, zone

    def follow_rule(self, chosen: Sequence[Event], now: datetime) -> None:
        """Gives the series its new rule, from the first of these occurrences on."""
        rule, exdates = read_recurrence(self.values["recurrence"], self.timing.zone)
        series, begins = self.series, on_the_wall(now, self.timing.zone).date()
        if chosen:
            if chosen[0] is self.event:
                self._move_event()
            begins = _date(chosen[0])
        if self.moved_to not in (None, begins):
            raise self._wrong_date("series_keeps_dates")
        if "exdates" not in self.values["recurrence"]:
            exdates = frozenset(map(date.fromisoformat, series.exdates))
        series.rrule, series.first_date = str(rule), begins
        series.exdates = spelt(day for day in exdates if day >= begins)
        dates = frozenset(map(_date, chosen))
        there = _rule_dates(series, max(dates, default=begins))
        if not there:
            raise Invalid({RULE: "rule_without_dates"})
        if self.moved_to is not None and self.moved_to not in there:
            raise self._wrong_date("not_in_rule")
        self.dropped = dates - there

    def carry_out(self, each: Event, row: EventRow) -> None:
        """What the change does to an occurrence."""
        own = each is self.event
        by_hand = frozenset() if own or self.overwrite else frozenset(each.changed_by_hand)
        if each.series_date in self.dropped and not by_hand:
            self._drop(each, row, own=own)
            return
        told = dict(self.values) if own else self._values_for(each, by_hand)
        told.pop("recurrence", None)
        off = not own and not by_hand and each.series_date in self.called_off
        if off or _keeps_status(each, told.get("status"), by_hand):
            told.pop("status", None)
        self._update(row, told)

    def _drop(self, each: Event, row: EventRow, *, own: bool) -> None:
        """An occurrence on a date that the rule no longer has. The one that was changed is called
        off in any case: whoever changed it reads it afterwards."""
        if not own and not Rsvp.objects.of_event(each.id).exists():
            delete_event(event_id=each.id, notice=self.notice, by_hand=False)
        elif each.cancelled_at is None:
            self._update(row, {"status": Status.CANCELLED})

    def _update(self, row: EventRow, told: Mapping[str, Any]) -> None:
        update_event(event=row, values=told, actor=self.actor, notice=self.notice, by_hand=False)

    def _values_for(self, each: Event, by_hand: frozenset[str]) -> dict[str, Any]:
        """The event's new values as another occurrence gets them."""
        left = by_hand | TIMING | {"timezone_offset_minutes"}
        if "channel" in by_hand:
            left |= CHANNEL_FIELDS
        told = {name: value for name, value in self.values.items() if name not in left}
        start, timing = each.start_time, self.timing._replace(zone=each.timezone)
        if self.lasts and by_hand.isdisjoint(_WHEN):
            if self.moves:
                timing = self.timing
                start = moment_of(_date(each), timing.clock, timing.zone)
            told |= {
                "start_time": start,
                "end_time": timing.end_after(start),
                "timezone": timing.zone,
            }
        if self.closes and "rsvp_close_at" not in by_hand:
            told |= timing.closing(start)
        return told

    def _move_event(self) -> None:
        """Has the event stand for the date it is moved to."""
        if self.moved_to is None or self.moved_to == self.event.series_date:
            return
        if _events(self.series).filter(series_date=self.moved_to).exists():
            raise self._wrong_date("occurrence_there")
        self.event.series_date = self.moved_to
        self.event.save(update_fields=["series_date"])

    def _wrong_date(self, key: str) -> Invalid:
        return Invalid({"start_time" if "start_time" in self.values else "timezone": key})


def _with_what_moves(event: Event, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values with the end and the closing of answers moved along with a new start, unless they
    are among them."""
    if "start_time" not in values:
        return values
    unbounded = Event(start_time=event.start_time, timezone=event.timezone)
    told = {name: values[name] for name in _STARTS & values.keys()}
    start = clean_event(told, stored=unbounded)["start_time"]
    timing = Timing.of(event)._replace(zone=told.get("timezone") or event.timezone)
    along = {"end_time": timing.end_after(start)} | timing.closing(start)
    return {**along, **values}


_STARTS = frozenset({"start_time", "timezone", "timezone_offset_minutes"})
_WHEN = TIMING - {"rsvp_close_at"}


def _keeps_status(each: Event, status: str | None, by_hand: Collection[str]) -> bool:
    """Whether a status changes nothing, or was decided by hand."""
    cancelled = each.cancelled_at is not None
    return "status" in by_hand or cancelled == (status == Status.CANCELLED)


def _rule_dates(series: Series, last: date) -> frozenset[date]:
    """The dates that the rule gives the series up to this one, and the next."""
    exdates, found = frozenset(series.exdates), set()
    for day in read_rule(series.rrule).dates(series.first_date, series.clock, series.timezone):
        if day.isoformat() not in exdates:
            found.add(day)
            if day >= last:
                break
    return frozenset(found)


def _off_rule(series: Series, chosen: Sequence[Event]) -> frozenset[date]:
    """The dates of these occurrences that the rule does not give; not those from before it."""
    dates = frozenset(day for day in map(_date, chosen) if day >= series.first_date)
    return dates - _rule_dates(series, max(dates)) if dates else dates


def _events(series: Series) -> EventQuerySet:
    events: EventQuerySet = Event.objects.filter(series=series).order_by("id")
    return events


def _rows(series: Series) -> dict[UUID, EventRow]:
    return {row.id: row for row in event_rows(_events(series))}


def _outcome(before: Mapping[UUID, EventRow], after: Mapping[UUID, EventRow]) -> Outcome:
    there = sorted(after.values(), key=lambda row: row.start_time)
    pairs = [(before[row.id], row) for row in there if row.id in before]
    edited = [(old, new) for old, new in pairs if old.edit_version != new.edit_version]
    called_off = [(old, new) for old, new in edited if old.cancelled_at != new.cancelled_at]
    gone = sorted((before[id] for id in before.keys() - after), key=lambda row: row.start_time)
    return Outcome(
        made=[Touched(row.id, row.start_time) for row in there if row.id not in before],
        moved=[
            Moved(new.id, old.start_time, new.start_time)
            for old, new in edited
            if old.start_time != new.start_time
        ],
        changed=[
            Touched(new.id, new.start_time)
            for old, new in edited
            if old.cancelled_at == new.cancelled_at
        ],
        cancelled=[Touched(n.id, n.start_time) for _, n in called_off if n.cancelled_at],
        restored=[Touched(n.id, n.start_time) for _, n in called_off if not n.cancelled_at],
        erased=[Touched(row.id, row.start_time) for row in gone],
    )

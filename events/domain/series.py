"""Series: an event that repeats by a rule. Its occurrences are events of their own, made ahead of
time: the next OCCURRENCES of them, within OCCURRENCE_DAYS.

An occurrence that is made later is copied from those that are there: each field from the last one
in which it was not changed by hand, its tickets from the last one of all. Nothing is made of dates
that lie behind, and no date is made twice: an occurrence keeps the date it stands for, and the date
of one that was erased is taken out of the rule.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from channels.models import Channel
from config.errors import Invalid
from events import limits
from events.domain.drafts import clean_event
from events.domain.locking import touch
from events.domain.recurrence import RULE, moment_of, on_the_wall, read_recurrence, read_rule
from events.domain.reminders import next_reminder
from events.domain.search import index_events
from events.domain.tickets import copy_tickets
from events.domain.times import over_at
from events.fields import EVENT, TIMES
from events.models import Event, Series
from events.querysets import EventQuerySet
from outbox.domain.emitting import EventScope, tell_all
from outbox.enums import Kind

_AHEAD = timedelta(days=limits.OCCURRENCE_DAYS)
_AGAIN = timedelta(hours=1)
# What an occurrence takes from its date, and everything else that it copies.
TIMING = TIMES | {"timezone"}
_COPIED = [field.name for field in EVENT if field.copied and field.name not in TIMING]


class Timed(Protocol):
    """What a timing is read from."""

    @property
    def start_time(self) -> datetime: ...
    @property
    def end_time(self) -> datetime | None: ...
    @property
    def timezone(self) -> str: ...
    @property
    def rsvp_close_at(self) -> datetime | None: ...


class Timing(NamedTuple):
    """When an occurrence takes place, but for its date. It begins by the clock on the wall and ends
    after ``length``, exactly so much later (RFC 5545, section 3.8.5.3). Answers are taken until the
    clock on the wall shows ``closes`` less than at the start."""

    clock: time
    zone: str
    length: timedelta | None
    closes: timedelta | None

    @classmethod
    def of(cls, event: Timed) -> Timing:
        """That of an event."""
        wall = on_the_wall(event.start_time, event.timezone)
        length = None if event.end_time is None else event.end_time - event.start_time
        closes = event.rsvp_close_at
        return cls(
            wall.time(),
            event.timezone,
            length,
            None if closes is None else wall - on_the_wall(closes, event.timezone),
        )

    def on(self, day: date) -> dict[str, datetime | None]:
        """The times of an event on this day."""
        start = moment_of(day, self.clock, self.zone)
        return {"start_time": start, "end_time": self.end_after(start)} | self.closing(start)

    def end_after(self, start: datetime) -> datetime | None:
        """When what begins then is over."""
        return None if self.length is None else start + self.length

    def closing(self, start: datetime) -> dict[str, datetime | None]:
        """Until when answers to what begins then are taken."""
        if self.closes is None:
            return {"rsvp_close_at": None}
        wall = on_the_wall(start, self.zone) - self.closes
        return {"rsvp_close_at": moment_of(wall.date(), wall.time(), self.zone)}


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a further occurrence is made of. ``tickets_of`` is the event whose tickets it copies."""

    values: Mapping[str, Any]
    timing: Timing
    tickets_of: UUID

    @classmethod
    def of(cls, series: Series, newest: Sequence[Event]) -> Pattern:
        """From these occurrences of it, the last one first; there is at least one."""

        def by_rule(*names: str) -> Event:
            untouched = (e for e in newest if not set(names) & set(e.changed_by_hand))
            return next(untouched, newest[0])

        last = newest[0]
        values = {name: getattr(by_rule(name), name) for name in _COPIED}
        for name in ("tenant_id", "creator_id", "language"):
            values[name] = getattr(last, name)
        values["channel_id"] = by_rule("channel").channel_id
        confirmed = (e.host_confirmed_at for e in newest if e.host_email == values["host_email"])
        values["host_confirmed_at"] = next(confirmed, None)
        # One in an hour that clocks skip begins later than the others, and closes nearer to it.
        untouched = (Timing.of(e) for e in newest if TIMING.isdisjoint(e.changed_by_hand))
        regular = (timing for timing in untouched if timing.clock == series.clock)
        timing = next(regular, Timing.of(by_rule(*TIMING)))
        return cls(values, timing._replace(clock=series.clock, zone=series.timezone), last.pk)


@contextmanager
def held_series(series_id: UUID | None) -> Iterator[Series | None]:
    """A transaction that holds the series, None for one that is gone: nobody else extends or
    changes it as a whole meanwhile. The series is held first, a channel second, its events last and
    in the order of their ids."""
    with transaction.atomic():
        series = None
        if series_id is not None:
            series = Series.objects.select_for_update().filter(pk=series_id).first()
        yield series


def begin_series(cleaned: dict[str, Any], recurrence: Any, tenant_id: UUID | None) -> Series:
    """A series, not stored yet, whose first occurrence is the event of these ``cleaned`` values.
    The event is moved to the first date of the rule that is not over. Raises Invalid naming what is
    wrong with ``recurrence``, and its rule when it has no such date."""
    timing = _timing_of(cleaned)
    rule, exdates = read_recurrence(recurrence, timing.zone)
    series = Series(
        tenant_id=tenant_id,
        rrule=str(rule),
        exdates=spelt(exdates),
        first_date=on_the_wall(cleaned["start_time"], timing.zone).date(),
        clock=timing.clock,
        timezone=timing.zone,
        next_index=1,
    )
    days = due_dates(series, timing.length, timezone.now())
    if not days:
        raise Invalid({RULE: "rule_without_dates"})
    cleaned |= timing.on(days[0]) | {"series": series, "series_index": 0, "series_date": days[0]}
    return series


def occurrences_of(values: Mapping[str, Any]) -> int:
    """How many events are made of these values now: one without a recurrence. Raises Invalid."""
    if values.get("recurrence") is None:
        return 1
    cleaned = clean_event(values)
    series = begin_series(cleaned, values["recurrence"], None)
    return len(due_dates(series, _timing_of(cleaned).length, timezone.now()))


def spelt(days: Iterable[date]) -> list[str]:
    """Dates as a series stores those that are taken out of its rule."""
    return sorted({day.isoformat() for day in days})


def due_dates(series: Series, length: timedelta | None, now: datetime) -> list[date]:
    """The dates of the occurrences that are to be there now. Notes on ``series`` when it has to be
    looked at again, because there is room for more or a date comes near; store it."""
    taken_out = {date.fromisoformat(each) for each in series.exdates}
    clock, zone = series.clock, series.timezone
    ahead = max(now, moment_of(series.first_date, clock, zone)) + _AHEAD
    lasts = length or timedelta(hours=limits.OPEN_ENDED_HOURS)
    found: list[date] = []
    series.extend_at = None
    for day in read_rule(series.rrule).dates(series.first_date, clock, zone):
        start = moment_of(day, clock, zone)
        if day in taken_out or start + lasts <= now:
            continue
        if start > ahead:
            series.extend_at = start - _AHEAD
            break
        if len(found) == limits.OCCURRENCES:
            # There is room for it as soon as the first one is over.
            series.extend_at = max(start - _AHEAD, moment_of(found[0], clock, zone) + lasts)
            break
        found.append(day)
    return found


class Rest(NamedTuple):
    """The part of a series of which no occurrence was made yet: when it begins by the clock on the
    wall of ``zone``, its rule from there on, and the wall times that it leaves out, those of later
    occurrences among them."""

    begins: datetime
    zone: str
    rrule: str
    exdates: list[datetime]


def rest_of(series: Series, now: datetime) -> Rest | None:
    """What is left of the series' rule from its first date to come without an occurrence on. One
    query. None when nothing is, and while the series is called off."""
    if series.stopped_at is not None:
        return None
    rule, clock, zone = read_rule(series.rrule), series.clock, series.timezone
    coming = Event.objects.filter(series=series, series_date__gte=on_the_wall(now, zone).date())
    made = {day for day in coming.values_list("series_date", flat=True) if day is not None}
    last = max(made, default=date.min)
    taken_out = {date.fromisoformat(each) for each in series.exdates}
    days = rule.dates(series.first_date, clock, zone)
    for passed, day in enumerate(days):
        if day in made or day in taken_out or moment_of(day, clock, zone) <= now:
            continue
        count = None if rule.count is None else rule.count - passed
        # Later ones are there when a new rule gives more dates than the one before it.
        later = {each for each in takewhile(lambda each: each <= last, days) if each in made}
        later |= {each for each in taken_out if each > day}
        walls = [datetime.combine(each, clock) for each in sorted(later)]
        begins = datetime.combine(day, clock)
        return Rest(begins, zone, str(replace(rule, count=count)), walls)
    return None


def make_due(series: Series, now: datetime) -> list[Event]:
    """Makes the occurrences that are missing now, and stores the series. Hold it. None are made
    while the last one that is there is taken down."""
    there = Event.objects.filter(series=series)
    newest = list(there.order_by("-series_date")[: 2 * limits.OCCURRENCES])
    made: list[Event] = []
    if series.stopped_at is not None or not newest:
        series.extend_at = None
    else:
        pattern = Pattern.of(series, newest)
        days = due_dates(series, pattern.timing.length, now)
        known = there.filter(series_date__in=days).values_list("series_date", flat=True)
        missing = sorted(set(days).difference(known))
        # Nobody makes more of what was taken down.
        if newest[0].taken_down_at is None:
            made = _make(series, pattern, missing, now)
        elif missing:  # it may be brought back
            series.extend_at = now + _AGAIN
    series.save()
    return made


def extend_series(series_id: UUID, now: datetime) -> int:
    """Makes the occurrences of a series that are due; how many that were. Two at once make them
    once: the second finds them made."""
    with held_series(series_id) as series:
        if series is None or series.extend_at is None or series.extend_at > now:
            return 0
        return len(make_due(series, now))


def extend_all(now: datetime) -> int:
    """The same for every series, each in a transaction of its own."""
    due = Series.objects.filter(extend_at__lte=now).order_by("extend_at", "id")
    return sum(extend_series(each, now) for each in list(due.values_list("id", flat=True)))


class Marked(Protocol):
    """What is known of an occurrence's changes."""

    @property
    def series_id(self) -> UUID | None: ...
    @property
    def changed_by_hand(self) -> list[str]: ...


def hand_marks(
    event: Marked, names: Iterable[str], *, by_hand: bool, elsewhere: bool = False
) -> dict[str, Any]:
    """The column that remembers which fields of an occurrence were changed ``by_hand``, when it is
    another now that these were changed: a change of the series takes them back in line. The times
    of one that stands ``elsewhere`` stay its own."""
    if event.series_id is None:
        return {}
    known, named = set(event.changed_by_hand), set(names)
    if elsewhere:
        named -= TIMING
    marked = sorted(known | named if by_hand else known - named)
    return {} if marked == sorted(known) else {"changed_by_hand": marked}


def is_elsewhere(event: Event, cleaned: Mapping[str, Any]) -> bool:
    """Whether an event that gets these values is an occurrence on another day than its date."""
    start = cleaned.get("start_time", event.start_time)
    day = on_the_wall(start, cleaned.get("timezone", event.timezone)).date()
    return event.series_date not in (None, day)


def show_rule(series: Series) -> None:
    """Every occurrence, past ones too, shows another rule now. Hold them."""
    events: EventQuerySet = Event.objects.filter(series=series)
    scopes = [EventScope(*row) for row in events.values_list(*EventScope._fields)]
    touch(events, edited=False)
    tell_all([(scope, scope.id) for scope in scopes], Kind.EVENT_UPDATED, parts=["series"])


def leave_series(series: Series | None, event: Event, now: datetime) -> None:
    """What the series does about an occurrence that is about to be erased: its date is not made
    again. Hold the series. Call settle_series() afterwards."""
    if series is not None and event.series_date is not None and over_at(event) > now:
        series.exdates = sorted({*series.exdates, event.series_date.isoformat()})
        if series.extend_at is not None:
            series.extend_at = now
        series.save(update_fields=["exdates", "extend_at"])


def settle_series(series: Series | None) -> None:
    """Removes a series of which nothing is left, with its links. Hold it."""
    if series is not None and not Event.objects.filter(series=series).exists():
        series.delete()


def _timing_of(cleaned: Mapping[str, Any]) -> Timing:
    return Timing.of(Event(**{name: cleaned[name] for name in TIMING & cleaned.keys()}))


def _make(series: Series, pattern: Pattern, days: Sequence[date], now: datetime) -> list[Event]:
    if not days:
        return []
    channel_id = pattern.values["channel_id"]
    if channel_id is not None:  # held, so that the slugs stay free
        Channel.objects.select_for_update().filter(pk=channel_id).first()
    slugs = _slugs(pattern.values["title"], channel_id, days)
    made = []
    for number, (day, slug) in enumerate(zip(days, slugs, strict=True), series.next_index):
        event = Event(
            **pattern.values,
            **pattern.timing.on(day),
            timezone=pattern.timing.zone,
            slug=slug,
            series=series,
            series_index=number,
            series_date=day,
        )
        event.next_reminder_at = next_reminder(event, now)
        made.append(event)
    series.next_index += len(made)
    Event.objects.bulk_create(made)
    index_events([event.id for event in made])
    copy_tickets(pattern.tickets_of, made)
    tell_all([(event, event.id) for event in made], Kind.EVENT_CREATED, occurrence=True)
    return made


def _slugs(title: str, channel_id: UUID | None, days: Sequence[date]) -> list[str]:
    """A slug for each date that no other event of the channel has."""
    base = slugify(title)[: limits.SLUG - 20].strip("-_") or "event"
    slugs = [f"{base}-{day.isoformat()}" for day in days]
    if channel_id is None:
        return slugs
    taken = Event.objects.filter(channel_id=channel_id, slug__in=slugs)
    known = set(taken.values_list("slug", flat=True))
    return [f"{slug}-{secrets.token_hex(4)}" if slug in known else slug for slug in slugs]

"""What a visitor browses: public events to come, narrowed by day, kind, seats, channel and tag.

The day of an event is that of its own clock, as the pages show it: "today" is today where the event
takes place. What began earlier and is still going on counts as today.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django.db.models import IntegerField, OuterRef, Q, Subquery

from channels.models import Channel
from config.text import words_of
from events.enums import Format, Status
from events.models import Event
from events.positions import Span
from events.querysets import EventQuerySet, OfItsZone, Parts, borders, id_of_public

TODAY, WEEKEND = "today", "weekend"
IN_PERSON, ONLINE = "in_person", "online"
_FORMATS = {
    IN_PERSON: (Format.IN_PERSON, Format.HYBRID),
    ONLINE: (Format.VIRTUAL, Format.HYBRID),
}
_DAY = timedelta(days=1)
_SATURDAY = 5
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(microsecond=0, tzinfo=UTC)
# The first and the last day that are wanted, given today's date; None leaves that side open.
_Days = tuple[date | None, date | None]


class Wanted(NamedTuple):
    """What a visitor chose, all of it optional. ``when`` is TODAY or WEEKEND, ``since`` the first
    day, ``format`` IN_PERSON or ONLINE (hybrid events are both), ``free`` whether a seat must be
    free, ``channel`` the slug of a public channel."""

    when: str = ""
    since: date | None = None
    format: str = ""
    free: bool = False
    channel: str = ""
    tag: str = ""


def browse(now: datetime, wanted: Wanted, words: str = "") -> Parts:
    """The public events to come that fit all that is wanted, and are found by ``words`` if there
    are any, as the parts of a list."""
    events, span = Event.objects.public(), Span()
    if wanted.when == TODAY:
        events, span = _on_days(events, now, lambda today: (None, today))
    elif wanted.when == WEEKEND:
        events, span = _on_days(events, now, _weekend)
    if first := wanted.since:
        events, later = _on_days(
            events, now, lambda today: (first if first > today else None, None)
        )
        since = max(filter(None, (span.since, later.since)), default=None)
        span = span._replace(since=since)
    if wanted.free:
        events = events.with_free_seats(now)
    among = {"channel": id_of_public(wanted.channel)} if wanted.channel else {}
    if wanted.tag:
        events = events.tagged([wanted.tag])
        # Events are found by the words of their tags, too. A search without any word finds nothing,
        # and must not come to find the tag's.
        if words_of(wanted.tag) and (not words or words_of(words)):
            words = f"{words} {wanted.tag}".strip()
    if words:
        formats = {"format__in": _FORMATS[wanted.format]} if wanted.format else {}
        return events.found(words, span, now, **formats, **among)
    if not wanted.format:
        return events.coming(now, span.since, **among)
    # Each format by itself, because the index holds one after the other.
    each = (events.coming(now, span.since, format=one, **among) for one in _FORMATS[wanted.format])
    return Parts(tuple(part for parts in each for part in parts.merged))


class NextEvent(NamedTuple):
    """The event of a channel that comes next."""

    start_time: datetime
    timezone: str
    status: Status


class _Counted(Subquery):
    """How many rows a subquery has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def next_in_channels(
    channel_ids: Collection[UUID], now: datetime, *, most: int
) -> dict[UUID, tuple[NextEvent, int]]:
    """The next public event of each channel, and how many there are to come; nothing for channels
    without one. Events that began within a day or begin later are counted up to ``most``. Two
    queries, whatever their number."""
    events, between = Event.objects.public(), borders(now)
    soon = events.upcoming_from(between.day_ago, now).order_by("start_time", "id")
    soon = soon.filter(channel=OuterRef("pk"))
    channels = Channel.objects.filter(pk__in=channel_ids).order_by()
    first, numbers = {}, Counter[UUID]()
    for channel_id, event_id, number in channels.values_list(
        "pk", Subquery(soon.values("pk")[:1]), _Counted(soon.values("pk")[:most])
    ):
        if event_id:
            first[event_id], numbers[channel_id] = channel_id, number
    columns = ("channel", "began", "timezone", "pk")
    earlier = events.going_on(now, between, channel__in=channel_ids)
    parts: tuple[Any, ...] = (Event.objects.filter(pk__in=first).with_beginning(), *earlier)
    rows, *others = (part.order_by().values_list(*columns) for part in parts)
    found: dict[UUID, NextEvent] = {}
    every = rows.union(*others, all=True)
    for channel_id, start, zone, event_id in every.order_by("began", "pk"):
        numbers[channel_id] += event_id not in first
        status = Status.LIVE if start <= now else Status.SCHEDULED
        found.setdefault(channel_id, NextEvent(start, zone, status))
    return {channel_id: (event, numbers[channel_id]) for channel_id, event in found.items()}


def day_shown(start: datetime, now: datetime, zone: str) -> date:
    """The day that lists of events to come show an event under, on its own clock: that of its
    start, or today when it began earlier."""
    clock = ZoneInfo(zone)
    return max(start.astimezone(clock).date(), now.astimezone(clock).date())


def _weekend(today: date) -> _Days:
    """This week's Saturday and Sunday; on these two days, also what is going on already."""
    saturday = today + (_SATURDAY - today.weekday()) * _DAY
    return (saturday if today < saturday else None), saturday + _DAY


def _on_days(
    events: EventQuerySet, now: datetime, days: Callable[[date], _Days]
) -> tuple[EventQuerySet, Span]:
    """The events that start on the wanted days of their own clocks, and the earliest and the latest
    moment at which one of them may start.

    Starts that fit in any zone need no look at theirs; starts that fit in none are left out by an
    index.
    """
    spans: dict[str, Span] = {}
    for zone in _zones():
        first, last = days(now.astimezone(zone).date())
        begins = _midnight(first, zone) if first else None
        ends = _midnight(last + _DAY, zone) if last else None
        spans[zone.key] = Span(begins, ends)
    earliest = {zone: span.since or _FIRST for zone, span in spans.items()}
    latest = {zone: span.until or _LAST for zone, span in spans.items()}
    fitting = Q()
    if min(latest.values()) != _LAST:
        in_any_zone = Q(start_time__lt=min(latest.values()))
        fitting &= Q(start_time__lt=max(latest.values()))
        fitting &= in_any_zone | Q(start_time__lt=OfItsZone(latest))
    if max(earliest.values()) != _FIRST:
        in_any_zone = Q(start_time__gte=max(earliest.values()))
        fitting &= in_any_zone | Q(start_time__gte=OfItsZone(earliest))
    since, until = min(earliest.values()), max(latest.values())
    widest = Span(None if since == _FIRST else since, None if until == _LAST else until)
    return events.filter(fitting), widest


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


@cache
def _zones() -> list[ZoneInfo]:
    return [ZoneInfo(name) for name in sorted(available_timezones())]

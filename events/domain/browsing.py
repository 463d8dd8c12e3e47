"""What a visitor browses: public events to come, narrowed by day, kind, seats, channel and tag.

Which day an event is on says its own clock, as the pages show it: "today" is today where the event
takes place. What began earlier and still goes on counts as today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from events.enums import Format, Status
from events.models import Event
from events.querysets import EventQuerySet

TODAY, WEEKEND = "today", "weekend"
IN_PERSON, ONLINE = "in_person", "online"
_FORMATS = {
    IN_PERSON: (Format.IN_PERSON, Format.HYBRID),
    ONLINE: (Format.VIRTUAL, Format.HYBRID),
}
_DAY = timedelta(days=1)
_SATURDAY = 5
# The first and the last day that are wanted, given today's date; None leaves that side open.
_Days = tuple[date | None, date | None]
_Span = tuple[datetime | None, datetime | None]


class Wanted(NamedTuple):
    """What a visitor chose, all of it optional. ``when`` is TODAY or WEEKEND, ``since`` the first
    day, ``format`` IN_PERSON or ONLINE (hybrid events are both), ``free`` whether there must be a
    seat to be had, ``channel`` the slug of a public channel."""

    when: str = ""
    since: date | None = None
    format: str = ""
    free: bool = False
    channel: str = ""
    tag: str = ""


def browse(now: datetime, wanted: Wanted) -> EventQuerySet:
    """The public events to come that fit all that is wanted, in no order."""
    events = Event.objects.public().upcoming(now)
    if wanted.when == TODAY:
        events = _on_days(events, now, lambda today: (None, today))
    elif wanted.when == WEEKEND:
        events = _on_days(events, now, _weekend)
    if since := wanted.since:
        events = _on_days(events, now, lambda today: (since if since > today else None, None))
    if wanted.format:
        events = events.filter(format__in=_FORMATS[wanted.format])
    if wanted.free:
        events = events.with_free_seats(now)
    if wanted.channel:
        events = events.in_public_channel(wanted.channel)
    return events.tagged([wanted.tag]) if wanted.tag else events


class NextEvent(NamedTuple):
    """The event of a channel that comes next."""

    start_time: datetime
    timezone: str
    status: Status


def next_in_channels(
    channel_ids: Collection[UUID], now: datetime
) -> dict[UUID, tuple[NextEvent, int]]:
    """The next public event of each channel, and how many there are to come; nothing for channels
    without one. One query, whatever their number."""
    coming = Event.objects.public().upcoming(now).filter(channel__in=channel_ids)
    by_channel: dict[str, Any] = {"partition_by": [F("channel")]}
    first = Window(RowNumber(), order_by=["start_time", "id"], **by_channel)
    ranked = coming.annotate(place=first, number=Window(Count("id"), **by_channel)).filter(place=1)
    found = {}
    for channel_id, start, zone, number in ranked.order_by().values_list(
        "channel", "start_time", "timezone", "number"
    ):
        status = Status.LIVE if start <= now else Status.SCHEDULED
        found[channel_id] = NextEvent(start, zone, status), number
    return found


def day_shown(start: datetime, now: datetime, zone: str) -> date:
    """The day that lists of events to come show an event under, on its own clock: that of its
    start, or today when it began earlier."""
    clock = ZoneInfo(zone)
    return max(start.astimezone(clock).date(), now.astimezone(clock).date())


def _weekend(today: date) -> _Days:
    """This week's Saturday and Sunday; on these days with what goes on already."""
    saturday = today + (_SATURDAY - today.weekday()) * _DAY
    return (saturday if today < saturday else None), saturday + _DAY


def _on_days(events: EventQuerySet, now: datetime, days: Callable[[date], _Days]) -> EventQuerySet:
    """Those that start on the wanted days of their own clocks.

    All zones together make a few dozen spans of time. What lies in all of them needs no look at its
    zone, what lies in none is left out by an index.
    """
    spans: defaultdict[_Span, list[str]] = defaultdict(list)
    for zone in _zones():
        first, last = days(now.astimezone(zone).date())
        begins = _midnight(first, zone) if first else None
        ends = _midnight(last + _DAY, zone) if last else None
        spans[begins, ends].append(zone.key)
    earliest = [begins for begins, _ in spans if begins]
    latest = [ends for _, ends in spans if ends]
    if len(spans) == 1:
        return events.filter(_within(next(iter(spans))))
    widest = (
        min(earliest) if len(earliest) == len(spans) else None,
        max(latest) if len(latest) == len(spans) else None,
    )
    in_all = (max(earliest, default=None), min(latest, default=None))
    fitting = _within(in_all)
    for span, names in spans.items():
        fitting |= Q(timezone__in=names) & _within(span)
    return events.filter(_within(widest), fitting)


def _within(span: _Span) -> Q:
    begins, ends = span
    within = Q(start_time__gte=begins) if begins else Q()
    return within & Q(start_time__lt=ends) if ends else within


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


@cache
def _zones() -> list[ZoneInfo]:
    return [ZoneInfo(name) for name in sorted(available_timezones())]

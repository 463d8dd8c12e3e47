"""When guests are reminded of an event, by the clock on its wall."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from events.models import Event

_DAY = 24


class Reminded(Protocol):
    """What the moments follow from."""

    @property
    def start_time(self) -> datetime: ...
    @property
    def timezone(self) -> str: ...
    @property
    def reminders(self) -> Iterable[int] | None: ...


def reminder_moment(event: Reminded, hours: int) -> datetime:
    """The moment so many hours before the start, in UTC. Whole days go by the clock on the wall: a
    day before 19:00 is 19:00, also where clocks change in between. What is left goes by elapsed
    time."""
    days, rest = divmod(hours, _DAY)
    zone = ZoneInfo(event.timezone)
    local = event.start_time.astimezone(zone).replace(tzinfo=None) - timedelta(days=days)
    return local.replace(tzinfo=zone).astimezone(UTC) - timedelta(hours=rest)


def due_reminders(event: Reminded, *, since: datetime, now: datetime) -> list[int]:
    """The reminders, by their hours, whose moments came after ``since`` and no later than now."""
    return [h for h in event.reminders or [] if since < reminder_moment(event, h) <= now]


def next_reminder(event: Reminded, now: datetime) -> datetime | None:
    """The first moment after now; None when none is left."""
    moments = (reminder_moment(event, hours) for hours in event.reminders or [])
    return min((moment for moment in moments if moment > now), default=None)


def settle_reminder(event_id: UUID, now: datetime) -> None:
    """Computes the next moment anew, from what is stored."""
    event = Event.objects.only("start_time", "timezone", "reminders").get(pk=event_id)
    Event.objects.filter(pk=event_id).update(next_reminder_at=next_reminder(event, now))

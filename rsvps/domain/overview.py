"""How the events of an organizer stand: what is coming, who waits, who answered."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, TextField
from django.db.models.functions import Cast, Substr

from accounts.domain.actors import Actor
from accounts.domain.organizers import organized_by
from events.models import Event
from events.querysets import BY_END
from rsvps.enums import Approval, Attendance
from rsvps.models import Rsvp

DAYS = 30
_MOST = 10
# Events whose queues are looked into for the longest waiting; the total counts all of them.
_QUEUES = 200


@dataclass(frozen=True, slots=True)
class ComingEvent:
    """An event that is not over. ``capacity`` is None when it is unlimited."""

    id: UUID
    title: str
    start_time: datetime
    timezone: str
    seats_taken: int
    capacity: int | None
    pending_count: int
    waitlisted_count: int


@dataclass(frozen=True, slots=True)
class WaitingGuest:
    """An answer that waits for approval."""

    id: UUID
    name: str
    guest_count: int
    event_id: UUID
    event_title: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """How many answers came in on a day (UTC)."""

    date: date
    answers: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The next events, those who wait longest and how many wait in all, answers by day, the last
    of them today."""

    coming: list[ComingEvent]
    waiting: list[WaitingGuest]
    waiting_in_all: int
    days: list[Day]

    @property
    def answers(self) -> int:
        """Answers of all the days."""
        return sum(day.answers for day in self.days)


def overview(actor: Actor, now: datetime) -> Overview:
    """What an organizer looks at first, of their tenant's events; of all events for root. Five
    queries, whatever there is."""
    alive = Event.objects.alias(end=BY_END).filter(end__gt=now, cancelled_at=None)
    events = organized_by(actor, alive, "tenant")
    columns = [field.name for field in fields(ComingEvent)]
    coming = events.order_by("end", "id").values_list(*columns)[:_MOST]
    queues = events.filter(pending_count__gt=0).order_by("end", "id")
    waiting = list(queues.values_list("id", "pending_count"))
    return Overview(
        coming=[ComingEvent(*row) for row in coming],
        waiting=_waiting([event_id for event_id, _ in waiting[:_QUEUES]]),
        waiting_in_all=sum(count for _, count in waiting),
        days=_days(actor, now),
    )


def _waiting(event_ids: list[UUID]) -> list[WaitingGuest]:
    columns = ("id", "name", "guest_count", "event_id", "event__title", "created_at")
    # Every attendance is named so that the index on answers leads straight to the pending ones.
    queue = Rsvp.objects.filter(
        event_id__in=event_ids, attendance__in=Attendance.values, approval=Approval.PENDING
    )
    rows = queue.order_by("created_at", "id").values_list(*columns)[:_MOST]
    return [WaitingGuest(*row) for row in rows]


def _days(actor: Actor, now: datetime) -> list[Day]:
    first = now.astimezone(UTC).date() - timedelta(days=DAYS - 1)
    since = datetime(first.year, first.month, first.day, tzinfo=UTC)
    answers = organized_by(actor, Rsvp.objects.filter(created_at__gte=since), "event__tenant")
    # Both databases write a moment in UTC, the date first; SQLite has no faster way to a day.
    counted: dict[str, int] = dict(
        answers.order_by()
        .annotate(day=Substr(Cast("created_at", TextField()), 1, len("2030-12-31")))
        .values("day")
        .annotate(answers=Count("id"))
        .values_list("day", "answers")
    )
    days = [first + timedelta(days=number) for number in range(DAYS)]
    return [Day(day, counted.get(day.isoformat(), 0)) for day in days]

"""The search index, and what events keep of other rows, made anew from these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from config.fulltext import is_sound, merge, rebuild
from events.domain.hosts import keep_cohosts, shown_cohosts
from events.domain.reminders import next_reminder, settle_reminder
from events.domain.search import index_events, unindexed, unindexed_between
from events.models import Event, SearchText
from operations.recount import event_batches, find_differences

# Events that are held at a time: a fraction of a second.
_BATCH = 500

Ids = Sequence[UUID]
Progress = Callable[[int, int], None]


class Reindexed(NamedTuple):
    """How many events were looked at; of how many the words they are found by, the names of
    co-hosts and the next reminder were wrong; how many counters were; and whether SQLite's
    full-text table was damaged."""

    events: int
    search: int
    cohosts: int
    reminders: int
    counters: int
    index_rebuilt: bool


def reindex(progress: Progress = lambda done, of: None) -> Reindexed:
    """Compares all of it with the rows it follows from and corrects what differs.

    500 events are read at a time, and only those that differ are held, so the instance can be in
    use. Then SQLite's index forgets the words that are gone. ``progress`` is told after each batch
    how many events are done, and of how many. Generated columns such as ``over_at`` are not looked
    at: the databases let nothing else stand there.
    """
    of, events, now = Event.objects.count(), 0, timezone.now()
    wrong = Counter[str]()
    for batch in event_batches(_BATCH):
        wrong["cohosts"] += _correct(batch, _wrong_cohosts, _keep_cohosts)
        wrong["search"] += _correct(batch, unindexed, index_events)
        wrong["reminders"] += _correct(
            batch, partial(_wrong_reminders, now=now), partial(_settle_reminders, now=now)
        )
        events += len(batch)
        progress(events, max(of, events))
    wrong["counters"] = len(find_differences(fix=True))
    damaged = not is_sound(SearchText)
    if damaged:
        rebuild(SearchText)
    merge(SearchText)
    return Reindexed(events, **wrong, index_rebuilt=damaged)


def is_in_step() -> bool:
    """Whether every event is found by the words it should be. Three queries for each 500."""
    batches = event_batches(_BATCH)
    return is_sound(SearchText) and not any(
        unindexed_between(batch[0], batch[-1]) for batch in batches
    )


def _correct(
    event_ids: Ids, wrong_of: Callable[[Ids], list[UUID]], correct: Callable[[Ids], None]
) -> int:
    """How many were wrong. They are looked at once more when they are held."""
    suspects = wrong_of(event_ids)
    if not suspects:
        return 0
    with transaction.atomic():
        held = Event.objects.filter(pk__in=suspects).order_by("id").select_for_update()
        wrong = wrong_of(list(held.values_list("id", flat=True)))
        correct(wrong)
    return len(wrong)


def _wrong_cohosts(event_ids: Ids) -> list[UUID]:
    shown = shown_cohosts(event_ids)
    stored = Event.objects.filter(pk__in=event_ids).order_by("id")
    names = stored.values_list("id", "cohost_names")
    return [event_id for event_id, has in names if has != shown.get(event_id, [])]


def _keep_cohosts(event_ids: Ids) -> None:
    for event_id in event_ids:
        keep_cohosts(event_id)


def _wrong_reminders(event_ids: Ids, *, now: datetime) -> list[UUID]:
    """But for those that are due: the worker sends them and moves on."""
    events = Event.objects.filter(pk__in=event_ids).exclude(next_reminder_at__lte=now)
    columns = ("start_time", "timezone", "reminders", "next_reminder_at")
    return [
        event.pk
        for event in events.only(*columns).order_by("id")
        if event.next_reminder_at != next_reminder(event, now)
    ]


def _settle_reminders(event_ids: Ids, *, now: datetime) -> None:
    for event_id in event_ids:
        settle_reminder(event_id, now)

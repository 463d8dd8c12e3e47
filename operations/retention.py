"""What is kept of events that are long over: at first everything, then totals, then nothing.

Guests' answers are made anonymous rather than deleted, so an event's counters stay true. Events are
deleted whole, with everything that belongs to them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from access.imported import dead_tokens
from access.models import StoredResponse
from accounts.domain.devices import forget_devices
from comments.domain.anonymising import anonymise, blank_history, personal, visitors_notes
from comments.domain.erasing import delete_event
from comments.models import Report
from config.errors import Invalid, NotFound, flaw
from events.domain.images import discard_images, unused_images
from events.models import Event
from events.querysets import EventQuerySet
from notify.domain.mail.limiting import KEPT
from notify.models import Mail
from outbox.domain.taking import forget_changes
from rsvps.domain.keeping import forget_kept
from rsvps.models import Invitation, Rsvp

Done = TypeVar("Done")
_BATCH = 500
_MOST_DAYS = 36_500


class Purged(NamedTuple):
    """How many of each went, or would go: answers made anonymous, events deleted and the answers
    deleted with them, finished background tasks, records of mails sent, responses kept for retries
    that expired, changes that the feed no longer tells, images that nothing shows, browsers that
    nobody used, what others kept of events long over, and digests of other servers' links that open
    nothing any more."""

    anonymised_rsvps: int = 0
    deleted_events: int = 0
    deleted_rsvps: int = 0
    deleted_tasks: int = 0
    deleted_mail_records: int = 0
    deleted_responses: int = 0
    deleted_changes: int = 0
    deleted_images: int = 0
    forgotten_devices: int = 0
    deleted_kept_events: int = 0
    deleted_imported_tokens: int = 0


def purge(
    *, now: datetime, anonymise: bool = True, delete: bool = True, dry_run: bool = True
) -> Purged:
    """Removes what has been kept for long enough; with ``dry_run`` only counts it.

    ``anonymise`` takes the guests out of events over for RETAIN_RSVP_DAYS and removes finished
    mail tasks of that age, whose errors may name addresses; ``delete`` erases events over for
    RETAIN_EVENT_DAYS. A setting that is None keeps. Images that nothing shows go in any case, and
    so do records of mails that no limit needs any more, responses that no retry gets any more, and
    changes older than the feed tells.
    Each event is one transaction. Raises Invalid for a setting below 1.
    """
    rsvp_cutoff = _cutoff("RETAIN_RSVP_DAYS", now) if anonymise else None
    event_cutoff = _cutoff("RETAIN_EVENT_DAYS", now) if delete else None
    old = Event.objects.over(event_cutoff) if event_cutoff else Event.objects.none()
    events, rsvps = _delete(old, dry_run)
    kept = Event.objects.over(rsvp_cutoff) if rsvp_cutoff else Event.objects.none()
    if event_cutoff:
        kept = kept.not_over(event_cutoff)
    return Purged(
        anonymised_rsvps=_anonymise_all(kept, dry_run),
        deleted_events=events,
        deleted_rsvps=rsvps,
        deleted_tasks=_forget_tasks(rsvp_cutoff, dry_run) if rsvp_cutoff else 0,
        deleted_mail_records=_forget_mails(now, dry_run),
        deleted_responses=_forget_responses(now, dry_run),
        deleted_changes=forget_changes(now, dry_run=dry_run),
        deleted_images=_discard_unused(now, dry_run),
        forgotten_devices=forget_devices(now, dry_run=dry_run),
        deleted_kept_events=forget_kept(now, dry_run=dry_run),
        deleted_imported_tokens=_forget_tokens(dry_run),
    )


def _cutoff(setting: str, now: datetime) -> datetime | None:
    days = getattr(settings, setting)
    if days is None:
        return None
    if not 1 <= days <= _MOST_DAYS:
        raise Invalid({setting: flaw("not_between", lowest=1, highest=_MOST_DAYS)})
    return now - timedelta(days=days)


def _anonymise_all(events: EventQuerySet, dry_run: bool) -> int:
    answers = personal(Rsvp.objects.filter(event__in=events.order_by()))
    if dry_run:
        return answers.count()
    within = {"event__in": events.order_by()}
    held = (
        answers,
        Invitation.objects.filter(**within),
        Report.objects.filter(**within).exclude(text="", email=""),
        visitors_notes().filter(**within),
    )
    ids = {id for rows in held for id in rows.order_by().values_list("event_id", flat=True)}
    return sum(_unless_gone(anonymise, event_id) or 0 for event_id in sorted(ids))


def _delete(events: EventQuerySet, dry_run: bool) -> tuple[int, int]:
    """(events, RSVPs with them)"""
    rsvps = Rsvp.objects.filter(event__in=events.order_by()).count()
    ids = list(events.order_by("start_time", "id").values_list("id", flat=True))
    if not dry_run:
        for event_id in ids:
            _unless_gone(_delete_one, event_id)
    return len(ids), rsvps


def _delete_one(*, event_id: UUID) -> None:
    with transaction.atomic():
        blank_history(Rsvp.objects.of_event(event_id).values_list("id", flat=True))
        delete_event(event_id=event_id)


def _unless_gone(act: Callable[..., Done], event_id: UUID) -> Done | None:
    try:
        return act(event_id=event_id)
    except NotFound:  # deleted since it was listed
        return None


def _forget_tasks(cutoff: datetime, dry_run: bool) -> int:
    tasks = DBTaskResult.objects.finished().filter(finished_at__lt=cutoff)
    return tasks.count() if dry_run else tasks.delete()[0]


def _forget_mails(now: datetime, dry_run: bool) -> int:
    mails = Mail.objects.done().filter(created_at__lt=now - KEPT)
    return mails.count() if dry_run else mails.delete()[0]


def _forget_responses(now: datetime, dry_run: bool) -> int:
    responses = StoredResponse.objects.filter(expires_at__lte=now)
    return responses.count() if dry_run else responses.delete()[0]


def _forget_tokens(dry_run: bool) -> int:
    tokens = dead_tokens()
    return tokens.count() if dry_run else tokens.delete()[0]


def _discard_unused(now: datetime, dry_run: bool) -> int:
    ids = list(unused_images(now).values_list("id", flat=True))
    if dry_run:
        return len(ids)
    for start in range(0, len(ids), _BATCH):
        with transaction.atomic():
            batch = ids[start : start + _BATCH]
            discard_images(unused_images(now).filter(pk__in=batch).values_list("id", flat=True))
    return len(ids)

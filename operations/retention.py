"""What is kept of events that are long over: at first everything, then totals, then nothing.

Guests' answers are made anonymous rather than deleted, so an event's counters stay true. Events are
deleted whole, with everything that belongs to them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django_tasks_db.models import DBTaskResult

from access.models import StoredResponse
from accounts.domain.devices import forget_devices
from comments.domain.comments import erase_comments
from comments.domain.erasing import delete_event
from comments.enums import MessageType
from comments.models import Comment, Message, Report
from config.errors import Invalid, NotFound, flaw
from events.domain.images import discard_images, unused_images
from events.domain.locking import locked_event, touch
from events.models import Event
from events.querysets import EventQuerySet
from notify.domain.mail.limiting import KEPT
from notify.models import Mail
from outbox.domain.emitting import tell, tell_all
from outbox.domain.taking import forget_changes
from outbox.enums import Kind
from rsvps.domain.keeping import forget_kept
from rsvps.models import Invitation, KeptEvent, Rsvp
from rsvps.querysets import RsvpQuerySet

Done = TypeVar("Done")
ANONYMOUS = "Guest"
REMOVED = "Removed."
_BATCH = 500
_MOST_DAYS = 36_500
_EMPTY: dict[str, Any] = {
    "name": ANONYMOUS,
    "email": "",
    "pronouns": "",
    "note": "",
    "guest_names": [],
    "answers": {},
    "user": None,
}
# Whoever still has one of these can be told from others.
_PERSONAL = ~Q(name=ANONYMOUS) | ~Q(email="") | ~Q(pronouns="") | ~Q(note="")
_PERSONAL |= ~Q(answers={}) | ~Q(guest_names=[]) | Q(user__isnull=False)


class Purged(NamedTuple):
    """How many of each went, or would go: answers made anonymous, events deleted and the answers
    deleted with them, finished background tasks, records of mails sent, responses kept for retries
    that expired, changes that the feed no longer tells, images that nothing shows, browsers that
    nobody used, and what others kept of events long over."""

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
    )


def anonymise(*, event_id: UUID) -> int:
    """Takes every guest's traces out of an event: names, addresses, notes, form answers, accounts,
    what was written to and by them, whom they invited, what visitors reported, and what the admin's
    history says of them. Their comments are deleted, their links and tickets die. Attendance,
    approval, party and check-ins stay, and so do the counters. How many answers it touched. Raises
    NotFound."""
    with locked_event(event_id) as event:
        answers = _personal(Rsvp.objects.of_event(event_id))
        told = [(event, rsvp_id) for rsvp_id in answers.values_list("id", flat=True)]
        renewed = {name: F(name) + 1 for name in ("token_version", "edit_version")}
        touched = answers.update(**_EMPTY, **renewed)
        Invitation.objects.filter(event_id=event_id).delete()
        Report.objects.filter(event_id=event_id).update(email="", text="")
        if touched:
            private = Q(rsvp__isnull=False) | Q(type=MessageType.VISITOR_NOTE)
            Message.objects.filter(private, event_id=event_id).update(content=REMOVED)
            KeptEvent.objects.filter(event_id=event_id, rsvp__isnull=False).delete()
            erase_comments(Comment.objects.filter(rsvp__event_id=event_id))
            _blank_history(event_id)
            touch(event_id, edited=False)
            tell(event, Kind.EVENT_UPDATED, parts=["guests"])
            tell_all(told, Kind.RSVP_UPDATED)
    return touched


def _cutoff(setting: str, now: datetime) -> datetime | None:
    days = getattr(settings, setting)
    if days is None:
        return None
    if not 1 <= days <= _MOST_DAYS:
        raise Invalid({setting: flaw("not_between", lowest=1, highest=_MOST_DAYS)})
    return now - timedelta(days=days)


def _personal(answers: RsvpQuerySet) -> RsvpQuerySet:
    """Answers that tell who gave them."""
    talked = Message.objects.filter(rsvp=OuterRef("pk")).exclude(content=REMOVED)
    said = Comment.objects.filter(rsvp=OuterRef("pk"))
    return answers.filter(_PERSONAL | Exists(talked) | Exists(said))


def _anonymise_all(events: EventQuerySet, dry_run: bool) -> int:
    answers = _personal(Rsvp.objects.filter(event__in=events.order_by()))
    if dry_run:
        return answers.count()
    within = {"event__in": events.order_by()}
    personal = (
        answers,
        Invitation.objects.filter(**within),
        Report.objects.filter(**within).exclude(text="", email=""),
    )
    ids = {id for rows in personal for id in rows.order_by().values_list("event_id", flat=True)}
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
        _blank_history(event_id)
        delete_event(event_id=event_id)


def _blank_history(event_id: UUID) -> None:
    """The admin's history calls a guest by name; entries outlive the answer."""
    ids = [str(id) for id in Rsvp.objects.of_event(event_id).values_list("id", flat=True)]
    history = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Rsvp))
    for start in range(0, len(ids), _BATCH):
        entries = history.filter(object_id__in=ids[start : start + _BATCH])
        entries.update(object_repr=ANONYMOUS, change_message="")


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


def _discard_unused(now: datetime, dry_run: bool) -> int:
    ids = list(unused_images(now).values_list("id", flat=True))
    if dry_run:
        return len(ids)
    for start in range(0, len(ids), _BATCH):
        with transaction.atomic():
            batch = ids[start : start + _BATCH]
            discard_images(unused_images(now).filter(pk__in=batch).values_list("id", flat=True))
    return len(ids)

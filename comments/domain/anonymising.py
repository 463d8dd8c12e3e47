"""Taking people out of events: what they said of themselves goes, what is counted stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from comments.domain.comments import erase_comments
from comments.enums import MessageType
from comments.models import Comment, Message, Report
from events.domain.locking import LockedEvent, locked_event, touch
from outbox.domain.emitting import tell, tell_all
from outbox.enums import Kind
from rsvps.models import Invitation, KeptEvent, Rsvp
from rsvps.querysets import RsvpQuerySet

ANONYMOUS = "Guest"
REMOVED = "Removed."
_BATCH = 500
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


def anonymise(*, event_id: UUID) -> int:
    """Takes every guest's traces out of an event: what anonymise_answers() does, whom they invited,
    and what visitors wrote and reported. How many answers it touched. Raises NotFound."""
    with locked_event(event_id) as event:
        Invitation.objects.filter(event_id=event_id).delete()
        Report.objects.filter(event_id=event_id).update(email="", text="")
        touched = anonymise_answers(event, Rsvp.objects.of_event(event_id))
        if visitors_notes().filter(event_id=event_id).update(content=REMOVED) and not touched:
            touch(event_id, edited=False)
    return touched


def anonymise_answers(event: LockedEvent, answers: RsvpQuerySet) -> int:
    """Takes the guests' traces out of these answers to the event, which is held: names, addresses,
    notes, form answers, accounts, what was written to and by them, and what the admin's history
    says of them. Their comments are deleted, their links and tickets die. Attendance, approval,
    party and check-ins stay, and so do the counters. How many answers it touched."""
    touched = list(personal(answers).order_by().values_list("id", flat=True))
    renewed = {name: F(name) + 1 for name in ("token_version", "edit_version")}
    for ids in _batches(touched):
        Rsvp.objects.filter(pk__in=ids).update(**_EMPTY, **renewed)
        Message.objects.filter(rsvp__in=ids).update(content=REMOVED)
        KeptEvent.objects.filter(rsvp__in=ids).delete()
        erase_comments(Comment.objects.filter(rsvp__in=ids))
    blank_history(touched)
    if touched:
        touch(event.id, edited=False)
        tell(event, Kind.EVENT_UPDATED, parts=["guests"])
        tell_all(((event, id) for id in touched), Kind.RSVP_UPDATED)
    return len(touched)


def personal(answers: RsvpQuerySet) -> RsvpQuerySet:
    """Those of these answers that tell who gave them."""
    talked = Message.objects.filter(rsvp=OuterRef("pk")).exclude(content=REMOVED)
    said = Comment.objects.filter(rsvp=OuterRef("pk"))
    return answers.filter(_PERSONAL | Exists(talked) | Exists(said))


def visitors_notes() -> QuerySet[Message]:
    """What visitors wrote to hosts, under their names and addresses."""
    return Message.objects.filter(type=MessageType.VISITOR_NOTE).exclude(content=REMOVED)


def blank_history(rsvp_ids: Iterable[UUID]) -> None:
    """The admin's history calls a guest by name; entries outlive the answer."""
    history = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Rsvp))
    for ids in _batches(rsvp_ids):
        entries = history.filter(object_id__in=[str(id) for id in ids])
        entries.update(object_repr=ANONYMOUS, change_message="")


def _batches(ids: Iterable[UUID]) -> Iterator[Sequence[UUID]]:
    rest = iter(ids)
    while batch := list(islice(rest, _BATCH)):
        yield batch

"""Erasing an event with everything on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from comments.domain.comments import erase_comments
from comments.models import Comment, Message
from events.domain.hosts import is_trusted
from events.domain.images import discard_unshown
from events.domain.locking import locked_event
from events.domain.notices import NOBODY, Notice
from events.domain.series import held_series, leave_series, settle_series
from events.domain.visibility import PlaceGuards
from events.enums import Notify
from events.fields import EVENT
from events.models import Event
from outbox.domain.emitting import tell
from outbox.enums import Kind
from rsvps.domain.changes import erased_answers
from rsvps.models import Rsvp


def delete_event(
    *,
    event_id: UUID,
    if_version: int | None = None,
    notice: Notice = NOBODY,
    by_hand: bool = True,
) -> None:
    """Erases the event with its RSVPs, messages, comments, links and tiers, for good.
    ``if_version`` is as in locked_event(). Until mail has told them, the names and addresses of
    those whom ``notice`` names are kept. ``by_hand`` is whether an occurrence is erased by itself:
    then its series does not make it again, and goes with the last of its occurrences."""
    series_id = Event.objects.values_list("series_id", flat=True).filter(pk=event_id).first()
    # The series first, the event second: see held_series().
    with held_series(series_id) as series, locked_event(event_id, if_version) as event:
        posts = Message.objects.filter(event_id=event_id).values_list("id", flat=True)
        erase_comments(Comment.objects.on_event(event_id) | Comment.objects.on_posts(posts))
        stored = Event.objects.get(pk=event_id)
        erased = _erased(stored, notice)
        if by_hand:
            leave_series(series, stored, timezone.now())
        stored.rsvps.all().delete()
        stored.delete()
        if stored.cover_id:
            discard_unshown(stored.cover_id)
        if by_hand:
            settle_series(series)
        tell(event, Kind.EVENT_DELETED, erased=erased, **notice.told)


def _erased(event: Event, notice: Notice) -> dict[str, Any]:
    """What mail must know to tell the guests: who they are, and the event's entry in their
    calendars, with the next SEQUENCE. Read before they are deleted."""
    silent = notice.notify == Notify.NONE or event.taken_down_at is not None
    if not settings.MAIL_ENABLED or silent:
        return {}
    told = {field.name: getattr(event, field.name) for field in EVENT if field.in_calendar}
    for name in ("id", "host_name", *PlaceGuards._fields, "created_at"):
        told[name] = getattr(event, name)
    told |= {"sequence": event.sequence + 1, "is_trusted": is_trusted(event)}
    return {
        "event": told,
        **erased_answers(Rsvp.objects.of_event(event.id).reached_by(notice.notify)),
    }

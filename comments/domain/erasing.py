"""Erasing an event with everything on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings

from comments.models import Comment, Message
from events.domain.hosts import is_trusted
from events.domain.images import discard_unshown
from events.domain.locking import locked_event
from events.domain.news import UNTOLD, News
from events.enums import Audience
from events.fields import EVENT
from events.models import Event
from outbox.domain.emitting import tell
from outbox.enums import Kind
from rsvps.domain.changes import erased_answers
from rsvps.models import Rsvp


def delete_event(*, event_id: UUID, news: News = UNTOLD) -> None:
    """Erases the event with its RSVPs, messages, comments, links and tiers, for good."""
    with locked_event(event_id) as event:
        Comment.objects.on_event(event_id).delete()
        posts = Message.objects.filter(event_id=event_id).values_list("id", flat=True)
        Comment.objects.on_posts(posts).delete()
        stored = Event.objects.get(pk=event_id)
        erased = _erased(stored, news)
        stored.rsvps.all().delete()
        stored.delete()
        if stored.cover_id:
            discard_unshown(stored.cover_id)
        tell(event, Kind.EVENT_DELETED, erased=erased, **news.told)


def _erased(event: Event, news: News) -> dict[str, Any]:
    """What mail must know to tell the guests: who they are, and the event's entry in their
    calendars, with the next SEQUENCE. Read before they are deleted."""
    if not settings.MAIL_ENABLED or news.audience == Audience.NONE:
        return {}
    told = {field.name: getattr(event, field.name) for field in EVENT if field.in_calendar}
    for name in ("id", "host_name", "approval_required", "hide_location", "created_at"):
        told[name] = getattr(event, name)
    told |= {"sequence": event.sequence + 1, "is_trusted": is_trusted(event)}
    return {"event": told, **erased_answers(Rsvp.objects.audience(event.id, news.audience))}

"""What organizers do with answers, told where they read it. The one module of this app that knows
messages, which belong to an app to its right: the line is written in the transaction of the act."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from comments.enums import Author, MessageType, MessageVisibility
from comments.models import Comment, Message
from outbox.domain.emitting import Concerned, tell_all
from outbox.enums import Kind


def note_act(*, event_id: UUID, rsvp_id: UUID, content: str) -> None:
    """A line in the organizers' log."""
    Message.objects.log(event_id=event_id, rsvp_id=rsvp_id, content=content)


def note_acts(*, event_id: UUID, contents: Mapping[UUID, str]) -> None:
    """A line for each of these answers."""
    Message.objects.log_all(event_id=event_id, contents=contents)


def hand_over_words(rsvp_id: UUID, to: UUID) -> None:
    """What was written about one answer, and to and by its guest, is another's from now on."""
    Message.objects.filter(rsvp_id=rsvp_id).update(rsvp_id=to)
    Comment.objects.filter(rsvp_id=rsvp_id).update(rsvp_id=to)


def erase_comments_of(event: Concerned, rsvp_id: UUID) -> None:
    """Removes what a guest said on the event."""
    gone = list(Comment.objects.filter(rsvp_id=rsvp_id).values_list("id", flat=True))
    if gone:
        Comment.objects.filter(pk__in=gone).delete()
        tell_all([(event, comment_id) for comment_id in gone], Kind.COMMENT_DELETED)


def give_reason(*, event_id: UUID, rsvp_id: UUID, reason: str) -> None:
    """Why an answer was declined, for its guest."""
    Message.objects.create(
        event_id=event_id,
        rsvp_id=rsvp_id,
        author=Author.ORGANIZER,
        type=MessageType.REJECTION_REASON,
        visibility=MessageVisibility.ATTENDEE,
        content=reason,
    )

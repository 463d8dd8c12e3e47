"""Comments on any content. Which thread the caller may reach, and as whom, is asked in
access/comments.py."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from comments import limits
from comments.domain.moderation import moderate, rules_of
from comments.errors import CommentsClosed
from comments.models import EVENT, POST, Comment
from config.errors import NotAllowed, NotFound
from config.text import clean_text
from events.domain.locking import LockedEvent, locked_event, touch
from events.models import Event
from outbox.domain.emitting import emit, tell
from outbox.enums import Kind
from outbox.models import Change
from rsvps.enums import Approval
from rsvps.models import Rsvp


class Commenter(NamedTuple):
    """Who comments: an account, a guest by their RSVP, or by ``name`` whoever holds a link to the
    organizer's page. ``by_host`` says that they organize the event."""

    user_id: UUID | None = None
    rsvp_id: UUID | None = None
    name: str = ""
    by_host: bool = False


def post_comment(
    *, thread: tuple[str, str], by: Commenter, tenant_id: UUID | None, content: str
) -> UUID:
    """A comment in a thread (content type, content id) that its author may reach; its id. It has to
    pass the moderation of its tenant, or without one that of the instance.

    On an event: raises CommentsClosed where it takes none, NotFound when the event or the guest's
    RSVP is gone, NotAllowed for a guest who was declined. Raises Invalid and CommentRejected.
    """
    text = clean_text(content, field="content", limit=limits.COMMENT, required=True, multiline=True)
    # No transaction meanwhile: a moderator may be slow.
    moderate(text, rules_of(tenant_id))
    comment = Comment(
        tenant_id=tenant_id,
        content_type=thread[0],
        content_id=thread[1],
        author_id=by.user_id,
        rsvp_id=by.rsvp_id,
        name=by.name,
        by_host=by.by_host,
        body=text,
    )
    event_id = event_of_thread(*thread)
    if event_id is None:
        _save_elsewhere(comment)
        return comment.id
    with locked_event(event_id) as event:
        _ensure_may_comment(event, by)
        comment.save(force_insert=True)
        touch(event_id, edited=False)
        tell(event, Kind.COMMENT_CREATED, comment.id)
    return comment.id


def delete_comment(*, comment_id: UUID) -> None:
    """Removes a comment; the caller has shown to be its author, to organize its event, or to be an
    admin."""
    comment = Comment.objects.filter(pk=comment_id).first()
    if comment is None:
        return
    event_id = event_of_thread(comment.content_type, comment.content_id)
    with transaction.atomic():
        if event_id is not None:
            held = Event.objects.select_for_update().filter(pk=event_id).order_by()
            if list(held.values_list("pk")):
                touch(event_id, edited=False)
        comment.delete()


def may_speak(approval: str | None) -> bool:
    """Whether an answer of this approval lets its guest comment; None is an account without one."""
    return approval != Approval.REJECTED


def event_of_thread(content_type: str, content_id: str) -> UUID | None:
    """The event of ours that a thread is about; None for any other content, and for a number."""
    numbered = content_id.lstrip("-").isdigit()
    return None if content_type != EVENT or numbered else UUID(content_id)


def _ensure_may_comment(event: LockedEvent, by: Commenter) -> None:
    if not event.comments_enabled:
        raise CommentsClosed
    if by.by_host:
        return
    own = {"pk": by.rsvp_id} if by.rsvp_id is not None else {"user_id": by.user_id}
    approval = Rsvp.objects.of_event(event.id).filter(**own).values_list("approval", flat=True)
    answered = approval.first()
    if by.rsvp_id is not None and answered is None:
        raise NotFound("rsvp_not_found")
    if not may_speak(answered):
        raise NotAllowed("declined_guests_comment_not")


def _save_elsewhere(comment: Comment) -> None:
    with transaction.atomic():
        comment.save(force_insert=True)
        event_id, channel_id = _event_of_post(comment)
        emit(
            [
                Change(
                    kind=Kind.COMMENT_CREATED,
                    tenant_id=comment.tenant_id,
                    channel_id=channel_id,
                    event_id=event_id,
                    object_id=comment.id,
                )
            ]
        )


def _event_of_post(comment: Comment) -> tuple[UUID | None, UUID | None]:
    """The event that a comment is on by one of its announcements, and its channel."""
    if comment.content_type != POST or comment.content_id.lstrip("-").isdigit():
        return None, None
    events = Event.objects.filter(messages__id=comment.content_id)
    return events.values_list("id", "channel_id").first() or (None, None)

"""Comments on any content. Which thread the caller may reach, and as whom, is asked in
access/comments.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from comments import limits
from comments.domain.moderation import moderate, rules_of
from comments.errors import CommentsClosed
from comments.models import EVENT, POST, Comment, CommentQuerySet
from config.errors import NotAllowed, NotFound
from config.text import clean_text
from events.domain.locking import LockedEvent, locked_event, touch
from events.models import Event
from outbox.domain.emitting import emit, tell
from outbox.enums import Kind
from outbox.models import Change
from rsvps.enums import Approval
from rsvps.models import Rsvp

_BATCH = 500


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
        erase_comments(Comment.objects.filter(pk=comment_id))


def erase_comments(comments: CommentQuerySet) -> None:
    """Removes comments, and tells the organisations of those who wrote them. Call in a
    transaction."""
    gone = list(comments.only("tenant_id", "content_type", "content_id"))
    tell_comments(Kind.COMMENT_DELETED, gone)
    for start in range(0, len(gone), _BATCH):
        ids = [comment.pk for comment in gone[start : start + _BATCH]]
        Comment.objects.filter(pk__in=ids).delete()


def tell_comments(kind: Kind, comments: Iterable[Comment], **data: Any) -> None:
    """Says that this happened to these comments. ``data`` is as in Change. Call in a transaction,
    while what they are on is there."""
    happened = [comment for comment in comments if comment.tenant_id is not None]
    events = _events_of(happened)
    emit(
        Change(
            kind=kind,
            tenant_id=comment.tenant_id,
            event_id=event_id,
            channel_id=channel_id,
            object_id=comment.pk,
            data=data,
        )
        for comment in happened
        for event_id, channel_id in [events.get(_on(comment), (None, None))]
    )


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
        tell_comments(Kind.COMMENT_CREATED, [comment])


_Place = tuple[str, str]


def _on(comment: Comment) -> _Place:
    return comment.content_type, comment.content_id


def _events_of(comments: Iterable[Comment]) -> dict[_Place, tuple[UUID, UUID | None]]:
    """The events that comments are on, themselves or by announcements, with their channels, by
    what the comments are on. Two queries at most for each 500."""
    found: dict[_Place, tuple[UUID, UUID | None]] = {}
    for content_type, path in ((EVENT, "pk"), (POST, "messages__id")):
        known = {c.content_id for c in comments if c.content_type == content_type}
        ids = [each for each in known if not each.lstrip("-").isdigit()]
        for start in range(0, len(ids), _BATCH):
            events = Event.objects.filter(**{f"{path}__in": ids[start : start + _BATCH]})
            for content_id, id, channel_id in events.values_list(path, "id", "channel_id"):
                found[content_type, str(content_id)] = id, channel_id
    return found

"""Comments on any content. Which thread the caller may reach is asked in access/comments.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Tenant
from comments import limits
from comments.domain.moderation import moderate
from comments.models import EVENT, POST, Comment, CommentQuerySet
from config.text import clean_text
from events.models import Event
from outbox.domain.emitting import emit
from outbox.enums import Kind
from outbox.models import Change

_BATCH = 500


def post_comment(*, thread: tuple[str, str], user_id: UUID, tenant_id: UUID, body: str) -> UUID:
    """A signed-in person's comment in a thread (content type, content id) they may reach; its id.
    Raises Invalid and CommentRejected."""
    text = clean_text(body, field="body", limit=limits.COMMENT, required=True, multiline=True)
    # No transaction meanwhile: a tenant's own moderator may be slow.
    moderate(text, Tenant.objects.get(pk=tenant_id))
    with transaction.atomic():
        comment = Comment.objects.create(
            tenant_id=tenant_id,
            content_type=thread[0],
            content_id=thread[1],
            author_id=user_id,
            body=text,
        )
        tell_comments(Kind.COMMENT_CREATED, [comment])
    return comment.id


def delete_comment(*, comment_id: UUID) -> None:
    """Removes a comment; the caller has shown to be its author or an admin."""
    with transaction.atomic():
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

"""Comments on any content. Which thread the caller may reach is asked in access/comments.py."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.models import Tenant
from comments import limits
from comments.domain.moderation import moderate
from comments.models import EVENT, POST, Comment
from config.text import clean_text
from events.models import Event
from outbox.domain.emitting import emit
from outbox.enums import Kind
from outbox.models import Change


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
        event_id, channel_id = _event_of(comment)
        emit(
            [
                Change(
                    kind=Kind.COMMENT_CREATED,
                    tenant_id=tenant_id,
                    channel_id=channel_id,
                    event_id=event_id,
                    object_id=comment.id,
                )
            ]
        )
    return comment.id


def delete_comment(*, comment_id: UUID) -> None:
    """Removes a comment; the caller has shown to be its author or an admin."""
    Comment.objects.filter(pk=comment_id).delete()


def _event_of(comment: Comment) -> tuple[UUID | None, UUID | None]:
    """The event that a comment is on, itself or by one of its announcements, and its channel."""
    if comment.content_type not in (EVENT, POST) or comment.content_id.lstrip("-").isdigit():
        return None, None
    events = Event.objects.filter(pk=comment.content_id)
    if comment.content_type == POST:
        events = Event.objects.filter(messages__id=comment.content_id)
    return events.values_list("id", "channel_id").first() or (None, None)

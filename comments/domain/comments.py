"""Comments on any content. Which thread the caller may reach is asked in access/comments.py."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Tenant
from comments import limits
from comments.domain.moderation import moderate
from comments.models import Comment
from config.text import clean_text


def post_comment(*, thread: tuple[str, str], user_id: UUID, tenant_id: UUID, body: str) -> UUID:
    """A signed-in person's comment in a thread (content type, content id) they may reach; its id.
    Raises Invalid and CommentRejected."""
    text = clean_text(body, field="body", limit=limits.COMMENT, required=True, multiline=True)
    # No transaction meanwhile: a tenant's own moderator may be slow.
    moderate(text, Tenant.objects.get(pk=tenant_id))
    comment = Comment.objects.create(
        tenant_id=tenant_id,
        content_type=thread[0],
        content_id=thread[1],
        author_id=user_id,
        body=text,
    )
    return comment.id


def delete_comment(*, comment_id: UUID) -> None:
    """Removes a comment; the caller has shown to be its author or an admin."""
    Comment.objects.filter(pk=comment_id).delete()

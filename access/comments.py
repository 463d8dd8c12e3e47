"""Which comments and threads a caller may reach."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from access.events import event_for
from accounts.domain.actors import Actor
from comments import limits
from comments.enums import MessageVisibility
from comments.models import EVENT, POST, Comment, Message
from config.errors import Invalid, NotAllowed, NotFound, flaw
from config.text import is_slug
from events.rows import EventRow

_LARGEST = 2**63 - 1


class Thread(NamedTuple):
    """A thread that the caller may reach. ``private`` when it is about a private event."""

    content_type: str
    content_id: str
    private: bool = False


def deletable_comment(actor: Actor, comment_id: UUID) -> UUID:
    """The id of a comment the caller may remove: one's own, or any as an admin (a superuser, or an
    organizer within the tenant). Raises NotFound, also for another tenant's and for one on an event
    that a limited key does not reach, and NotAllowed."""
    comment = Comment.objects.filter(pk=comment_id).first()
    if comment is None or not _within(actor, comment):
        raise NotFound("comment_not_found")
    moderates = actor.is_root or (
        actor.staff_of is not None and actor.staff_of == comment.tenant_id
    )
    if comment.author_id != actor.user_id and not moderates:
        raise NotAllowed("not_your_comment")
    return comment.id


def _within(actor: Actor, comment: Comment) -> bool:
    if actor.tenant_id is not None and comment.tenant_id != actor.tenant_id:
        return False
    if actor.channel_id is None or comment.content_type not in (EVENT, POST):
        return True
    try:
        thread_of(actor, comment.content_type, comment.content_id)
    except (NotFound, Invalid):
        return False
    return True


def thread_of(actor: Actor, content_type: str, content_id: object) -> Thread:
    """The thread as stored. ``content_id`` is an integer, or the UUID of an event
    that the caller may open, or of a post (a public announcement) of one. Raises Invalid and
    NotFound."""
    if len(content_type) > limits.CONTENT_TYPE or not is_slug(content_type):
        raise Invalid({"content_type": "not_a_slug"})
    if isinstance(content_id, int) and not isinstance(content_id, bool):
        if abs(content_id) > _LARGEST:
            raise Invalid({"content_id": flaw("not_between", lowest=-_LARGEST, highest=_LARGEST)})
        return Thread(content_type, str(content_id))
    if content_type not in (EVENT, POST) or not isinstance(content_id, str | UUID):
        raise Invalid({"content_id": "not_whole"})
    try:
        id = content_id if isinstance(content_id, UUID) else UUID(content_id)
    except ValueError:
        raise Invalid({"content_id": "not_a_content_id"}) from None
    event = _event_of_post(actor, id) if content_type == POST else event_for(actor, id)
    return Thread(content_type, str(id), event.is_private)


def _event_of_post(actor: Actor, post_id: UUID) -> EventRow:
    """The event of a public announcement, when the caller may open it. Raises NotFound."""
    posts = Message.objects.filter(pk=post_id, visibility=MessageVisibility.PUBLIC)
    event_id = posts.values_list("event_id", flat=True).first()
    try:
        if event_id is None:
            raise NotFound
        return event_for(actor, event_id)
    except NotFound:
        raise NotFound("post_not_found") from None

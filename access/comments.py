"""Which comments and threads a caller may reach."""

from __future__ import annotations

from typing import NamedTuple, Protocol, cast
from uuid import UUID

from access.events import SeenEvent, event_for, refusal
from access.standing import own_rsvp, standing
from accounts.domain.actors import Actor
from comments import limits
from comments.domain.comments import Commenter, event_of_thread, may_speak
from comments.enums import MessageVisibility
from comments.facts import CommentFacts, comment_facts
from comments.models import EVENT, POST, Comment, Message
from comments.rows import CommentRow, comment_rows
from config.errors import Invalid, NotAllowed, NotFound, Unauthenticated, flaw
from config.text import is_slug
from events.enums import Standing
from events.rows import EventRow, event_row, link_row
from rsvps.rows import RsvpRow

_LARGEST = 2**63 - 1


class Written(Protocol):
    """What tells who wrote a comment."""

    @property
    def user_id(self) -> UUID | None: ...
    @property
    def rsvp_id(self) -> UUID | None: ...


class Thread(NamedTuple):
    """A thread that the caller may reach, and the event of ours that it is on, itself or by one of
    its announcements."""

    content_type: str
    content_id: str
    event: SeenEvent | None = None

    @property
    def private(self) -> bool:
        """Whether it is about a private event."""
        return self.event is not None and self.event.row.is_private

    @property
    def hidden(self) -> bool:
        """Whether the caller may not read it: comments on an event that takes none."""
        if self.event is None or self.content_type != EVENT:
            return False
        return self.event.facts.comments_hidden


def commenter(actor: Actor, event: SeenEvent) -> Commenter:
    """As whom the caller comments on an event: an account, a holder of a link to the organizer's
    page, or a guest. Raises Unauthenticated without a credential, else NotAllowed."""
    by_host = event.standing >= Standing.OWNER
    if actor.user_id is not None:
        return Commenter(user_id=actor.user_id, by_host=by_host)
    if by_host:
        link = actor.link_to(event.row.id)
        held = link and link_row(link.id)
        return Commenter(name=(held and held.name) or event.row.host_name, by_host=True)
    if own := own_rsvp(actor, event.row.id):
        return Commenter(rsvp_id=own.id)
    raise refusal(actor, NotAllowed("guests_comment"))


def may_comment(actor: Actor, event: SeenEvent) -> bool:
    """Whether the caller is offered to comment on an event: post_comment() asks again."""
    if not event.row.comments_enabled:
        return False
    try:
        by = commenter(actor, event)
    except (NotAllowed, Unauthenticated):
        return False
    own = own_rsvp(actor, event.row.id)
    return by.rsvp_id is None or own is None or may_speak(own.approval)


def is_author(actor: Actor, comment: Written) -> bool:
    """Whether the caller wrote a comment: by their account, or with the RSVP whose link they
    hold."""
    if comment.user_id is not None:
        return comment.user_id == actor.user_id
    return comment.rsvp_id is not None and (
        actor.rsvp is not None and cast(RsvpRow, actor.rsvp.row).id == comment.rsvp_id
    )


def deletable_comment(actor: Actor, comment_id: UUID, event_id: UUID | None = None) -> CommentFacts:
    """A comment the caller may remove: one's own, or any as an admin (a superuser, or an organizer
    within the tenant). With ``event_id`` it is one on this event, and whoever organizes the event
    may remove it, too; the Tenant API names authors and admins alone. Raises NotFound, also for
    another tenant's and for one on an event that a limited key does not reach, Unauthenticated
    without a credential, and NotAllowed."""
    row = next(iter(comment_rows(Comment.objects.filter(pk=comment_id))), None)
    if row is None or not _within(actor, row):
        raise NotFound("comment_not_found")
    if event_id not in (None, event_of_thread(row.content_type, row.content_id)):
        raise NotFound("comment_not_found")
    comment = comment_facts(row)
    moderates = actor.is_root or (actor.staff_of is not None and actor.staff_of == row.tenant_id)
    if not moderates and not is_author(actor, comment) and not _organizes(actor, event_id):
        raise refusal(actor, NotAllowed("not_your_comment"))
    return comment


def _organizes(actor: Actor, event_id: UUID | None) -> bool:
    event = event_row(event_id) if event_id is not None else None
    return event is not None and standing(actor, event) >= Standing.OWNER


def _within(actor: Actor, comment: CommentRow) -> bool:
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
    return Thread(content_type, str(id), SeenEvent(event, standing(actor, event)))


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

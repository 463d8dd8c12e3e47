"""Messages and comments as one viewer may see them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from accounts.domain.api_keys import called
from comments.enums import Author, CommentAuthor, MessageVisibility
from comments.models import POST, Comment, CommentQuerySet, Message, MessageQuerySet
from comments.rows import (
    COMMENTS_SHOWN,
    MESSAGES_SHOWN,
    CommentRow,
    MessageRow,
    ReceivedRow,
    comment_ids_on,
    comment_rows,
    event_message_rows,
    guest_message_rows,
    latest_comment_rows,
    message_rows,
    post_rows,
    public_message_rows,
    received_rows,
    rsvp_message_rows,
)
from config.paging import Page, read_page
from events.enums import Standing
from events.facts import EventFacts

# A message carries nothing to cut out: a viewer may read it whole or not at all.
MessageFacts = MessageRow
_INTEGER = re.compile(r"-?\d+")


def event_messages(event_id: UUID, standing: Standing) -> list[MessageFacts]:
    """The event's messages a viewer may read, newest first: public announcements, and for
    organizers everything. One query."""
    if standing >= Standing.OWNER:
        return event_message_rows(event_id)
    return public_message_rows(event_id)


def public_announcements(event_id: UUID) -> list[MessageFacts]:
    """The event's public announcements, newest first. One query."""
    return public_message_rows(event_id)


def sent_on_event(event_id: UUID) -> list[MessageFacts]:
    """What organizers announced and noted on the event, newest first, at most MESSAGES_SHOWN; for
    organizers. One query."""
    sent = Message.objects.on_event(event_id).filter(author=Author.ORGANIZER)
    return message_rows(sent.newest_first()[:MESSAGES_SHOWN])


@dataclass(frozen=True, slots=True)
class Received:
    """The latest words of a guest to the hosts. A visitor has no ``rsvp_id`` but an ``email``, to
    be answered at, until they are anonymised."""

    rsvp_id: UUID | None
    name: str
    email: str
    text: str
    created_at: datetime
    # Whether the hosts have written to the guest since. Never known of a visitor.
    answered: bool


def received_by_hosts(event_id: UUID) -> list[Received]:
    """What guests and visitors wrote, the latest of each guest, newest first; for organizers. One
    query."""
    return [_received(row) for row in received_rows(event_id)]


def _received(row: ReceivedRow) -> Received:
    if row.rsvp_id is None:  # what a visitor wrote begins with their name and address
        by, _, text = row.content.partition("\n\n")
        name, known, email = by.removesuffix(">").rpartition(" <")
        if not known:  # anonymised
            name, email = by, ""
        return Received(None, name, email, text, row.created_at, answered=True)
    answered = row.answered_at is not None and row.answered_at > row.created_at
    return Received(row.rsvp_id, row.name or "", "", row.content, row.created_at, answered)


def messages_with_guest(rsvp_id: UUID) -> list[MessageFacts]:
    """What hosts and one guest wrote to each other, newest first; both sides see the same.
    One query."""
    return guest_message_rows(rsvp_id)


def rsvp_log(rsvp_id: UUID) -> list[MessageFacts]:
    """Everything on one RSVP, internal notes too, newest first; for organizers. One query."""
    return rsvp_message_rows(rsvp_id)


def event_message_page(
    event_id: UUID, standing: Standing, *, number: int, size: int
) -> Page[MessageFacts]:
    """A page of the messages on an event that a viewer may read, newest first: public
    announcements, and for organizers also those that are for them alone. Two queries."""
    messages = Message.objects.on_event(event_id)
    readable = messages if standing >= Standing.OWNER else messages.public()
    return _page(readable, number, size)


def rsvp_log_page(rsvp_id: UUID, *, number: int, size: int) -> Page[MessageFacts]:
    """A page of rsvp_log(). Two queries."""
    return _page(Message.objects.on_rsvp(rsvp_id), number, size)


def guest_message_page(rsvp_id: UUID, *, number: int, size: int) -> Page[MessageFacts]:
    """A page of messages_with_guest(). Two queries."""
    return _page(Message.objects.on_rsvp(rsvp_id).for_guest(), number, size)


def _page(messages: MessageQuerySet, number: int, size: int) -> Page[MessageFacts]:
    return read_page(messages.newest_first(), message_rows, number=number, size=size)


def is_internal(message: MessageFacts) -> bool:
    """Whether only organizers read it."""
    return message.visibility == MessageVisibility.ADMIN


@dataclass(frozen=True, slots=True)
class CommentFacts:
    """A comment with its author's public face. ``user_id`` is an account's, ``rsvp_id`` a guest's;
    whoever wrote through a link to the organizer's page has neither. ``content_id`` is an int again
    if it was one; ``avatar`` is a name in the storage."""

    id: UUID
    user_id: UUID | None
    rsvp_id: UUID | None
    by_host: bool
    user_name: str
    avatar: str | None
    content_type: str
    content_id: int | str
    body: str
    created_at: datetime
    updated_at: datetime | None

    @property
    def by(self) -> CommentAuthor:
        """Who wrote it."""
        if self.by_host:
            return CommentAuthor.HOST
        return CommentAuthor.MEMBER if self.rsvp_id is None else CommentAuthor.GUEST


def comment_facts(row: CommentRow) -> CommentFacts:
    """What everybody may read of a comment. Guests are called as they are on their RSVP, also those
    who are in no list: they chose to speak."""
    return CommentFacts(
        id=row.id,
        user_id=row.author_id,
        rsvp_id=row.rsvp_id,
        by_host=row.by_host,
        user_name=_name(row),
        avatar=row.author_avatar or None,
        content_type=row.content_type,
        content_id=int(row.content_id) if _INTEGER.fullmatch(row.content_id) else row.content_id,
        body=row.body,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _name(row: CommentRow) -> str:
    if row.author_id is not None:
        return called(row.author_name or "", row.author_email or "")
    return row.guest_name or row.name or str(CommentAuthor.HOST.label)


def event_comment_page(event: EventFacts, *, number: int, size: int) -> Page[CommentFacts]:
    """A page of the comments on an event, newest last; empty for whoever may not read them. Two
    queries."""
    comments = Comment.objects.on_event(event.id).oldest_first()
    if event.comments_hidden:
        comments = comments.none()
    return read_page(comments, _comments, number=number, size=size)


class LatestComments(NamedTuple):
    """The newest comments on an event, newest last, and whether there are older ones."""

    rows: list[CommentFacts]
    more: bool


def latest_comments(event: EventFacts) -> LatestComments:
    """What an event's page shows; nothing to whoever may not read it. One query."""
    rows = [] if event.comments_hidden else latest_comment_rows(event.id)
    shown = [comment_facts(row) for row in reversed(rows[:COMMENTS_SHOWN])]
    return LatestComments(shown, len(rows) > COMMENTS_SHOWN)


def _comments(comments: CommentQuerySet) -> list[CommentFacts]:
    return [comment_facts(row) for row in comment_rows(comments)]


@dataclass(frozen=True, slots=True)
class PostFacts:
    """A public announcement as a post of its event's community. ``comment_ids`` are the newest of
    ``comments``."""

    id: UUID
    event_id: UUID
    text: str
    created_at: datetime
    comments: int
    comment_ids: list[UUID]


def posts_of(event_ids: Collection[UUID], tenant_id: UUID | None) -> list[PostFacts]:
    """The latest public announcements of these events, with what the tenant's people said to them.
    At most two queries, whatever their number."""
    rows = post_rows(event_ids) if event_ids else []
    if not rows:
        return []
    said = comment_ids_on(POST, [str(row.id) for row in rows], tenant_id)
    return [
        PostFacts(
            row.id, row.event_id, row.content, row.created_at, *said.get(str(row.id), (0, []))
        )
        for row in rows
    ]

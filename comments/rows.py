"""Messages as every door reads them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from comments.enums import MessageVisibility
from comments.models import CommentQuerySet, Message
from config.prepared import ID, PreparedRead, read_rows


class MessageRow(NamedTuple):
    """Unredacted columns of one message."""

    id: UUID
    event_id: UUID
    rsvp_id: UUID | None
    author: str
    type: str
    visibility: str
    content: str
    created_at: datetime


# How many of the latest messages a page or an answer shows.
MESSAGES_SHOWN = 100

_public = PreparedRead(
    lambda event_id: (
        Message.objects.filter(event_id=event_id, visibility=MessageVisibility.PUBLIC)
        .newest_first()
        .values_list(*MessageRow._fields)[:MESSAGES_SHOWN]
    ),
    keys={"event_id": ID},
    make=MessageRow._make,
)
_of_event = PreparedRead(
    lambda event_id: (
        Message.objects.filter(event_id=event_id)
        .newest_first()
        .values_list(*MessageRow._fields)[:MESSAGES_SHOWN]
    ),
    keys={"event_id": ID},
    make=MessageRow._make,
)
_to_guest = PreparedRead(
    lambda rsvp_id: (
        Message.objects.filter(rsvp_id=rsvp_id, visibility=MessageVisibility.ATTENDEE)
        .newest_first()
        .values_list(*MessageRow._fields)[:MESSAGES_SHOWN]
    ),
    keys={"rsvp_id": ID},
    make=MessageRow._make,
)
_of_rsvp = PreparedRead(
    lambda rsvp_id: (
        Message.objects.filter(rsvp_id=rsvp_id)
        .newest_first()
        .values_list(*MessageRow._fields)[:MESSAGES_SHOWN]
    ),
    keys={"rsvp_id": ID},
    make=MessageRow._make,
)


def public_message_rows(event_id: UUID) -> list[MessageRow]:
    """Public announcements of an event, newest first."""
    return _public.all(event_id=event_id)


def event_message_rows(event_id: UUID) -> list[MessageRow]:
    """Every message of an event, to its guests and internal ones too, newest first."""
    return _of_event.all(event_id=event_id)


def rsvp_message_rows(rsvp_id: UUID) -> list[MessageRow]:
    """Every message of one RSVP, newest first."""
    return _of_rsvp.all(rsvp_id=rsvp_id)


def guest_message_rows(rsvp_id: UUID) -> list[MessageRow]:
    """The messages between the hosts and one guest, newest first."""
    return _to_guest.all(rsvp_id=rsvp_id)


class CommentRow(NamedTuple):
    """One comment with what is shown of its author."""

    id: UUID
    tenant_id: UUID | None
    content_type: str
    content_id: str
    body: str
    created_at: datetime
    updated_at: datetime | None
    author_id: UUID
    author_name: str
    author_email: str
    author_avatar: str


_COMMENT_COLUMNS = (
    *CommentRow._fields[:8],
    "author__display_name",
    "author__email",
    "author__avatar",
)


def comment_rows(comments: CommentQuerySet) -> list[CommentRow]:
    """The rows of a (sliced) queryset. One query."""
    return read_rows(comments.values_list(*_COMMENT_COLUMNS), CommentRow._make)

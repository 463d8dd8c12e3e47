"""Messages as every door reads them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Window
from django.db.models.functions import RowNumber

from comments.enums import Author, MessageVisibility
from comments.models import EVENT, Comment, CommentQuerySet, Message, MessageQuerySet
from config.prepared import ID, TEXT, PreparedRead, read_rows
from events.models import Event


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


def message_rows(messages: MessageQuerySet) -> list[MessageRow]:
    """The rows of a (sliced) queryset. One query."""
    return read_rows(messages.values_list(*MessageRow._fields), MessageRow._make)


class ReceivedRow(NamedTuple):
    """The latest words of a guest, or of a visitor (``rsvp_id`` is None), to the hosts. ``name`` is
    the guest's; ``answered_at`` is when the hosts last wrote to them."""

    id: UUID
    rsvp_id: UUID | None
    name: str | None
    content: str
    created_at: datetime
    answered_at: datetime | None


def received_rows(event_id: UUID) -> list[ReceivedRow]:
    """What guests and visitors wrote to the hosts, the latest of each guest, newest first, at most
    MESSAGES_SHOWN. One query."""
    to_guest = Message.objects.filter(
        rsvp=OuterRef("rsvp"), author=Author.ORGANIZER, visibility=MessageVisibility.ATTENDEE
    )
    later = Message.objects.filter(
        Q(created_at__gt=OuterRef("created_at"))
        | Q(created_at=OuterRef("created_at"), id__gt=OuterRef("id")),
        rsvp=OuterRef("rsvp"),
        author=Author.GUEST,
    )
    received = (
        Message.objects.filter(event_id=event_id, author__in=(Author.GUEST, Author.VISITOR))
        .filter(~Exists(later))
        .annotate(answered_at=Subquery(to_guest.order_by("-created_at").values("created_at")[:1]))
        .newest_first()
    )
    columns = ("id", "rsvp_id", "rsvp__name", "content", "created_at", "answered_at")
    return read_rows(received.values_list(*columns)[:MESSAGES_SHOWN], ReceivedRow._make)


class CommentRow(NamedTuple):
    """One comment with what is shown of its author."""

    id: UUID
    tenant_id: UUID | None
    content_type: str
    content_id: str
    body: str
    created_at: datetime
    updated_at: datetime | None
    by_host: bool
    name: str
    author_id: UUID | None
    author_name: str | None
    author_email: str | None
    author_avatar: str | None
    rsvp_id: UUID | None
    guest_name: str | None


_JOINED = {
    "author_name": "author__display_name",
    "author_email": "author__email",
    "author_avatar": "author__avatar",
    "guest_name": "rsvp__name",
}
_COMMENT_COLUMNS = tuple(_JOINED.get(name, name) for name in CommentRow._fields)
# How many comments an event's page shows at a time.
COMMENTS_SHOWN = 50
_latest_on_event = PreparedRead(
    lambda content_id: Comment.objects.thread(EVENT, content_id).values_list(*_COMMENT_COLUMNS)[
        : COMMENTS_SHOWN + 1
    ],
    keys={"content_id": TEXT},
    make=CommentRow._make,
)


def latest_comment_rows(event_id: UUID) -> list[CommentRow]:
    """The newest comments on an event, the latest first; one more than COMMENTS_SHOWN says that
    there are more. One query."""
    return _latest_on_event.all(content_id=str(event_id))


def comment_rows(comments: CommentQuerySet) -> list[CommentRow]:
    """The rows of a (sliced) queryset. One query."""
    return read_rows(comments.values_list(*_COMMENT_COLUMNS), CommentRow._make)


# How many of the latest announcements of each event a list carries.
POSTS_SHOWN = 20


def post_rows(event_ids: Collection[UUID]) -> list[MessageRow]:
    """The latest public announcements of these events, newest first, at most POSTS_SHOWN of each.
    One query, whatever their number."""
    numbered = Message.objects.filter(
        event__in=event_ids, visibility=MessageVisibility.PUBLIC
    ).annotate(
        number=Window(
            RowNumber(), partition_by="event", order_by=[F("created_at").desc(), F("id").desc()]
        )
    )
    latest = numbered.filter(number__lte=POSTS_SHOWN).newest_first()
    return read_rows(latest.values_list(*MessageRow._fields), MessageRow._make)


def announcement_counts(channel_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many public announcements the public events of each channel have. One query."""
    counted = (
        Message.objects.filter(
            event__in=Event.objects.public().filter(channel__in=channel_ids),
            visibility=MessageVisibility.PUBLIC,
        )
        .order_by()
        .values_list("event__channel")
        .annotate(posts=Count("id"))
    )
    return dict(counted)


def comment_ids_on(
    content_type: str, content_ids: Collection[str], tenant_id: UUID | None
) -> dict[str, tuple[int, list[UUID]]]:
    """For each piece of content its number of comments and the ids of the newest of them, at most
    COMMENTS_NAMED; a tenant's own people's comments only, when one is given. One query."""
    comments = Comment.objects.filter(content_type=content_type, content_id__in=content_ids)
    if tenant_id is not None:
        comments = comments.for_tenant(tenant_id)
    numbered = comments.annotate(
        number=Window(
            RowNumber(),
            partition_by="content_id",
            order_by=[F("created_at").desc(), F("id").desc()],
        ),
        total=Window(Count("id"), partition_by="content_id"),
    )
    found: dict[str, tuple[int, list[UUID]]] = {}
    newest = numbered.filter(number__lte=COMMENTS_NAMED).order_by("content_id", "number")
    for content_id, total, comment_id in newest.values_list("content_id", "total", "id"):
        found.setdefault(content_id, (total, []))[1].append(comment_id)
    return found


COMMENTS_NAMED = 20

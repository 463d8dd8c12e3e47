"""Announcements, notes and words between hosts and guests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from comments import limits
from comments.enums import Author, MessageType, MessageVisibility
from comments.models import Comment, Message
from comments.rows import MessageRow
from config.errors import Invalid, NotFound
from config.text import clean_text
from events.domain.locking import locked_event, touch
from rsvps.models import Rsvp

# Which visibilities each type may take; the first is the default.
_ON_EVENT = {
    MessageType.EVENT_UPDATE: (MessageVisibility.PUBLIC, MessageVisibility.ADMIN),
    MessageType.EVENT_INTERNAL: (MessageVisibility.ADMIN,),
}
_ON_RSVP = {
    MessageType.ADMIN_MESSAGE: (MessageVisibility.ATTENDEE,),
    MessageType.ADMIN_NOTE: (MessageVisibility.ADMIN,),
    MessageType.REJECTION_REASON: (MessageVisibility.ATTENDEE,),
}
_Allowed = Mapping[MessageType, tuple[MessageVisibility, ...]]


def announce(
    *, event_id: UUID, content: str, type: str | None = None, visibility: str | None = None
) -> MessageRow:
    """An organizer's word on the event: public, or for organizers only. Raises Invalid."""
    kind, seen_by = _resolve(_ON_EVENT, type, visibility)
    return _post(event_id, None, Author.ORGANIZER, kind, seen_by, content)


def write_to_guest(
    *,
    event_id: UUID,
    rsvp_id: UUID,
    content: str,
    type: str | None = None,
    visibility: str | None = None,
) -> MessageRow:
    """An organizer's message to one guest, or an internal note on them.

    A guest's own words (user_note) cannot be written for them. Raises Invalid, NotFound.
    """
    kind, seen_by = _resolve(_ON_RSVP, type, visibility)
    return _post(event_id, rsvp_id, Author.ORGANIZER, kind, seen_by, content)


def write_to_host(*, event_id: UUID, rsvp_id: UUID, content: str) -> MessageRow:
    """A guest's message to the organizers. Raises Invalid, NotFound."""
    return _post(
        event_id,
        rsvp_id,
        Author.GUEST,
        MessageType.USER_NOTE,
        MessageVisibility.ATTENDEE,
        content,
    )


def delete_message(*, event_id: UUID, message_id: UUID) -> None:
    """Removes a message with the comments on it; organizers do so. Raises NotFound."""
    with locked_event(event_id):
        message = Message.objects.filter(pk=message_id, event_id=event_id).first()
        if message is None:
            raise NotFound("Message not found")
        Comment.objects.on_posts([message_id]).delete()
        message.delete()
        touch(event_id, edited=False)


def _resolve(
    allowed: _Allowed, type: str | None, visibility: str | None
) -> tuple[MessageType, MessageVisibility]:
    if type is None:
        kinds = [kind for kind, seen in allowed.items() if visibility is None or visibility in seen]
        if not kinds:
            raise Invalid({"visibility": _choices({v for seen in allowed.values() for v in seen})})
        # The type whose default this visibility is comes before one that merely allows it.
        kind = next((k for k in kinds if allowed[k][0] == visibility), kinds[0])
    elif type in allowed:
        kind = MessageType(type)
    else:
        raise Invalid({"message_type": _choices(allowed)})
    if visibility is not None and visibility not in allowed[kind]:
        raise Invalid({"visibility": f"For {kind.value}: {_choices(allowed[kind])}"})
    return kind, MessageVisibility(visibility or allowed[kind][0])


def _choices(values: Iterable[str]) -> str:
    return f"Use one of {', '.join(sorted(str(value) for value in values))}."


def _post(
    event_id: UUID,
    rsvp_id: UUID | None,
    author: Author,
    type: MessageType,
    visibility: MessageVisibility,
    content: str,
) -> MessageRow:
    content = clean_text(
        content, field="content", limit=limits.MESSAGE, required=True, multiline=True
    )
    with locked_event(event_id):
        if rsvp_id and not Rsvp.objects.filter(pk=rsvp_id, event_id=event_id).exists():
            raise NotFound("RSVP not found")
        message = Message.objects.create(
            event_id=event_id,
            rsvp_id=rsvp_id,
            author=author,
            type=type,
            visibility=visibility,
            content=content,
        )
        touch(event_id, edited=False)
    return MessageRow._make(getattr(message, field) for field in MessageRow._fields)

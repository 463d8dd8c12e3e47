"""Announcements, notes and words between hosts and guests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone

from comments import limits
from comments.domain.comments import erase_comments
from comments.enums import Author, MessageType, MessageVisibility
from comments.models import Comment, Message
from comments.rows import MessageRow
from config.cleaners import Email, Field, Table, Text
from config.errors import Flaw, Gone, Invalid, NotFound, flaw
from config.text import clean_text
from events.domain.locking import locked_event, touch
from events.domain.notices import NOBODY, Notice, clean_notice
from events.domain.times import Timed, is_reachable
from events.enums import Notify
from events.limits import REACHABLE_DAYS
from outbox.domain.emitting import tell
from outbox.enums import Kind
from rsvps import limits as rsvp_limits
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
# What a visitor writes who is no guest.
VISITOR = Table(
    Field("name", Text(rsvp_limits.NAME, required=True, links=False), needed=True),
    Field("email", Email(rsvp_limits.EMAIL, required=True), needed=True),
    Field("text", Text(limits.MESSAGE, required=True, multiline=True), needed=True),
)
_Allowed = Mapping[MessageType, tuple[MessageVisibility, ...]]


def announce(
    *,
    event_id: UUID,
    content: str,
    type: str | None = None,
    visibility: str | None = None,
    notify: str = Notify.NONE.value,
) -> MessageRow:
    """An organizer's word on the event: public, or for organizers only. ``notify`` says which
    guests get it by mail, too; of a note nobody does. Raises Invalid."""
    kind, seen_by = _resolve(_ON_EVENT, type, visibility)
    notice = clean_notice({"notify": notify})
    if notice.told and seen_by == MessageVisibility.ADMIN:
        raise Invalid({"notify": "notify_of_note"})
    return _post(event_id, None, Author.ORGANIZER, kind, seen_by, content, notice=notice)


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


def ensure_reachable(event: Timed) -> None:
    """Raises Gone when an event has been over for too long to write to its hosts."""
    if not is_reachable(event, timezone.now()):
        raise Gone("hosts_unreachable", days=REACHABLE_DAYS)


def write_to_hosts(*, event_id: UUID, name: str, email: str, text: str) -> MessageRow:
    """A visitor's message to the hosts, from the page that shows no address: organizers read it
    with the visitor's name and address, and the host gets it by mail, to be answered to that
    address. Raises Invalid (name, email, text), NotFound, Gone."""
    values, errors = VISITOR.clean({"name": name, "email": email, "text": text}, new=True)
    if errors:
        raise Invalid(errors)
    return _post(
        event_id,
        None,
        Author.VISITOR,
        MessageType.VISITOR_NOTE,
        MessageVisibility.ADMIN,
        f"{values['name']} <{values['email']}>\n\n{values['text']}",
        erased={"reply_to": values["email"]},
    )


def delete_message(*, event_id: UUID, message_id: UUID) -> None:
    """Removes a message with the comments on it; organizers do so. Raises NotFound."""
    with locked_event(event_id):
        message = Message.objects.filter(pk=message_id, event_id=event_id).first()
        if message is None:
            raise NotFound("message_not_found")
        erase_comments(Comment.objects.on_posts([message_id]))
        message.delete()
        touch(event_id, edited=False)


def _resolve(
    allowed: _Allowed, type: str | None, visibility: str | None
) -> tuple[MessageType, MessageVisibility]:
    if type is None:
        kinds = [kind for kind, seen in allowed.items() if visibility is None or visibility in seen]
        if not kinds:
            raise Invalid(
                {"visibility": _not_one_of({v for seen in allowed.values() for v in seen})}
            )
        # The type whose default this visibility is comes before one that merely allows it.
        kind = next((k for k in kinds if allowed[k][0] == visibility), kinds[0])
    elif type in allowed:
        kind = MessageType(type)
    else:
        raise Invalid({"message_type": _not_one_of(allowed)})
    if visibility is not None and visibility not in allowed[kind]:
        choices = ", ".join(sorted(allowed[kind]))
        raise Invalid(
            {"visibility": flaw("not_one_of_this_type", type=kind.value, choices=choices)}
        )
    return kind, MessageVisibility(visibility or allowed[kind][0])


def _not_one_of(values: Iterable[str]) -> Flaw:
    return flaw("not_one_of", choices=", ".join(sorted(values)))


def _post(
    event_id: UUID,
    rsvp_id: UUID | None,
    author: Author,
    type: MessageType,
    visibility: MessageVisibility,
    content: str,
    *,
    notice: Notice = NOBODY,
    erased: Mapping[str, Any] | None = None,
) -> MessageRow:
    if author != Author.VISITOR:
        content = clean_text(
            content, field="content", limit=limits.MESSAGE, required=True, multiline=True
        )
    with locked_event(event_id) as event:
        if author == Author.VISITOR:
            ensure_reachable(event)
        if rsvp_id and not Rsvp.objects.filter(pk=rsvp_id, event_id=event_id).exists():
            raise NotFound("rsvp_not_found")
        message = Message.objects.create(
            event_id=event_id,
            rsvp_id=rsvp_id,
            author=author,
            type=type,
            visibility=visibility,
            content=content,
        )
        touch(event_id, edited=False)
        tell(event, Kind.MESSAGE_POSTED, message.id, erased=erased, **notice.told)
    return MessageRow._make(getattr(message, field) for field in MessageRow._fields)

"""Messages as one viewer may see them."""

from __future__ import annotations

from uuid import UUID

from comments.enums import MessageVisibility
from comments.rows import (
    MessageRow,
    event_message_rows,
    guest_message_rows,
    public_message_rows,
    rsvp_message_rows,
)
from events.enums import Standing

# A message carries nothing to cut out: a viewer may read it whole or not at all.
MessageFacts = MessageRow


def event_messages(event_id: UUID, standing: Standing) -> list[MessageFacts]:
    """The event's messages a viewer may read, newest first: public announcements, and for
    organizers everything. One query."""
    if standing >= Standing.OWNER:
        return event_message_rows(event_id)
    return public_message_rows(event_id)


def public_announcements(event_id: UUID) -> list[MessageFacts]:
    """The event's public announcements, newest first. One query."""
    return public_message_rows(event_id)


def messages_with_guest(rsvp_id: UUID) -> list[MessageFacts]:
    """What hosts and one guest wrote to each other, newest first; both sides see the same.
    One query."""
    return guest_message_rows(rsvp_id)


def rsvp_log(rsvp_id: UUID) -> list[MessageFacts]:
    """Everything on one RSVP, internal notes too, newest first; for organizers. One query."""
    return rsvp_message_rows(rsvp_id)


def is_internal(message: MessageFacts) -> bool:
    """Whether only organizers read it."""
    return message.visibility == MessageVisibility.ADMIN

"""Rows of OpenRSVP in our words, each through the cleaners of every door.

Whatever can be kept is kept: text that is too long is cut short, and the report says so.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from access.imported import LENGTH, Opened
from accounts.enums import LinkRole, TokenKind
from channels import limits as channel_limits
from channels.enums import Visibility
from channels.models import Channel
from comments import limits as comment_limits
from comments.enums import Author, MessageType, MessageVisibility
from comments.models import Message
from config.errors import Invalid, flaw
from config.text import is_slug, unlinked
from events import limits
from events.domain.drafts import clean_event
from events.domain.lifecycle import slug_of
from events.domain.reminders import next_reminder
from events.models import Event, EventLink
from operations.importing import Report
from operations.openrsvp.reading import Found, Row
from rsvps import limits as rsvp_limits
from rsvps.domain.answers import clean_answer
from rsvps.domain.capacity import Holding, counted
from rsvps.enums import Approval, Attendance
from rsvps.models import Rsvp

_ATTENDANCE = {
    "yes": Attendance.GOING.value,
    "maybe": Attendance.INTERESTED.value,
    "no": Attendance.NOT_GOING.value,
}
_APPROVAL = {
    "approved": Approval.APPROVED.value,
    "pending": Approval.PENDING.value,
    "rejected": Approval.REJECTED.value,
}
# Of messages about a guest that the guest may read, and who wrote them.
_TO_GUEST = {
    MessageType.ADMIN_MESSAGE: Author.ORGANIZER,
    MessageType.REJECTION_REASON: Author.ORGANIZER,
    MessageType.USER_NOTE: Author.GUEST,
}
_NO_NAME = "Guest"

Tokens = list[tuple[str, Opened]]


class Translated(NamedTuple):
    """An event as rows that are not stored yet, with the old tokens that open them."""

    event: Event
    link: EventLink
    rsvps: list[Rsvp]
    messages: list[Message]
    tokens: Tokens


def channel_from(row: Row, report: Report) -> Channel | None:
    """A channel; None for one whose address cannot be kept."""
    slug, which = str(row["slug"]), row["id"]
    if not is_slug(slug) or len(slug) > channel_limits.SLUG:
        report.note("channels", which, "Left out: its address holds other than letters and digits.")
        return None
    name = _text(row, "name", channel_limits.NAME, report, "channels") or slug
    try:
        return Channel(
            id=_id(row["id"]),
            name=name[: channel_limits.NAME],
            slug=slug,
            visibility=_one_of(row, "visibility", {each: each for each in Visibility.values}),
            created_at=_moment(row, "created_at"),
            last_used_at=_moment(row, "last_used_at"),
        )
    except Invalid as problem:
        report.refused("channels", which, problem)
        return None


def event_from(
    found: Found, channel: Channel | None, zone: str, now: datetime, report: Report
) -> Translated | None:
    """An event with all that hangs on it; None for one that is left out. What hangs on it and
    cannot be taken over is left out by itself."""
    try:
        event = _event(found.event, channel, zone, report)
    except Invalid as problem:
        report.refused("events", found.event["id"], problem)
        return None
    event.next_reminder_at = next_reminder(event, now)
    link = EventLink(event=event, role=LinkRole.OWNER.value, created_at=event.created_at)
    tokens: Tokens = []
    _keep_token(tokens, found.event, "admin_token", TokenKind.EVENT_LINK, link.id, report)
    rsvps = []
    for row in found.rsvps:
        try:
            rsvp = _rsvp(row, event, report)
        except Invalid as problem:
            report.refused("RSVPs", row["id"], problem)
            continue
        rsvps.append(rsvp)
        _keep_token(tokens, row, "rsvp_token", TokenKind.RSVP, rsvp.id, report)
    _count(event, rsvps, report)
    by_id = {str(rsvp.id) for rsvp in rsvps}
    messages = []
    for row in found.messages:
        if row["rsvp_id"] is not None and row["rsvp_id"] not in by_id:
            report.note("messages", row["id"], "Left out: its RSVP is not there.")
            continue
        try:
            messages.append(_message(row, event, report))
        except Invalid as problem:
            report.refused("messages", row["id"], problem)
    return Translated(event, link, rsvps, messages, tokens)


def _event(row: Row, channel: Channel | None, zone: str, report: Report) -> Event:
    start, end = _second(row, "start_time"), _second(row, "end_time")
    if start is None:
        raise Invalid({"start_time": "required"})
    if end is not None and end <= start:
        report.note("events", row["id"], "Without its end, which was not after its start.")
        end = None
    capacity = row["max_attendees"]
    if capacity is not None and not 1 <= _whole(row, "max_attendees") <= limits.CAPACITY:
        report.note("events", row["id"], "Without a capacity: it was out of range.")
        capacity = None
    cleaned = clean_event(
        {
            "title": _text(row, "title", limits.TITLE, report, "events"),
            "description": _text(
                row, "description", limits.DESCRIPTION, report, "events", multiline=True
            ),
            "location": _text(row, "location", limits.LOCATION, report, "events"),
            "start_time": start,
            "end_time": end,
            "timezone": zone,
            "capacity": capacity,
            "is_private": _flag(row, "is_private"),
            "approval_required": _flag(row, "admin_approval_required"),
            "rsvps_closed": _flag(row, "rsvps_closed"),
            "rsvp_close_at": _second(row, "rsvp_close_at"),
        }
    )
    return Event(
        id=_id(row["id"]),
        channel=channel,
        slug=slug_of(cleaned["title"]),
        created_at=_moment(row, "created_at"),
        updated_at=_moment(row, "last_modified"),
        **cleaned,
    )


def _rsvp(row: Row, event: Event, report: Report) -> Rsvp:
    name = _text(row, "name", rsvp_limits.NAME, report, "RSVPs") or _NO_NAME
    cleaned = clean_answer(
        {
            # Names hold no links here.
            "name": unlinked(name)[: rsvp_limits.NAME],
            "pronouns": _text(row, "pronouns", rsvp_limits.PRONOUNS, report, "RSVPs"),
            "attendance": _one_of(row, "attendance_status", _ATTENDANCE),
            "guest_count": _whole(row, "guest_count"),
            "is_private": _flag(row, "is_private"),
        },
        new=True,
    )
    if cleaned["guest_count"] > limits.GUESTS_PER_RSVP:
        raise Invalid({"guest_count": flaw("too_many_guests", most=limits.GUESTS_PER_RSVP)})
    created = _moment(row, "created_at")
    return Rsvp(
        id=_id(row["id"]),
        event=event,
        approval=_one_of(row, "status", _APPROVAL),
        created_at=created,
        responded_at=created,
        updated_at=_moment(row, "last_modified"),
        **cleaned,
    )


def _message(row: Row, event: Event, report: Report) -> Message:
    content = _text(row, "content", comment_limits.MESSAGE, report, "messages", multiline=True)
    if not content:
        raise Invalid({"content": "blank"})
    author, kind, seen_by = _kind_of(row)
    return Message(
        id=_id(row["id"]),
        event=event,
        rsvp_id=row["rsvp_id"] and _id(row["rsvp_id"]),
        author=author.value,
        type=kind.value,
        visibility=seen_by.value,
        content=content,
        created_at=_moment(row, "created_at"),
    )


def _kind_of(row: Row) -> tuple[Author, MessageType, MessageVisibility]:
    """Who wrote a message, what it is and who reads it: never more people than there. Types that
    are not ours are lines of the organizers' log."""
    said, seen_by = row["message_type"], row["visibility"]
    if row["rsvp_id"] is not None:
        shown = seen_by in (MessageVisibility.ATTENDEE, MessageVisibility.PUBLIC)
        if said in _TO_GUEST and (shown or said == MessageType.USER_NOTE):
            return _TO_GUEST[said], MessageType(said), MessageVisibility.ATTENDEE
        known = said in _TO_GUEST or said == MessageType.ADMIN_NOTE
        author = Author.ORGANIZER if known else Author.SYSTEM
        return author, MessageType.ADMIN_NOTE, MessageVisibility.ADMIN
    if said == MessageType.EVENT_UPDATE:
        public = seen_by == MessageVisibility.PUBLIC
        reader = MessageVisibility.PUBLIC if public else MessageVisibility.ADMIN
        return Author.ORGANIZER, MessageType.EVENT_UPDATE, reader
    known = said in MessageType.values
    author = Author.ORGANIZER if known else Author.SYSTEM
    return author, MessageType.EVENT_INTERNAL, MessageVisibility.ADMIN


def _count(event: Event, rsvps: list[Rsvp], report: Report) -> None:
    """Counters as the answers say. Whoever is in beyond the capacity was let in there."""
    for name, value in counted(map(Holding.of, rsvps))._asdict().items():
        setattr(event, name, value)
    if event.capacity is not None and event.seats_taken > event.capacity:
        event.seats_forced = event.seats_taken - event.capacity
        report.note("events", event.id, "Taken over with more guests than it has seats.")


def _keep_token(
    tokens: Tokens, row: Row, column: str, kind: TokenKind, object_id: UUID, report: Report
) -> None:
    token = row[column]
    if isinstance(token, str) and len(token) == LENGTH and token.isascii():
        tokens.append((token, Opened(kind.value, object_id, 1)))
    else:
        report.note("links", row["id"], f"The old link does not open: {column} is no token.")


# --- Cells. SQLite keeps anything in any column. --------------------------------------------------


def _text(
    row: Row, column: str, limit: int, report: Report, what: str, *, multiline: bool = False
) -> str:
    """The text that can be stored; empty where there is none."""
    value = row[column]
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Invalid({column: "not_a_string"})
    return report.fit(what, row["id"], column, value, limit, multiline=multiline)


def _moment(row: Row, column: str) -> datetime:
    """A moment; the file says them in UTC and without an offset."""
    try:
        moment = datetime.fromisoformat(row[column])
    except (TypeError, ValueError):
        raise Invalid({column: "not_a_time"}) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _second(row: Row, column: str) -> datetime | None:
    """A moment to the second, or None where there is none."""
    return None if row[column] is None else _moment(row, column).replace(microsecond=0)


def _flag(row: Row, column: str) -> bool:
    if row[column] not in (0, 1):
        raise Invalid({column: "not_a_flag"})
    return bool(row[column])


def _whole(row: Row, column: str) -> int:
    value = row[column]
    if not isinstance(value, int):
        raise Invalid({column: "not_whole"})
    return value


def _one_of(row: Row, column: str, choices: dict[str, Any]) -> Any:
    if row[column] not in choices:
        raise Invalid({column: flaw("not_one_of", choices=", ".join(choices))})
    return choices[row[column]]


def _id(value: Any) -> UUID:
    try:
        return UUID(value)
    except (TypeError, ValueError, AttributeError):
        raise Invalid({"id": "not_an_id"}) from None

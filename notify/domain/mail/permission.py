"""Whether a mail still has something to tell, and its recipient wants it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from events.domain.times import status_of
from events.enums import Status
from events.rows import EventRow
from notify.domain.mail.addresses import address_key
from notify.domain.mail.sources import Sources, goes_to_guest, tells_of_erased
from notify.enums import KEYS, STANDINGS, MailKind, Reason, Stop
from notify.models import Mail

_NEEDS_EVENT_AHEAD = frozenset(
    {*STANDINGS, MailKind.CHANGED, MailKind.REMINDER, MailKind.INVITATION}
)


def why_not(mail: Mail, sources: Sources, now: datetime) -> Reason | None:
    """Why a mail with an address is not to be sent, or None."""
    event = sources.event(mail)
    if event is not None and event.taken_down_at is not None:
        return Reason.GONE
    if mail.event_id is not None and not tells_of_erased(mail.kind):
        if event is None or not _has_something_to_tell(mail, event, sources, now):
            return Reason.GONE
        to_host = not goes_to_guest(mail.kind) and mail.kind != MailKind.REPORT and not mail.user_id
        if to_host and mail.kind not in KEYS and event.host_confirmed_at is None:
            return Reason.UNCONFIRMED
    return _stopped(mail, sources)


def _has_something_to_tell(mail: Mail, event: EventRow, sources: Sources, now: datetime) -> bool:
    if mail.kind in _NEEDS_EVENT_AHEAD and event.cancelled_at is not None:
        return False
    if mail.kind == MailKind.REMINDER:
        rsvp = sources.rsvp(mail)
        ahead = status_of(event, now) == Status.SCHEDULED
        return ahead and rsvp is not None and rsvp.attends and not rsvp.reminders_off
    if mail.kind == MailKind.PENDING:
        return bool(event.pending_count)
    if mail.kind == MailKind.WAITLIST:
        return bool(event.waitlisted_count)
    return True


def _stopped(mail: Mail, sources: Sources) -> Reason | None:
    if (address_key(sources.address(mail)), None, Stop.REFUSED) in sources.stops:
        return Reason.UNREACHABLE
    stops = {(stop, event_id) for who, event_id, stop in sources.stops if who == mail.recipient}
    unwanted: set[tuple[Stop, UUID | None]] = {(Stop.SITE, None)}
    if mail.kind not in KEYS:
        unwanted.add((Stop.EVENT, mail.event_id))
    if mail.kind == MailKind.REMINDER:
        unwanted.add((Stop.REMINDERS, mail.event_id))
    return Reason.UNWANTED if unwanted & stops else None

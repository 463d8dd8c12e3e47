"""Which guests are told something by mail, and how it went."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Min

from notify.domain.mail.addresses import recipient_of
from notify.enums import MAILINGS, MailKind, MailState, Reason
from notify.models import Mail
from rsvps.models import Rsvp

_CHUNK = 1000
MAILINGS_SHOWN = 100


class Mailing(NamedTuple):
    """What was mailed to guests by one act, or the reminders of an event: how many mails are sent,
    still waiting, failed, or not to be sent, and why, as {reason: mails}. ``message_id`` is the
    announcement or message that was mailed; ``at`` when the first mail was written."""

    kind: MailKind
    message_id: UUID | None
    at: datetime
    sent: int
    waiting: int
    failed: int
    skipped: int
    why: dict[Reason, int]

    @property
    def reasons(self) -> dict[str, int]:
        """Why mails failed or were not sent, in the words of the active language."""
        return {str(reason.label): number for reason, number in self.why.items()}

    @property
    def in_all(self) -> int:
        """All of them."""
        return self.sent + self.waiting + self.failed + self.skipped


def guests_to_tell(event_id: UUID, notify: str) -> Iterator[tuple[UUID, str]]:
    """(RSVP, recipient) of those whom Notify names who left an address, each address once: by the
    answer that it gave first."""
    told: set[str] = set()
    rows = Rsvp.objects.of_event(event_id).reached_by(notify).values_list("id", "email")
    for rsvp_id, email in rows.iterator(_CHUNK):
        recipient = recipient_of(email)
        if recipient not in told:
            told.add(recipient)
            yield rsvp_id, recipient


def mailings_of(event_id: UUID) -> list[Mailing]:
    """What was mailed to the guests of an event as far as records are kept (see
    notify/domain/mail/limiting.py), the latest first, at most MAILINGS_SHOWN. One query."""
    about = Mail.objects.filter(event_id=event_id, kind__in=MAILINGS).order_by()
    columns = ("kind", "change_id", "object_id", "state", "reason")
    rows = about.values_list(*columns).annotate(Count("id"), Min("created_at"))
    acts: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for kind, change_id, object_id, *counted in rows:
        acts[kind, change_id, object_id].append(tuple(counted))
    mailings = [_mailing(kind, object_id, acts[kind, c, object_id]) for kind, c, object_id in acts]
    return sorted(mailings, key=lambda mailing: mailing.at, reverse=True)[:MAILINGS_SHOWN]


def _mailing(kind: str, object_id: UUID | None, counted: list[tuple[Any, ...]]) -> Mailing:
    states, why = Counter[str](), Counter[Reason]()
    for state, reason, number, _ in counted:
        states[_COUNTED_AS[state]] += number
        if reason:
            why[Reason(reason)] += number
    return Mailing(
        kind=MailKind(kind),
        message_id=object_id if kind in _OF_MESSAGES else None,
        at=min(first for *_, first in counted),
        why=dict(why.most_common()),
        **{name: states[name] for name in set(_COUNTED_AS.values())},
    )


_OF_MESSAGES = (MailKind.ANNOUNCEMENT, MailKind.DIRECT)
_COUNTED_AS = {
    MailState.QUEUED: "waiting",
    MailState.CLAIMED: "waiting",
    MailState.SENT: "sent",
    MailState.FAILED: "failed",
    MailState.SKIPPED: "skipped",
}

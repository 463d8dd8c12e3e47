"""Which guests are told something by mail, and how it went."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count

from notify.domain.mail.addresses import recipient_of
from notify.enums import MailState
from notify.models import Mail
from rsvps.models import Rsvp

_CHUNK = 1000


class Progress(NamedTuple):
    """How far the mails about one thing have come."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def in_all(self) -> int:
        """All of them."""
        return sum(self)


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


def progress_of(object_ids: Collection[UUID]) -> dict[UUID, Progress]:
    """How far the mails about these messages (or events) have come. One query."""
    about = Mail.objects.filter(object_id__in=object_ids).order_by()
    counted: dict[UUID, Progress] = {}
    for object_id, state, number in about.values_list("object_id", "state").annotate(Count("id")):
        before = counted.get(object_id, Progress())
        name = _COUNTED_AS[state]
        counted[object_id] = before._replace(**{name: getattr(before, name) + number})
    return counted


_COUNTED_AS = {
    MailState.QUEUED: "waiting",
    MailState.CLAIMED: "waiting",
    MailState.SENT: "sent",
    MailState.FAILED: "failed",
    MailState.SKIPPED: "skipped",
}

"""Which guests are told something by mail, and how it went."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count

from notify.domain.mail.addresses import recipient_of
from notify.enums import MailState, Stop
from notify.models import Mail, Suppression
from rsvps.models import Rsvp

_CHUNK = 1000


class AudienceCounts(NamedTuple):
    """Who would be told: ``told`` get a mail each; ``unwilling`` want none about this event, or
    cannot be reached; ``without_address`` left none."""

    told: int
    unwilling: int
    without_address: int


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


def guests_to_tell(event_id: UUID, audience: str) -> Iterator[tuple[UUID, str]]:
    """(RSVP, recipient) of those an Audience names who left an address, each address once: by the
    answer that it gave first."""
    told: set[str] = set()
    rows = Rsvp.objects.audience(event_id, audience).values_list("id", "email")
    for rsvp_id, email in rows.iterator(_CHUNK):
        recipient = recipient_of(email)
        if recipient not in told:
            told.add(recipient)
            yield rsvp_id, recipient


def audience_of(event_id: UUID, audience: str) -> AudienceCounts:
    """Who would be told if an organizer told this Audience of something now. Three queries."""
    recipients = {recipient for _, recipient in guests_to_tell(event_id, audience)}
    stopped = Suppression.objects.filter(stop__in=(Stop.SITE, Stop.REFUSED))
    stopped |= Suppression.objects.filter(stop=Stop.EVENT, event_id=event_id)
    unwilling = recipients & set(stopped.values_list("recipient", flat=True).iterator(_CHUNK))
    silent = Rsvp.objects.silent_audience(event_id, audience).count()
    return AudienceCounts(len(recipients) - len(unwilling), len(unwilling), silent)


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

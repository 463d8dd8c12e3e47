"""One mail a day instead of one for each thing, for hosts who chose so."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from comments.enums import Author
from comments.models import Message
from notify.enums import MailKind
from notify.models import Mail
from rsvps.models import Rsvp

_MORNING = time(8)
_DAY = timedelta(days=1)


class News(NamedTuple):
    """What came in on one event: answers, and messages from guests and visitors."""

    answers: int
    messages: int


def digest_instead_of(mail: Mail, zone: str) -> Mail:
    """The next digest: the first thing of a day that is worth telling writes it."""
    at = _next_morning(timezone.now(), zone)
    return Mail(
        kind=MailKind.DIGEST,
        tenant_id=mail.tenant_id,
        event_id=mail.event_id,
        user_id=mail.user_id,
        recipient=mail.recipient,
        next_at=at,
        once=f"digest|{mail.event_id}|{mail.recipient}|{at:%Y%m%d%H}",
    )


def news_since(event_id: UUID, moment: datetime) -> News:
    """What came in since then. Two queries."""
    written = Message.objects.filter(event_id=event_id, created_at__gte=moment)
    return News(
        answers=Rsvp.objects.of_event(event_id).filter(created_at__gte=moment).count(),
        messages=written.filter(author__in=(Author.GUEST, Author.VISITOR)).count(),
    )


def _next_morning(now: datetime, zone: str) -> datetime:
    """The next time that the clocks of the zone say eight, in UTC."""
    local = now.astimezone(ZoneInfo(zone))
    day = local.date() + (_DAY if local.time() >= _MORNING else timedelta())
    return datetime.combine(day, _MORNING, tzinfo=ZoneInfo(zone)).astimezone(UTC)

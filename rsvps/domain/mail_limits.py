"""How much mail may go out: this instance is nobody's relay.

Anyone may answer an event under anybody's address, and anyone may make an event. So each address is
told of an event by one answer only, and mails are counted by recipient, by event and in all. What
is counted are rows, written before the mail is sent and under one lock, whichever worker sends it.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from events.rows import EventRow
from rsvps import limits
from rsvps.models import SentMail
from rsvps.rows import RsvpRow

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# How long it is remembered that an address was told of an event.
KEPT = timedelta(days=30)
# Any number that nothing else locks by.
_LOCK = 0x6D61696C


class MailLimitReached(Exception):
    """Too much mail went out: to this recipient, or about this event."""


class InstanceLimitReached(MailLimitReached):
    """Too much mail went out in this hour."""


def book(rsvp: RsvpRow, event: EventRow, now: datetime) -> SentMail | None:
    """Counts a mail that is about to be sent; delete the row when it is not sent after all. None
    when another answer to the event told this address already. Raises MailLimitReached."""
    mail = SentMail(
        recipient=_hashed(rsvp.email or ""),
        event_id=event.id,
        rsvp_id=rsvp.id,
        of_tenant=event.tenant_id is not None,
        sent_at=now,
    )
    with transaction.atomic():
        _one_at_a_time()
        about_event = SentMail.objects.filter(event_id=event.id)
        if about_event.filter(recipient=mail.recipient).exclude(rsvp_id=rsvp.id).exists():
            return None
        _ensure_within_limits(mail, now)
        mail.save(force_insert=True)
    return mail


def _ensure_within_limits(mail: SentMail, now: datetime) -> None:
    today = SentMail.objects.filter(sent_at__gt=now - DAY)
    if today.filter(recipient=mail.recipient).count() >= settings.MAIL_LIMIT_RECIPIENT:
        raise MailLimitReached("recipient")
    if not mail.of_tenant:
        others = today.filter(event_id=mail.event_id).exclude(recipient=mail.recipient)
        told = others.order_by().values("recipient").distinct().count()
        if told >= settings.MAIL_LIMIT_EVENT:
            raise MailLimitReached("event")
    lately = SentMail.objects.filter(sent_at__gt=now - HOUR)
    if lately.count() >= settings.MAIL_LIMIT_HOUR:
        raise InstanceLimitReached("hour")
    # Whoever makes events of nobody's must not use up what organisations need.
    if (
        not mail.of_tenant
        and lately.filter(of_tenant=False).count() >= settings.MAIL_LIMIT_HOUR / 2
    ):
        raise InstanceLimitReached("hour")


def _hashed(address: str) -> str:
    """The same for every spelling of a mailbox: case and what follows a ``+`` do not count."""
    local, _, host = address.lower().rpartition("@")
    mailbox = f"mail|{local.partition('+')[0]}@{host}"
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, mailbox.encode(), hashlib.sha256).hexdigest()[: limits.RECIPIENT]


def _one_at_a_time() -> None:
    """Until the transaction ends nobody else counts. SQLite has one writer in any case."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])

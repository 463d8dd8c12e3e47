"""How much mail may go out: this instance is nobody's relay.

Anyone may answer an event under anybody's address, and anyone may make an event. So each address
is told how its answer stands by one RSVP of an event only, and mails are counted by recipient, by
event and in all. What is counted are Mail rows, claimed under one lock, whichever worker sends
them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max

from notify.enums import STANDINGS, TO_HOSTS, MailKind, MailState, Reason
from notify.models import Mail

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# How long it is remembered that an address was told of an event.
KEPT = timedelta(days=30)
# A host who has shown to read their mail may get so many times what others may.
_HOSTS_SHARE = 5
# Any number that nothing else locks by.
_LOCK = 0x6D61696C


class Budget:
    """What may still go out, of a batch of mails. Six queries, whatever its size; hold the lock
    until what was allowed is written down."""

    def __init__(self, mails: Collection[Mail], now: datetime) -> None:
        # Those that another worker had claimed before it was killed do not count twice.
        sent = Mail.objects.counted().exclude(pk__in=[mail.pk for mail in mails]).order_by()
        today = sent.filter(sent_at__gt=now - DAY)
        recipients = {mail.recipient for mail in mails}
        events = {mail.event_id for mail in mails if mail.event_id and mail.tenant_id is None}
        per_recipient = today.filter(recipient__in=recipients).values_list("recipient")
        self._by_recipient = Counter(dict(per_recipient.annotate(mails=Count("id"))))
        self._told: dict[UUID, set[str]] = defaultdict(set)
        about = today.filter(event_id__in=events, confirmed=False)
        for event_id, recipient in about.values_list("event_id", "recipient").distinct():
            if event_id:
                self._told[event_id].add(recipient)
        lately = sent.filter(sent_at__gt=now - HOUR)
        self._in_all = lately.count()
        self._of_strangers = lately.filter(tenant_id=None).count()
        self._standing = _told_standing(mails)
        self._latest = _latest_standing(mails)

    def refuses(self, mail: Mail) -> Reason | None:
        """Why this mail may not go out, or None; then it is counted. OVER_LIMIT of an
        organisation's mail for the instance's sake may change within the hour."""
        if mail.kind in STANDINGS:
            # Only the mail of a lot tells of the other RSVPs in it.
            alone = not mail.data.get("lot")
            if alone and (mail.change_id or 0) < self._latest.get(mail.rsvp_id, 0):
                return Reason.SUPERSEDED
            told_by = self._standing.get((mail.event_id, mail.recipient), mail.rsvp_id)
            if told_by != mail.rsvp_id:
                return Reason.TOLD_ALREADY
        if self._is_over(mail):
            return Reason.OVER_LIMIT
        self._by_recipient[mail.recipient] += 1
        self._in_all += 1
        self._of_strangers += mail.tenant_id is None
        if mail.event_id and mail.tenant_id is None and not mail.confirmed:
            self._told[mail.event_id].add(mail.recipient)
        if mail.kind in STANDINGS:
            self._standing.setdefault((mail.event_id, mail.recipient), mail.rsvp_id)
        return None

    def waits(self, mail: Mail) -> bool:
        """Whether a mail that was refused as OVER_LIMIT waits for the next hour: an
        organisation's, when only the instance's limit is reached."""
        return mail.tenant_id is not None and self._in_all >= settings.MAIL_LIMIT_HOUR

    def _is_over(self, mail: Mail) -> bool:
        most = settings.MAIL_LIMIT_RECIPIENT
        if mail.confirmed and (mail.kind in TO_HOSTS or mail.kind == MailKind.DIGEST):
            most *= _HOSTS_SHARE
        if self._by_recipient[mail.recipient] >= most:
            return True
        strangers = mail.tenant_id is None
        if strangers and mail.event_id and not mail.confirmed:
            told = self._told[mail.event_id] - {mail.recipient}
            if len(told) >= settings.MAIL_LIMIT_EVENT:
                return True
        if self._in_all >= settings.MAIL_LIMIT_HOUR:
            return True
        # Whoever makes events of nobody's must not use up what organisations need.
        return strangers and self._of_strangers >= settings.MAIL_LIMIT_HOUR / 2


def one_at_a_time() -> None:
    """Until the transaction ends nobody else counts. SQLite has one writer in any case."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _told_standing(mails: Collection[Mail]) -> dict[tuple[UUID | None, str], UUID | None]:
    """Which RSVP told an address of an event, by (event, recipient)."""
    asked = [mail for mail in mails if mail.kind in STANDINGS]
    if not asked:
        return {}
    told = Mail.objects.told().filter(
        event_id__in={mail.event_id for mail in asked},
        recipient__in={mail.recipient for mail in asked},
        kind__in=STANDINGS,
    )
    rows = told.order_by("-created_at").values_list("event_id", "recipient", "rsvp_id")
    return {(event_id, recipient): rsvp_id for event_id, recipient, rsvp_id in rows}


def _latest_standing(mails: Collection[Mail]) -> dict[UUID | None, int]:
    """The change that the last waiting mail on each RSVP tells."""
    rsvp_ids = {mail.rsvp_id for mail in mails if mail.kind in STANDINGS}
    if not rsvp_ids:
        return {}
    waiting = Mail.objects.filter(rsvp_id__in=rsvp_ids, kind__in=STANDINGS, state=MailState.QUEUED)
    rows = waiting.order_by().values_list("rsvp_id").annotate(last=Max("change_id"))
    return {rsvp_id: last or 0 for rsvp_id, last in rows}

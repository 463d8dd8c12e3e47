"""Mails go out: claimed, sent and marked, each committed before the next step.

A worker that is killed loses nothing: what it had claimed is taken up anew after
settings.MAIL_LEASE seconds. Only the mail that was sent and not yet marked goes out again, under
the same Message-ID, by which mail programs show it once.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from notify import limits
from notify.domain.mail.addresses import address_key, recipient_of
from notify.domain.mail.delivery import Delivery, Outcome
from notify.domain.mail.letters import write_letter
from notify.domain.mail.limiting import HOUR, Budget, one_at_a_time
from notify.domain.mail.permission import why_not
from notify.domain.mail.sources import Sources, goes_to_guest, read_sources
from notify.enums import MailState, Reason, Stop
from notify.models import Mail, MailQuerySet, Suppression

_log = logging.getLogger("convene.mail")
# A server that is away gets five more tries, the last one four hours after the first.
_LATER = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180)]
# A task sends for so many seconds; what is left is for the next one, so that other tasks get on.
_TURN = 30


class Claimed(NamedTuple):
    """Mails that this worker alone sends until its lease ends, and what they are written from."""

    mails: list[Mail]
    sources: Sources


@task()
def send_mails() -> None:
    """Sends what is due. A mail server that cannot be reached ends it: wake_mail() tries again."""
    began = monotonic()
    while True:
        claimed = claim()
        if claimed is None:
            return
        if not send(claimed):
            return
        if monotonic() - began > _TURN:
            send_mails.enqueue()
            return


def wake_mail(now: datetime) -> None:
    """Enqueues the task when mail is due: its time has come, or its worker was killed."""
    if settings.MAIL_ENABLED and Mail.objects.due(now).exists():
        send_mails.enqueue()


def claim() -> Claimed | None:
    """Takes some mails that are due, and decides about those that are not to be sent. None when
    none is due."""
    now = timezone.now()
    with transaction.atomic():
        one_at_a_time()
        due = Mail.objects.due(now).order_by("next_at", "created_at", "id")
        mails = list(due[: limits.BATCH])
        if not mails:
            return None
        sources = read_sources(mails)
        allowed = _allowed(mails, sources, now)
        for mail in allowed:
            mail.state, mail.sent_at = MailState.CLAIMED, now
            mail.next_at = now + timedelta(seconds=settings.MAIL_LEASE)
        _store(mails)
    return Claimed(allowed, sources)


def send(claimed: Claimed) -> bool:
    """Sends claimed mails over one connection, and marks each. False when the server is away."""
    began = monotonic()
    with Delivery() as delivery:
        for number, mail in enumerate(claimed.mails):
            if monotonic() - began > settings.MAIL_LEASE / 2:
                _release(claimed.mails[number:])
                return True
            if not _send_one(mail, claimed.sources, delivery):
                _put_off(claimed.mails[number:])
                return False
    return True


def _send_one(mail: Mail, sources: Sources, delivery: Delivery) -> bool:
    """False when the server cannot be reached; the mail is still claimed then."""
    try:
        letter = write_letter(mail, sources)
    except Exception:
        _log.exception("Mail %s cannot be written", mail.id)
        _mark(mail, MailState.FAILED, Reason.BROKEN)
        return True
    if letter is None:
        _mark(mail, MailState.SKIPPED, Reason.GONE)
        return True
    result = delivery.send(letter)
    match result.outcome:
        case Outcome.SENT:
            _mark(mail, MailState.SENT)
        case Outcome.LATER:
            _put_off([mail], result.detail)
        case Outcome.ADDRESS_REFUSED:
            with transaction.atomic():
                Suppression.objects.bulk_create(
                    [
                        Suppression(
                            recipient=address_key(sources.address(mail)),
                            stop=Stop.REFUSED,
                            detail=result.detail,
                        )
                    ],
                    ignore_conflicts=True,
                )
                _mark(mail, MailState.FAILED, Reason.REFUSED, result.detail)
        case Outcome.LETTER_REFUSED:
            _mark(mail, MailState.FAILED, Reason.BROKEN, result.detail)
        case Outcome.AWAY:
            return False
    return True


def _allowed(mails: Sequence[Mail], sources: Sources, now: datetime) -> list[Mail]:
    """Those to send; the others get their state."""
    candidates = []
    for mail in mails:
        address = sources.address(mail)
        recipient = recipient_of(address) if address else mail.recipient
        if recipient != mail.recipient:
            # It was given another one since the mail was written.
            mail.recipient = recipient
            Mail.objects.filter(pk=mail.pk).update(recipient=recipient)
        mail.confirmed = _is_confirmed(mail, sources)
        reason = why_not(mail, sources, now) if address else Reason.GONE
        if reason is None:
            candidates.append(mail)
        else:
            _decline(mail, MailState.SKIPPED, reason)
    budget = Budget(candidates, now)
    allowed = []
    for mail in candidates:
        reason = budget.refuses(mail)
        if reason is None:
            allowed.append(mail)
        elif reason != Reason.OVER_LIMIT:
            _decline(mail, MailState.SKIPPED, reason)
        elif budget.waits(mail):
            mail.state, mail.sent_at, mail.next_at = MailState.QUEUED, None, now + HOUR
        else:
            _log.warning("A mail about event %s is over the limit", mail.event_id)
            _decline(mail, MailState.FAILED, reason)
    return allowed


def _is_confirmed(mail: Mail, sources: Sources) -> bool:
    if goes_to_guest(mail.kind):
        rsvp = sources.rsvp(mail)
        return rsvp is not None and rsvp.email_confirmed
    if mail.user_id:
        return True
    event = sources.event(mail)
    return event is not None and not mail.address and event.host_confirmed_at is not None


def _decline(mail: Mail, state: MailState, reason: Reason) -> None:
    mail.state, mail.reason, mail.sent_at = state, reason, None


def _store(mails: Collection[Mail]) -> None:
    """Writes what was decided: a statement for each way it went."""
    ways: dict[tuple[Any, ...], list[UUID]] = defaultdict(list)
    for mail in mails:
        way = (mail.state, mail.reason, mail.sent_at, mail.next_at, mail.confirmed)
        ways[way].append(mail.pk)
    for (state, reason, sent_at, next_at, confirmed), ids in ways.items():
        told: dict[str, Any] = {"state": state, "reason": reason, "confirmed": confirmed}
        told |= {"sent_at": sent_at, "next_at": next_at}
        if state == MailState.SKIPPED:
            told |= {"address": "", "data": {}}
        Mail.objects.filter(pk__in=ids).update(**told)


def _mark(mail: Mail, state: MailState, reason: str = "", detail: str = "") -> None:
    """What happened to a mail we claimed. What is stored of its content goes when it is sent."""
    now = timezone.now()
    told: dict[str, object] = {"state": state, "reason": reason, "detail": detail[:200]}
    told["sent_at"] = now if state == MailState.SENT else None
    if state != MailState.FAILED:
        told |= {"address": "", "data": {}}
    _ours([mail]).update(**told)


def _release(mails: Sequence[Mail]) -> None:
    """Gives mails back that there was no time for."""
    _ours(mails).update(state=MailState.QUEUED, sent_at=None, next_at=timezone.now())


def _put_off(mails: Sequence[Mail], detail: str = "") -> None:
    """Tries again later and later, until it is given up."""
    now = timezone.now()
    for attempts in {mail.attempts for mail in mails}:
        these = _ours([mail for mail in mails if mail.attempts == attempts])
        if attempts < len(_LATER):
            state, reason, next_at = MailState.QUEUED, "", now + _LATER[attempts]
        else:
            state, reason, next_at = MailState.FAILED, Reason.AWAY, now
        these.update(
            state=state,
            reason=reason,
            next_at=next_at,
            sent_at=None,
            attempts=attempts + 1,
            detail=detail[:200],
        )


def _ours(mails: Sequence[Mail]) -> MailQuerySet:
    return Mail.objects.filter(
        pk__in=[mail.pk for mail in mails], state=MailState.CLAIMED, next_at=mails[0].next_at
    )

"""Mail that was given up, as organizers see it and try it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.domain.actors import Actor
from accounts.domain.organizers import organized_by
from config.errors import NotAllowed, NotFound
from events.models import Event
from notify.domain.mail.addresses import address_key
from notify.domain.mail.sending import send_mails
from notify.domain.mail.sources import read_sources
from notify.enums import MailState, Stop
from notify.models import Mail, MailQuerySet, Suppression
from rsvps.models import Rsvp


@dataclass(frozen=True, slots=True)
class FailedMail:
    """A mail that was given up. ``name`` and ``email`` are the guest's, empty for a mail to
    somebody else; ``problem`` is why, in words, and what the server said."""

    mail_id: UUID
    kind: str
    rsvp_id: UUID | None
    name: str
    email: str
    event_id: UUID | None
    event_title: str
    failed_at: datetime
    problem: str


def failed_mail(actor: Actor, most: int) -> list[FailedMail]:
    """Mails about the actor's events that were given up, latest first. Three queries."""
    mails = list(_failed(actor).order_by("-created_at", "id")[:most])
    guests = Rsvp.objects.in_bulk({mail.rsvp_id for mail in mails if mail.rsvp_id})
    events = Event.objects.only("title").in_bulk({m.event_id for m in mails if m.event_id})
    failed = []
    for mail in mails:
        guest = guests.get(mail.rsvp_id) if mail.rsvp_id else None
        event = events.get(mail.event_id) if mail.event_id else None
        if mail.rsvp_id and guest is None:  # there is nobody left to be told
            continue
        failed.append(
            FailedMail(
                mail_id=mail.pk,
                kind=mail.get_kind_display(),
                rsvp_id=guest.pk if guest else None,
                name=guest.name if guest else "",
                email=guest.email if guest else "",
                event_id=event.pk if event else None,
                event_title=event.title if event else "",
                failed_at=mail.next_at,
                problem=" ".join(filter(None, (mail.get_reason_display(), mail.detail))),
            )
        )
    return failed


def send_again(*, actor: Actor, mail_id: UUID) -> None:
    """Enqueues a mail that was given up once more, also to an address that was refused. Raises
    NotFound, also for another tenant's or one that was tried again already, and NotAllowed without
    a mail server."""
    if not settings.MAIL_ENABLED:
        raise NotAllowed("mail_off")
    with transaction.atomic():
        mail = _failed(actor).select_for_update().filter(pk=mail_id).first()
        if mail is None:
            raise NotFound("mail_not_failed")
        refused = address_key(read_sources([mail]).address(mail))
        Suppression.objects.filter(recipient=refused, stop=Stop.REFUSED).delete()
        mail.state, mail.reason, mail.detail = MailState.QUEUED, "", ""
        mail.attempts, mail.next_at = 0, timezone.now()
        mail.save(update_fields=["state", "reason", "detail", "attempts", "next_at"])
        send_mails.enqueue()


def refusal_of(address: str) -> str | None:
    """What a mail server said when it refused this address, which gets no mail any more; None for
    one that works. One query."""
    refused = Suppression.objects.filter(recipient=address_key(address), stop=Stop.REFUSED)
    return refused.values_list("detail", flat=True).first()


def _failed(actor: Actor) -> MailQuerySet:
    failed = organized_by(actor, Mail.objects.filter(state=MailState.FAILED), "tenant_id")
    return failed if actor.is_root else failed.for_organizers()

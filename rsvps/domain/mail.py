"""What a guest is told by mail: their answer, their own link, and their ticket while they have one.

A mail is enqueued in the transaction that gives rise to it and sent by the worker after commit. It
tells how the answer stands when it is sent.
"""

from __future__ import annotations

from datetime import timedelta
from email.mime.image import MIMEImage
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone
from django_tasks import task

from accounts.domain.tokens import mint
from accounts.enums import TokenKind
from config.links import guest_url, page_url, site_url
from config.qr import qr_png
from events.domain.visibility import sees_place
from events.enums import Standing
from events.rows import EventRow, event_row
from rsvps.domain.standing import attends
from rsvps.domain.tickets import ticket_code
from rsvps.enums import Approval
from rsvps.models import Rsvp
from rsvps.rows import RsvpRow, rsvp_row

# A server that is away gets five more tries, the last one four hours after the first.
_LATER = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180)]


def tell_guest(rsvp: Rsvp) -> None:
    """Enqueues a mail on how the answer stands, when the guest left an address and the instance
    sends mail. Call in the transaction that changes the answer."""
    if settings.MAIL_ENABLED and rsvp.email:
        mail_answer.enqueue(str(rsvp.id))


@task()
def mail_answer(rsvp_id: str, tries: int = 0) -> None:
    """Sends the mail. A server that cannot be reached is tried again later; an address or a letter
    it refuses is not. Raises OSError or SMTPException when it is given up."""
    rsvp = rsvp_row(UUID(rsvp_id))
    event = rsvp and event_row(rsvp.event_id)
    if rsvp is None or event is None or not rsvp.email or event.cancelled_at is not None:
        return
    try:
        _letter(rsvp, event).send()
    except (SMTPRecipientsRefused, SMTPDataError):
        raise
    except (OSError, SMTPException):
        if tries >= len(_LATER):
            raise
        later = mail_answer.using(run_after=timezone.now() + _LATER[tries])
        later.enqueue(rsvp_id, tries + 1)


def _letter(rsvp: RsvpRow, event: EventRow) -> EmailMultiAlternatives:
    code = ticket_code(rsvp)
    context = _context(rsvp, event, code)
    letter = EmailMultiAlternatives(
        subject=f"{_subject(rsvp, code)}: {event.title}",
        body=render_to_string("mail/answer.txt", context),
        to=[rsvp.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    letter.attach_alternative(render_to_string("mail/answer.html", context), "text/html")
    if code is not None:
        image = MIMEImage(qr_png(code))
        image.add_header("Content-ID", "<ticket>")
        image.add_header("Content-Disposition", "inline", filename="ticket.png")
        letter.attach(image)
    return letter


def _subject(rsvp: RsvpRow, code: str | None) -> str:
    if code is not None:
        return "Your ticket"
    return "Waiting for approval" if rsvp.approval == Approval.PENDING else "Your answer"


def _context(rsvp: RsvpRow, event: EventRow, code: str | None) -> dict[str, Any]:
    held = Standing.ATTENDEE if attends(rsvp) else Standing.GUEST
    here = site_url()
    place = sees_place(event, held)
    return {
        "name": rsvp.name,
        "attendance": rsvp.attendance,
        "approval": rsvp.approval,
        "guest_count": rsvp.guest_count,
        "title": event.title,
        "start_time": event.start_time,
        "end_time": event.end_time,
        "timezone": event.timezone,
        "location": event.location if place else "",
        "online_url": event.online_url if place else "",
        "ticket": code,
        "link": guest_url(here, event.id, mint(TokenKind.RSVP, rsvp.id, rsvp.token_version)),
        "event_link": page_url(here, event.id),
        "site_name": settings.SITE_NAME,
    }

"""What a guest is told by mail: their answer, their own link, and their ticket while they have one.

A mail is enqueued in the transaction that gives rise to it and sent by the worker after commit. It
tells how the answer stands when it is sent. One that was given up stays as a failed task, which
organizers see and may try again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.mime.image import MIMEImage
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Case, Exists, OuterRef, QuerySet, UUIDField, Value, When
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Replace
from django.template.loader import render_to_string
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from accounts.domain.actors import Actor
from accounts.domain.organizers import organized_by
from accounts.domain.tokens import mint
from accounts.enums import TokenKind
from config.errors import NotAllowed, NotFound
from config.links import site_url
from config.qr import qr_png
from config.text import holds_link, unlinked
from events.addresses import guest_url, page_url
from events.enums import Standing
from events.facts import event_facts
from events.rows import EventRow, event_row
from rsvps.domain.mail_limits import InstanceLimitReached, MailLimitReached, book
from rsvps.domain.tickets import ticket_code
from rsvps.enums import Approval
from rsvps.models import Rsvp
from rsvps.rows import RsvpRow, rsvp_row

_log = logging.getLogger("convene.mail")
# A server that is away gets five more tries, the last one four hours after the first.
_LATER = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180)]
# How the task is named in the database.
_PATH = f"{__name__}.mail_answer"


def tell_guest(rsvp: Rsvp) -> None:
    """Enqueues a mail on how the answer stands, when the guest left an address and the instance
    sends mail. Call in the transaction that changes the answer."""
    if settings.MAIL_ENABLED and rsvp.email:
        mail_answer.enqueue(str(rsvp.id))


@task()
def mail_answer(rsvp_id: str, tries: int = 0) -> None:
    """Sends the mail, unless another answer told this address of the event already. A server that
    cannot be reached is tried again later; an address or a letter it refuses is not. Raises
    OSError, SMTPException or MailLimitReached when it is given up."""
    rsvp = rsvp_row(UUID(rsvp_id))
    event = rsvp and event_row(rsvp.event_id)
    if rsvp is None or event is None or not rsvp.email or event.cancelled_at is not None:
        return
    try:
        _send(rsvp, event)
    except (SMTPRecipientsRefused, SMTPDataError):
        raise
    except (OSError, SMTPException, InstanceLimitReached) as problem:
        # In an hour there may be room again, for organisations; others had their share.
        unwanted = isinstance(problem, InstanceLimitReached) and event.tenant_id is None
        if unwanted or tries >= len(_LATER):
            raise
        later = mail_answer.using(run_after=timezone.now() + _LATER[tries])
        later.enqueue(rsvp_id, tries + 1)


def _send(rsvp: RsvpRow, event: EventRow) -> None:
    try:
        booked = book(rsvp, event, timezone.now())
    except MailLimitReached as problem:
        _log.warning("A mail about event %s is over the limit: %s", event.id, problem)
        raise
    if booked is None:
        _log.info("An address was told of event %s already: no second mail", event.id)
        return
    try:
        _letter(rsvp, event).send()
    except Exception:
        booked.delete()
        raise


@dataclass(frozen=True, slots=True)
class FailedMail:
    """A mail that was given up. ``problem`` is the kind of error, like ``SMTPDataError``."""

    task_id: UUID
    rsvp_id: UUID
    name: str
    email: str
    event_id: UUID
    event_title: str
    failed_at: datetime
    problem: str


def failed_mail(actor: Actor, most: int) -> list[FailedMail]:
    """Mails to guests of the actor's events that were given up, latest first. Two queries."""
    failed = _failed(actor).order_by("-finished_at")
    tasks = list(failed.values_list("id", "rsvp_id", "finished_at", "exception_class_path")[:most])
    columns = ("name", "email", "event_id", "event__title")
    guests = Rsvp.objects.filter(pk__in=[rsvp_id for _, rsvp_id, *_ in tasks])
    known: dict[Any, Any] = {row["id"]: row for row in guests.values("id", *columns)}
    return [
        FailedMail(
            task_id=task_id,
            rsvp_id=rsvp_id,
            name=known[rsvp_id]["name"],
            email=known[rsvp_id]["email"],
            event_id=known[rsvp_id]["event_id"],
            event_title=known[rsvp_id]["event__title"],
            failed_at=failed_at,
            problem=problem.rpartition(".")[2],
        )
        for task_id, rsvp_id, failed_at, problem in tasks
        if rsvp_id in known
    ]


def send_again(*, actor: Actor, task_id: UUID) -> str:
    """Enqueues a mail that was given up once more; the guest's name. Raises NotFound, also for one
    to another tenant's guest or tried again already, and NotAllowed without a mail server."""
    if not settings.MAIL_ENABLED:
        raise NotAllowed("mail_off")
    with transaction.atomic():
        rsvp_id = _failed(actor).filter(pk=task_id).values_list("rsvp_id", flat=True).first()
        gone = rsvp_id and DBTaskResult.objects.failed().filter(pk=task_id).delete()[0]
        rsvp = rsvp_row(rsvp_id) if rsvp_id and gone else None
        if rsvp is None:
            raise NotFound("mail_not_failed")
        mail_answer.enqueue(str(rsvp.id))
    return rsvp.name


def _failed(actor: Actor) -> QuerySet[Any]:
    """Failed tasks of mail_answer() with their ``rsvp_id``. The id stands as text within the
    task's JSON; tasks of other kinds may hold anything there."""
    text = KeyTextTransform("0", KeyTransform("args", "args_kwargs"))
    rsvp_id = Cast(Replace(text, Value("-"), Value("")), UUIDField())
    tasks: QuerySet[Any] = DBTaskResult.objects.failed().filter(task_path=_PATH)
    tasks = tasks.annotate(rsvp_id=Case(When(task_path=_PATH, then=rsvp_id)))
    guests = Rsvp.objects.filter(pk=OuterRef("rsvp_id"))
    return tasks.filter(Exists(organized_by(actor, guests, "event__tenant")))


def _letter(rsvp: RsvpRow, event: EventRow) -> EmailMultiAlternatives:
    code = ticket_code(rsvp)
    context = _context(rsvp, event, code)
    letter = EmailMultiAlternatives(
        subject=_subject(rsvp, event, code),
        body=render_to_string("mail/answer.txt", context),
        to=[rsvp.email or ""],
        headers={"Auto-Submitted": "auto-generated"},
    )
    letter.attach_alternative(render_to_string("mail/answer.html", context), "text/html")
    if code is not None:
        image = MIMEImage(qr_png(code))
        image.add_header("Content-ID", "<ticket>")
        image.add_header("Content-Disposition", "inline", filename="ticket.png")
        letter.attach(image)
    return letter


def _subject(rsvp: RsvpRow, event: EventRow, code: str | None) -> str:
    """What it is about; in the words of an organisation, but not in those of just anybody."""
    about = "Waiting for approval" if rsvp.approval == Approval.PENDING else "Your answer"
    if code is not None:
        about = "Your ticket"
    return about if event.tenant_id is None else f"{about}: {event.title}"


def _context(rsvp: RsvpRow, event: EventRow, code: str | None) -> dict[str, Any]:
    held = Standing.ATTENDEE if rsvp.attends else Standing.GUEST
    here = site_url()
    places = event_facts(event, held, timezone.now()).places
    if event.tenant_id is None:
        places = [place for place in places if not holds_link(place)]
    return {
        "name": rsvp.name if event.tenant_id is not None else "",
        "attendance": rsvp.attendance,
        "approval": rsvp.approval,
        "guest_count": rsvp.guest_count,
        "title": unlinked(event.title),
        "start_time": event.start_time,
        "end_time": event.end_time,
        "timezone": event.timezone,
        "places": places,
        "ticket": code,
        "link": guest_url(here, event.id, mint(TokenKind.RSVP, rsvp.id, rsvp.token_version)),
        "event_link": page_url(here, event.id),
        "site_name": settings.SITE_NAME,
    }

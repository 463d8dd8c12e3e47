"""Reminding guests before an event begins: the worker looks every few seconds whose time it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from config.errors import NotFound
from events.domain.locking import locked_event
from events.domain.reminders import due_reminders, reminder_moment, settle_reminder
from events.models import Event
from notify.domain.mail.addresses import recipient_of
from notify.domain.mail.sending import send_mails
from notify.domain.mail.writing import store_mails
from notify.enums import MailKind
from notify.models import Mail
from rsvps.models import Rsvp

# A reminder that could not be given in time, as the worker stood still, is given up after so long.
_LATE = timedelta(hours=2)
_EVENTS = 100
_CHUNK = 1000


def remind(now: datetime) -> None:
    """Writes the reminders that are due. Each event is one transaction, in which the next moment is
    written down too: however often a worker is killed, nobody is reminded twice."""
    if not settings.MAIL_ENABLED:
        return
    due = Event.objects.shown().filter(next_reminder_at__lte=now).order_by("next_reminder_at")
    for event_id in list(due.values_list("id", flat=True)[:_EVENTS]):
        try:
            _remind_of(event_id, now)
        except NotFound:  # deleted since
            continue


def _remind_of(event_id: UUID, now: datetime) -> None:
    with locked_event(event_id):
        event = Event.objects.get(pk=event_id)
        if event.next_reminder_at is None or event.next_reminder_at > now:
            return
        due = due_reminders(event, since=now - _LATE, now=now)
        written = 0
        if due and event.cancelled_at is None and event.start_time > now:
            # Several at once, after a pause, are one.
            written = store_mails(_reminders(event, min(due)))
        settle_reminder(event_id, now)
        if written:
            send_mails.enqueue()


def _reminders(event: Event, hours: int) -> Iterator[Mail]:
    """One for each guest who attends, left an address and answered before the moment. An event
    that moves to another day has reminders of its own."""
    guests = Rsvp.objects.of_event(event.pk).attending().exclude(email="")
    guests = guests.filter(reminders_off=False)
    guests = guests.filter(responded_at__lte=reminder_moment(event, hours))
    day = event.start_time.astimezone(ZoneInfo(event.timezone)).date()
    told: set[str] = set()
    for rsvp_id, email in guests.values_list("id", "email").iterator(_CHUNK):
        recipient = recipient_of(email)
        if recipient in told:
            continue
        told.add(recipient)
        yield Mail(
            kind=MailKind.REMINDER,
            tenant_id=event.tenant_id,
            event_id=event.pk,
            rsvp_id=rsvp_id,
            recipient=recipient,
            once=f"reminder|{event.pk}|{recipient}|{hours}|{day}",
        )

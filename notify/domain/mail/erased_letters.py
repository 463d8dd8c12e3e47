"""What guests are told of what is no longer there."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from config.links import site_url
from config.text import unlinked
from events.addresses import page_url
from events.domain.hosts import is_trusted
from events.domain.visibility import UNGUARDED, PlaceGuards, seen_places
from events.enums import Standing, Status
from events.facts import event_facts
from events.fields import PLACES
from notify.domain.mail.guest_letters import date_of, organizer_name, said, speakable
from notify.domain.mail.letter import Letter, Part
from notify.domain.mail.sources import Sources
from notify.domain.mail.wording import when_lines
from notify.models import Mail
from rsvps.enums import Approval, Attendance


def deleted_letter(mail: Mail, sources: Sources) -> Letter:
    """The event was deleted."""
    stored, guest = mail.data["event"], mail.data["guest"]
    attended = _attended(guest)
    title, trusted = unlinked(stored["title"]), stored["is_trusted"]
    event = _erased(stored | {"title": title}, attended)
    words = sources.told(mail).get("notify_message", "")
    subject = _("Cancelled: %(title)s") % {"title": stored["title"]}
    letter = Letter(
        subject=subject if trusted else _("An event you RSVP’d to is cancelled"),
        kicker=_("This event is cancelled"),
        heading=title,
        paragraphs=[_("The host deleted it, along with your RSVP and everything you wrote.")],
        quote=said(words, trusted=trusted),
        facts=[(_("When"), when_lines(event.start_time, event.end_time, event.timezone))],
        date=date_of(event.start_time, event.timezone),
    )
    if attended:
        host = stored["host_name"] if trusted else ""
        letter.calendar = _cancellation(event, host or settings.SITE_NAME, guest, trusted=trusted)
    return letter


def removed_letter(mail: Mail, sources: Sources) -> Letter | None:
    """The guest's RSVP was removed, by themselves or by the host; the event is still there."""
    row, guest = sources.event(mail), mail.data["guest"]
    if row is None or row.cancelled_at is not None:
        return None
    trusted = is_trusted(row)
    facts = speakable(event_facts(row, Standing.PUBLIC, timezone.now()), trusted=trusted)
    subject = _("You are off the guest list: %(title)s") % {"title": row.title}
    return Letter(
        subject=subject if trusted else _("You are off the guest list"),
        kicker=_("You are off the guest list"),
        heading=facts.title,
        paragraphs=[_("Your RSVP is deleted. Your link and your ticket no longer work.")],
        facts=[(_("When"), when_lines(facts.start_time, facts.end_time, facts.timezone))],
        buttons=[(_("See the event"), page_url(site_url(), row.id))],
        calendar=_cancellation(facts, organizer_name(row), guest, trusted=trusted),
        date=date_of(facts.start_time, facts.timezone),
    )


def _cancellation(entry: Any, organizer: str, guest: dict[str, Any], *, trusted: bool) -> Part:
    return Part(
        entry=entry,
        url=page_url(site_url(), entry.id),
        method="CANCEL",
        answer="DECLINED",
        organizer=organizer,
        attendee=guest["name"] if trusted else "",
    )


def _attended(guest: dict[str, Any]) -> bool:
    return bool(guest["attendance"] == Attendance.GOING and guest["approval"] == Approval.APPROVED)


def _erased(stored: dict[str, Any], attended: bool) -> SimpleNamespace:
    """A deleted event as calendars need it, for a guest who knew it."""
    # A mail that an older release wrote does not hold every guard.
    guards = UNGUARDED._replace(**{n: v for n, v in stored.items() if n in PlaceGuards._fields})
    seen = seen_places(guards, Standing.ATTENDEE if attended else Standing.GUEST)
    hidden = set(PLACES).difference(seen if stored["is_trusted"] else ())
    moments = {
        name: datetime.fromisoformat(stored[name]) if stored[name] else None
        for name in ("start_time", "end_time", "created_at")
    }
    now = timezone.now()
    return SimpleNamespace(
        **stored
        | dict.fromkeys(hidden)
        | moments
        | {"id": UUID(stored["id"]), "description": "", "tags": []}
        | {"status": Status.CANCELLED, "updated_at": now}
    )

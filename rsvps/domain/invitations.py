"""Inviting people by mail. Who is mailed, and whether, is up to the limits of mail; an invitation
opens nothing that the event's address does not open, and is linked to no answer."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Lower
from django.utils import timezone

from config.cleaners import Email
from config.errors import Flaws, Invalid, NotAllowed, flaw
from config.text import clean_text
from events.domain.locking import LockedEvent, locked_event
from events.domain.times import status_of
from events.enums import Status
from events.errors import TakenDown
from outbox.domain.emitting import tell
from outbox.enums import Kind
from rsvps import limits
from rsvps.errors import EventCancelled, RsvpsClosed
from rsvps.models import Invitation, Rsvp

_DAY = timedelta(days=1)
_ADDRESS = Email(limits.EMAIL, required=True)
# What a column of addresses is called.
_HEADS = frozenset({"email", "e-mail", "mail", "email address", "e-mail address"})


class Invited(NamedTuple):
    """What became of the addresses: those that are invited now, and those that were before or have
    answered the event, which get no mail."""

    invited: list[str]
    already: list[str]


def invite(*, event_id: UUID, emails: Iterable[str], message: str = "") -> Invited:
    """Invites these addresses to the event by mail, each once, with the organizer's ``message``.

    Raises Invalid (``emails``, ``emails.3``, ``message``), EventCancelled, RsvpsClosed for an event
    that is over, TakenDown, NotFound, and NotAllowed where the instance sends no mail.
    """
    if not settings.MAIL_ENABLED:
        raise NotAllowed("mail_off")
    said = clean_text(message, field="message", limit=limits.INVITATION_MESSAGE, multiline=True)
    asked = _clean(emails)
    with locked_event(event_id) as event:
        _ensure_ahead(event)
        known = _known(event_id, asked)
        fresh = [email for key, email in asked.items() if key not in known]
        _ensure_within_limits(event, len(fresh))
        made = [Invitation(event_id=event_id, email=email) for email in fresh]
        Invitation.objects.bulk_create(made, limits.AT_ONCE)
        if made:
            ids = [each.pk for each in made]
            tell(event, Kind.GUESTS_INVITED, invitations=ids, message=said)
    return Invited(fresh, [email for key, email in asked.items() if key in known])


def read_addresses(text: str) -> list[str]:
    """The addresses of a CSV file, or of a list with one on each line. With a head that names a
    column of addresses that column counts, else the first cell with an @ of each line. Empty lines
    are left out. Raises Invalid (``emails``) naming each line that holds none."""
    addresses: list[str] = []
    wrong: list[int] = []
    column: int | None = None
    delimiter = ";" if text.partition("\n")[0].count(";") else ","
    try:
        reader = csv.reader(
            io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter, strict=True
        )
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if column is None and not addresses and not wrong:
                heads = [n for n, cell in enumerate(cells) if cell.lower() in _HEADS]
                if heads:
                    column = heads[0]
                    continue
            found = _cell(cells, column)
            if found is None:
                wrong.append(reader.line_num)
            else:
                addresses.append(found)
    except csv.Error as problem:
        raise Invalid(
            {"emails": flaw("not_csv", line=reader.line_num, problem=str(problem))}
        ) from None
    if wrong:
        raise Invalid({"emails": [flaw("no_address_in_line", line=line) for line in wrong[:20]]})
    return addresses


def _cell(cells: list[str], column: int | None) -> str | None:
    if column is not None:
        return cells[column] if column < len(cells) and "@" in cells[column] else None
    return next((cell for cell in cells if "@" in cell), None)


def _clean(emails: Iterable[str]) -> dict[str, str]:
    """The addresses by their spelling in small letters; the first spelling counts."""
    asked: dict[str, str] = {}
    errors: dict[str, Flaws] = {}
    for place, email in enumerate(emails):
        try:
            cleaned = _ADDRESS.clean(f"emails.{place}", email)
        except Invalid as problem:
            errors |= problem.errors
        else:
            asked.setdefault(cleaned.lower(), cleaned)
    if errors:
        raise Invalid(errors)
    if not asked:
        raise Invalid({"emails": "required"})
    if len(asked) > limits.AT_ONCE:
        raise Invalid({"emails": flaw("too_many", most=limits.AT_ONCE)})
    return asked


def _known(event_id: UUID, asked: Iterable[str]) -> set[str]:
    """Of these addresses, in small letters, those that were invited or have answered."""
    wanted = list(asked)
    found: set[str] = set()
    for model in (Invitation, Rsvp):
        of_event = model._default_manager.filter(event_id=event_id).alias(address=Lower("email"))
        rows = of_event.filter(address__in=wanted).order_by()
        found |= {email.lower() for email in rows.values_list("email", flat=True)}
    return found


def _ensure_ahead(event: LockedEvent) -> None:
    if event.taken_down_at is not None:
        raise TakenDown
    if event.cancelled_at is not None:
        raise EventCancelled
    if status_of(event, timezone.now()) == Status.ENDED:
        raise RsvpsClosed


def _ensure_within_limits(event: LockedEvent, more: int) -> None:
    """An event has so many invitations; one of nobody's so many in a day, which is what mail would
    let out."""
    before = Invitation.objects.filter(event_id=event.id)
    if before.count() + more > limits.INVITATIONS:
        raise Invalid({"emails": flaw("too_many_invitations", most=limits.INVITATIONS)})
    if event.tenant_id is None and more:
        today = before.filter(invited_at__gt=timezone.now() - _DAY).count()
        if today + more > settings.MAIL_LIMIT_EVENT:
            most = settings.MAIL_LIMIT_EVENT
            raise Invalid({"emails": flaw("too_many_invitations_today", most=most)})

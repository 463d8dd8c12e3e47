"""What the tests of mail share: doing what the worker does, and reading what came of it."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from django.core import mail as django_mail
from django.utils import timezone
from icalendar import Calendar, Event

from events.models import Event as StoredEvent
from notify.domain.mail.reminding import remind
from notify.domain.mail.sending import claim, send
from notify.models import Mail
from outbox.domain.taking import fan_out
from rsvps.domain.respond import create_rsvp
from rsvps.rows import RsvpRow
from tests.makers import MadeEvent, make_event

HOST = "host@example.org"


def work() -> None:
    """What the worker does now: takes changes, reminds, sends what is due."""
    fan_out.func()
    remind(timezone.now())
    while claimed := claim():
        if not send(claimed):
            return


def posted() -> list[EmailMessage]:
    """The letters sent since the last look, as they went over the wire."""
    letters = []
    for each in django_mail.outbox:
        parsed = message_from_bytes(each.message().as_bytes(), policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        letters.append(parsed)
    django_mail.outbox.clear()
    return letters


def worked() -> list[EmailMessage]:
    """The letters that the worker sends now."""
    work()
    return posted()


def letter_to(address: str, letters: list[EmailMessage]) -> EmailMessage:
    """The one letter to this address."""
    (found,) = [each for each in letters if each["To"] == address]
    return found


def answer(event: MadeEvent, **values: Any) -> RsvpRow:
    """An answer with an e-mail address."""
    told = {"name": "Ana", "email": "ana@example.org", "attendance": "going"} | values
    return create_rsvp(event_id=event.id, values=told)


def text_of(letter: EmailMessage) -> str:
    """The plain part."""
    body = letter.get_body(("plain",))
    assert body
    return str(body.get_content())


def html_of(letter: EmailMessage) -> str:
    """The HTML part."""
    body = letter.get_body(("html",))
    assert body
    return str(body.get_content())


def all_of(letter: EmailMessage) -> str:
    """Its headers and every part of it, decoded."""
    parts = (part.get_content() for part in letter.walk() if not part.is_multipart())
    return "\n".join([*(f"{name}: {value}" for name, value in letter.items()), *map(str, parts)])


def calendar_part(letter: EmailMessage) -> EmailMessage | None:
    """The ``text/calendar`` part."""
    return next(
        (part for part in letter.walk() if part.get_content_type() == "text/calendar"), None
    )


def entry_of(letter: EmailMessage) -> Event:
    """The VEVENT that a letter carries."""
    part = calendar_part(letter)
    assert part
    (event,) = Calendar.from_ical(part.get_content()).walk("VEVENT")
    return event


def states() -> dict[str, tuple[str, str]]:
    """(state, reason) of the mails, by kind; there is one of each."""
    rows = list(Mail.objects.values_list("kind", "state", "reason"))
    assert len({kind for kind, _, _ in rows}) == len(rows)
    return {kind: (state, reason) for kind, state, reason in rows}


def hosted_event(**values: Any) -> MadeEvent:
    """An event whose host has opened the link from their mail."""
    event = make_event(**{"host_email": HOST, "host_name": "Ada"} | values)
    worked()
    confirm(event)
    return event


def confirm(event: MadeEvent) -> None:
    """Its host opens the link that was mailed to them."""
    StoredEvent.objects.filter(pk=event.id).update(host_confirmed_at=timezone.now())

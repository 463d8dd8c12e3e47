"""Mail over the wire, to a real SMTP server process that refuses, hangs up and goes away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from comments.domain.messages import announce
from notify.domain.mail.addresses import address_key
from notify.enums import MailKind
from notify.models import Mail, Suppression
from rsvps.models import Rsvp
from tests.conftest import undone
from tests.makers import MadeEvent, make_event, make_tenant
from tests.notify.mail.every_kind import Words, letter_of
from tests.notify.mail.posting import (
    HOST,
    answer,
    entry_of,
    hosted_event,
    html_of,
    text_of,
    work,
)
from tests.server.smtp import SmtpJournal, smtp_journal
from tests.tenant_cast import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.server]
HEADERS = ["To", "From", "Subject", "Date", "Message-ID", "List-Unsubscribe"]


def serving(settings: Any, folder: Path, *options: str) -> AbstractContextManager[SmtpJournal]:
    """A server, and the instance told of it."""
    server = smtp_journal(folder, *options)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    return server


@pytest.fixture
def smtp(settings: Any, tmp_path: Path) -> Iterator[SmtpJournal]:
    """A server without whims."""
    with serving(settings, tmp_path) as server:
        settings.EMAIL_PORT = server.port
        yield server


def organised(guests: int = 0) -> MadeEvent:
    """An organisation's event with so many guests who were told already."""
    event = make_event(actor=make_member(make_tenant()).actor, title="Grüße")
    Rsvp.objects.bulk_create(
        Rsvp(event_id=event.id, name=f"G{n}", email=f"guest{n}@example.org", attendance="going")
        for n in range(guests)
    )
    return event


@pytest.mark.once
def test_a_letter_arrives_whole(smtp: SmtpJournal) -> None:
    """Umlauts, the calendar entry, the ticket."""
    event = organised()
    answer(event, name="Ünal")
    work()
    (letter,) = smtp.letters
    assert letter["Subject"] == "Your ticket: Grüße"
    assert "You’re in, Ünal" in text_of(letter)
    entry = entry_of(letter)
    assert str(entry["summary"]) == "Grüße"
    assert str(entry["attendee"]) == "mailto:ana@example.org"
    assert Mail.objects.get(kind="answer").state == "sent"


@pytest.mark.once
def test_every_kind_arrives(smtp: SmtpJournal) -> None:
    """Over the wire, with the headers that mailboxes ask for, and both parts."""
    words = Words("Grüße", "Ünal", "Håkon", "Zürich", "Bis bald")
    read = {}
    for kind in MailKind:
        with undone():
            letter = letter_of(kind, words, lambda: smtp.letters)
            read[kind] = [name for name in HEADERS if letter[name]]
            assert "</html>" in html_of(letter), kind
            assert len(text_of(letter)) > 20, kind
    assert read == dict.fromkeys(MailKind, HEADERS)


def test_one_refused_address_marks_that_address(smtp: SmtpJournal) -> None:
    """And holds up nobody else; one that is to come later comes later."""
    event = organised()
    for who in ("ana", "refused", "later", "bo"):
        answer(event, email=f"{who}@example.org")
    work()
    assert sorted(letter["To"] for letter in smtp.letters) == ["ana@example.org", "bo@example.org"]
    failed = Mail.objects.get(state="failed")
    assert (failed.reason, failed.detail) == ("refused", "550 No such user")
    assert Suppression.objects.get().recipient == address_key("refused@example.org")
    waiting = Mail.objects.get(state="queued")
    assert (waiting.attempts, waiting.detail) == (1, "451 Try again later")


def test_a_server_that_hangs_up(settings: Any, tmp_path: Path) -> None:
    """After every third letter: it is called again, and each letter arrives once."""
    with serving(settings, tmp_path, "--hang-up-after", "3") as server:
        settings.EMAIL_PORT = server.port
        event = organised(10)
        announce(event_id=event.id, content="Hello", notify="all")
        work()
        arrived = [letter["To"] for letter in server.letters]
        assert sorted(arrived) == sorted(f"guest{n}@example.org" for n in range(10))


@pytest.mark.once
def test_what_was_asked_for_on_pages(smtp: SmtpJournal) -> None:
    """Lost links arrive and open; what a visitor wrote is answered to them."""
    event = hosted_event()
    before = len(smtp.letters)
    client = Client()
    words = {"name": "Vi", "email": "vi@example.org", "text": "May I bring Bo?"}
    assert client.post(f"/e/{event.id}/contact", words).status_code == 303
    for address in (HOST, "nobody@example.org"):
        assert client.post("/lost", {"email": address}).status_code == 303
    work()
    letters = smtp.letters[before:]
    told = {each["Subject"]: (each["To"], each["Reply-To"]) for each in letters}
    assert told == {
        "A message about Garden party": (HOST, "vi@example.org"),
        "Your links": (HOST, None),
    }
    (links,) = [text_of(each) for each in letters if each["Subject"] == "Your links"]
    opened = re.search(r"(/e/\S+/admin/cvo_\S+)", links)
    assert opened
    assert client.get(opened[1]).status_code == 303


def test_a_server_that_goes_away(smtp: SmtpJournal) -> None:
    """Puts off what is left, which is not given up."""
    event = organised()
    for who in ("ana", "away", "bo"):
        answer(event, email=f"{who}@example.org")
    work()
    assert [letter["To"] for letter in smtp.letters] == ["ana@example.org"]
    waiting = Mail.objects.filter(state="queued")
    assert [mail.attempts for mail in waiting] == [1, 1]


def test_an_announcement_to_many(smtp: SmtpJournal, django_assert_max_num_queries: Any) -> None:
    """Some queries for each batch, and one for each letter."""
    event = organised(120)
    announce(event_id=event.id, content="Hello", notify="all")
    with django_assert_max_num_queries(120 + 3 * 25 + 20):
        work()
    letters = smtp.letters
    assert len({letter["To"] for letter in letters}) == len(letters) == 120
    assert len({letter["Message-ID"] for letter in letters}) == 120

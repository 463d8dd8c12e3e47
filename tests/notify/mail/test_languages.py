"""A mail is in its reader's language, whatever the worker speaks."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from django.test import Client
from django.utils.translation import override

from notify.domain.mail.lost_links import ask_for_lost_links
from notify.enums import MailKind
from rsvps.domain.respond import delete_rsvp
from tests.conftest import Clock
from tests.makers import make_event
from tests.notify.mail.every_kind import CAUSES, Words, letter_of
from tests.notify.mail.posting import HOST, answer, hosted_event, html_of, letter_to, worked

pytestmark = [pytest.mark.django_db, pytest.mark.once]
WORDS = Words("Garden party", "Ana", "Ada", "Rua 1", "Come early.")
GUEST = "ana@example.org"


def language_of(letter: EmailMessage) -> str:
    """The language that the header names, which is the page's, too."""
    language = str(letter["Content-Language"])
    assert f'<html lang="{language}" dir="ltr">' in html_of(letter)
    return language


@pytest.mark.parametrize("kind", CAUSES)
def test_each_kind_is_in_the_language_of_its_cause(kind: MailKind) -> None:
    """The worker runs in the instance's; so do reports to whoever runs it."""
    with override("de"):
        letter = letter_of(kind, WORDS, working=lambda: override("es"))
    assert language_of(letter) == ("en" if kind == MailKind.REPORT else "de")


def test_host_and_guest_may_speak_different_languages() -> None:
    with override("fr"):
        event = hosted_event(approval_required=True)
    with override("de"):
        rsvp = answer(event)
    letters = worked()
    assert language_of(letter_to(HOST, letters)) == "fr"
    assert language_of(letter_to(GUEST, letters)) == "de"
    with override("es"):
        delete_rsvp(event_id=event.id, rsvp_id=rsvp.id)
    assert {language_of(letter) for letter in worked()} <= {"de"}


def test_a_browser_and_an_api_tell_the_language(client: Client) -> None:
    """By the cookie of the pages, and by what the API's caller accepts."""
    event = make_event()
    client.cookies["convene_language"] = "es"
    form = {"name": "Ana", "attendance": "going", "guest_count": "0", "email": GUEST}
    assert client.post(f"/e/{event.id}", form).status_code == 303
    assert language_of(letter_to(GUEST, worked())) == "es"
    told = {"name": "Bo", "status": "yes", "email": "bo@example.org"}
    client.post(
        f"/api/v1/events/{event.id}/rsvps",
        told,
        content_type="application/json",
        headers={"Accept-Language": "fr"},
    )
    assert language_of(letter_to("bo@example.org", worked())) == "fr"


def test_a_language_that_is_no_longer_spoken(settings: object) -> None:
    """The instance's own takes its place."""
    with override("fr"):
        answer(make_event())
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]  # type: ignore[attr-defined]
    assert language_of(letter_to(GUEST, worked())) == "en"


def test_lost_links_come_in_the_language_they_were_asked_for_in(clock: Clock) -> None:
    with override("fr"):
        answer(make_event())
    worked()
    with override("de"):
        ask_for_lost_links(GUEST)
    assert language_of(letter_to(GUEST, worked())) == "de"

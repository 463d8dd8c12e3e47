"""The page on which a visitor writes to the hosts, who stay unknown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from comments.models import Message
from events.domain.lifecycle import cancel_event
from events.domain.times import over_at
from notify.models import Mail
from outbox.models import Change
from pages.base import GUEST_COOKIE, OWNER_COOKIE
from tests.conftest import Clock
from tests.makers import MadeEvent, make_event, make_rsvp
from tests.notify.mail.posting import HOST, all_of, confirm, worked

pytestmark = [pytest.mark.django_db, pytest.mark.once]

WORDS = {"name": "Vi", "email": "vi@example.org", "text": "May I bring Bo?"}
Stored = Callable[[], dict[str, list[str]]]


@pytest.fixture
def mail(settings: Any) -> None:
    """The instance sends mail, into a list."""
    settings.MAIL_ENABLED = True
    settings.SITE_URL = "https://events.example.org"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def path_of(event: MadeEvent) -> str:
    """Where one writes."""
    return f"/e/{event.id}/contact"


def test_the_organizer_reads_it_and_may_answer(client: Client, mail: None) -> None:
    """On their page, and by mail that is answered to the visitor; nobody else reads a word."""
    event = make_event(host_email=HOST, host_name="Ada")
    confirm(event)
    worked()
    sent = client.post(path_of(event), WORDS)
    assert (sent.status_code, sent["Location"]) == (303, f"/e/{event.id}")
    (letter,) = worked()
    assert (letter["To"], letter["Reply-To"]) == (HOST, "vi@example.org")
    assert "May I bring Bo?" in all_of(letter)
    message = Message.objects.get()
    assert (message.author, message.type, message.visibility) == (
        "visitor",
        "visitor_note",
        "admin",
    )
    assert message.content == "Vi <vi@example.org>\n\nMay I bring Bo?"
    organizer = Client()
    organizer.get(f"/e/{event.id}/admin/{event.owner_token}")
    read = organizer.get(f"/e/{event.id}/admin/messages").content.decode()
    assert "May I bring Bo?" in read
    read = organizer.get(f"/e/{event.id}/admin/settings").content.decode()
    assert "vi@example.org" in read
    for path in (f"/e/{event.id}", path_of(event), event.path):
        shown = client.get(path).content.decode()
        assert "vi@example.org" not in shown
        assert "May I bring Bo?" not in shown
    assert not Change.objects.filter(erased__icontains="vi@").exists()
    assert "vi@example.org" not in str(Mail.objects.values())


def test_no_address_is_shown(client: Client, mail: None) -> None:
    """Whether or not the host left one, the page is the same; names are there."""
    hosted = make_event(host_email=HOST, host_name="Ada")
    confirm(hosted)
    page = client.get(path_of(hosted)).content.decode()
    assert "Ada" in page
    assert HOST not in page
    without = client.get(path_of(make_event(host_name="Ada"))).content.decode()
    assert words_of(page) == words_of(without)


def words_of(page: str) -> str:
    """A page from its heading to its form, which holds a token of its own."""
    return page.partition("</h1>")[2].partition("<form")[0]


def test_without_mail(client: Client) -> None:
    """It is on the organizer's page, and the page says that this is all."""
    event = make_event(host_email=HOST)
    page = client.get(path_of(event)).content
    assert b"sends no e-mail" in page
    assert client.post(path_of(event), WORDS).status_code == 303
    assert Message.objects.count() == 1
    assert (Mail.objects.count(), Change.objects.count()) == (0, 0)


def test_whoever_can_open_the_event(client: Client) -> None:
    """A private event's id is the invitation; there is nothing at another."""
    assert client.post(path_of(make_event(is_private=True)), WORDS).status_code == 303
    missing = client.post("/e/00000000-0000-4000-8000-000000000000/contact", WORDS)
    assert missing.status_code == 404


@pytest.mark.parametrize("cancelled", [False, True])
def test_until_thirty_days_after(
    client: Client, clock: Clock, everything_stored: Stored, cancelled: bool
) -> None:
    """Then the page says that it is too late, and the event no longer leads there."""
    event = make_event(start_time=clock.now + timedelta(days=1))
    if cancelled:
        cancel_event(event_id=event.id)
    link = f'href="{path_of(event)}"'
    end = over_at(event.row)
    clock.set(*(end + timedelta(days=30)).timetuple()[:6])
    assert link in client.get(f"/e/{event.id}").content.decode()
    assert client.post(path_of(event), WORDS).status_code == 303
    clock.advance(seconds=1)
    assert link not in client.get(f"/e/{event.id}").content.decode()
    before = everything_stored()
    for answer in (client.get(path_of(event)), client.post(path_of(event), WORDS)):
        assert answer.status_code == 410
    assert everything_stored() == before


def test_what_is_wrong_is_named(client: Client, everything_stored: Stored) -> None:
    """Beside its field, with what was typed, and nothing is written."""
    path = path_of(make_event())
    before = everything_stored()
    wrong = {
        "name": ["", "evil.example/x", "x" * 121],
        "email": ["", "x", "vi@example.org\nBcc: all@example.org"],
        "text": ["", " ", "x" * 5001],
    }
    for name, values in wrong.items():
        for value in values:
            answer = client.post(path, WORDS | {name: value})
            told = (answer.status_code, list(answer.context["form"].errors))
            assert told == (400, [name]), value[:20]
    assert everything_stored() == before
    assert client.post(path, WORDS | {"text": "x" * 5000}).status_code == 303


def test_it_is_counted(settings: Any, clock: Clock) -> None:
    """Apart from other writes; a guest's link frees nobody, an organizer's does."""
    settings.THROTTLE, settings.THROTTLE_CONTACT = True, "2/hour"
    event = make_event()
    guest, owner = Client(), Client()
    guest.cookies[GUEST_COOKIE] = make_rsvp(event).token
    owner.cookies[OWNER_COOKIE] = event.owner_token
    answers = [guest.post(path_of(event), WORDS) for _ in range(3)]
    assert [each.status_code for each in answers] == [303, 303, 429]
    assert [each["RateLimit"] for each in answers] == [
        f'"contact";r={left};t=3600' for left in (1, 0, 0)
    ]
    assert answers[2]["Retry-After"] == "3600"
    assert Message.objects.count() == 2
    assert owner.post(path_of(event), WORDS).status_code == 303


def test_an_events_hosts_get_so_many_a_day(settings: Any, clock: Clock) -> None:
    """From wherever they come; organizers are not counted, and other events have their own."""
    settings.THROTTLE, settings.THROTTLE_CONTACT_EVENT = True, "2/day"
    event, other = make_event(), make_event()

    def write(to: MadeEvent, address: str) -> Any:
        return Client(REMOTE_ADDR=address).post(path_of(to), WORDS)

    answers = [write(event, f"192.0.2.{number}") for number in range(3)]
    assert [each.status_code for each in answers] == [303, 303, 429]
    assert answers[2]["Retry-After"] == "86400"
    assert Message.objects.count() == 2
    assert write(other, "192.0.2.3").status_code == 303
    owner = Client()
    owner.cookies[OWNER_COOKIE] = event.owner_token
    assert owner.post(path_of(event), WORDS).status_code == 303
    clock.advance(days=1)
    assert write(event, "192.0.2.4").status_code == 303

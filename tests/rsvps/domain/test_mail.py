"""Mail to guests, delivered by the worker to a real SMTP server process."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
import zxingcpp
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image

from events.domain.lifecycle import cancel_event
from rsvps.domain.approval import approve, reject
from rsvps.domain.respond import change_rsvp, create_rsvp, delete_rsvp, rotate_guest_link
from rsvps.domain.tickets import ticket_code
from rsvps.errors import EventFull
from rsvps.rows import RsvpRow, rsvp_row
from tests.makers import MadeEvent, make_event
from tests.server.smtp import SmtpServer, free_port, smtp_server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def smtp() -> Iterator[SmtpServer]:
    """The mail server of this module."""
    with smtp_server() as server:
        yield server


@pytest.fixture(autouse=True)
def mail_on(settings: Any, smtp: SmtpServer) -> None:
    """The instance sends mail to that server, and knows its own address."""
    settings.MAIL_ENABLED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp.port
    settings.SITE_URL = "https://events.example.org"


def work() -> None:
    """Runs what is due, as the worker process does, and gives the signals back."""
    kept = {
        each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)
    }
    try:
        call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    finally:
        for each, handler in kept.items():
            signal.signal(each, handler)


def answer(event: MadeEvent, **values: Any) -> RsvpRow:
    """An answer with an e-mail address."""
    told = {"name": "Ana", "email": "ana@example.org", "attendance": "going"} | values
    return create_rsvp(event_id=event.id, values=told)


def text_of(letter: EmailMessage) -> str:
    """The plain part."""
    body = letter.get_body(("plain",))
    assert body
    return str(body.get_content())


def test_a_ticket_by_mail(smtp: SmtpServer) -> None:
    """Title, time in the event's zone, place, the guest's own link, and the ticket as code and as
    an image that an independent decoder reads."""
    event = make_event(title="Käse & <Wein>", location="Cellar 3", timezone="Europe/Berlin")
    rsvp = answer(event, guest_count=2)
    work()
    letter = smtp.receive()
    code = ticket_code(rsvp)
    assert code
    assert (letter["To"], letter["Subject"]) == ("ana@example.org", "Your ticket")
    text = text_of(letter)
    assert "you are going with 2 guests: Käse & <Wein>." in text
    assert "Where: Cellar 3" in text
    assert code in text
    assert f"https://events.example.org/e/{event.id}/rsvp/cvr_" in text
    html = letter.get_body(("html",))
    assert html
    assert "Käse &amp; &lt;Wein&gt;" in html.get_content()
    image = next(part for part in letter.walk() if part.get_content_type() == "image/png")
    png = image.get_payload(decode=True)
    assert isinstance(png, bytes)
    found = zxingcpp.read_barcodes(Image.open(smtp.as_file(png)))
    assert [each.text for each in found] == [code]


def test_who_waits_learns_no_place(smtp: SmtpServer) -> None:
    """A pending guest gets their link, and neither place nor ticket; once approved, both."""
    event = make_event(approval_required=True, location="Secret cellar")
    rsvp = answer(event)
    work()
    letter = smtp.receive()
    assert letter["Subject"] == "Waiting for approval"
    assert "Secret cellar" not in letter.as_string()
    assert "cvt_" not in text_of(letter)
    approve(event_id=event.id, rsvp_id=rsvp.id)
    work()
    letter = smtp.receive()
    assert "Where: Secret cellar" in text_of(letter)
    assert "cvt_" in text_of(letter)


def test_the_mail_tells_how_the_answer_stands_when_it_is_sent(smtp: SmtpServer) -> None:
    """A guest turned down before the worker came by gets no ticket."""
    event = make_event(hide_location=True, location="Secret cellar")
    rsvp = answer(event)
    reject(event_id=event.id, rsvp_id=rsvp.id)
    work()
    letter = smtp.receive()
    assert letter["Subject"] == "Your answer"
    assert "was not accepted" in text_of(letter)
    assert "Secret cellar" not in letter.as_string()
    assert "cvt_" not in letter.as_string()


def test_a_new_link_is_mailed(smtp: SmtpServer) -> None:
    """The old ticket is not in it."""
    event = make_event()
    rsvp = answer(event)
    work()
    first = text_of(smtp.receive())
    rotate_guest_link(event_id=event.id, rsvp_id=rsvp.id)
    work()
    second = text_of(smtp.receive())
    fresh, old = rsvp_row(rsvp.id), ticket_code(rsvp)
    assert fresh
    assert old
    assert old in first
    assert old not in second
    assert (ticket_code(fresh) or "") in second


def mail_tasks() -> Any:
    """The tasks that send mail, whatever their state."""
    return DBTaskResult.objects.filter(task_path__endswith="mail_answer")


def test_when_nothing_is_enqueued(settings: Any) -> None:
    """No address, a change that gives no ticket, a refused answer, or an instance without mail."""
    event = make_event(capacity=1)
    create_rsvp(event_id=event.id, values={"name": "Bo", "attendance": "interested"})
    assert mail_tasks().count() == 0
    rsvp = answer(event)
    assert mail_tasks().count() == 1
    change_rsvp(event_id=event.id, rsvp_id=rsvp.id, values={"name": "Anna"})
    with pytest.raises(EventFull):
        answer(event, name="Cy")
    assert mail_tasks().count() == 1
    settings.MAIL_ENABLED = False
    answer(event, name="Di", attendance="not_going")
    assert mail_tasks().count() == 1


def test_what_is_stored_opens_nothing() -> None:
    """A task holds the answer's id: no address, no link, no ticket."""
    rsvp = answer(make_event())
    task = mail_tasks().get()
    assert task.args_kwargs == {"args": [str(rsvp.id)], "kwargs": {}}


def test_a_server_that_is_away_is_tried_again(settings: Any) -> None:
    """Later and later, six times in all; then the task stays as failed."""
    settings.EMAIL_PORT = free_port()
    answer(make_event())
    for tries in range(1, 6):
        before = timezone.now()
        work()
        again = DBTaskResult.objects.get(status="READY")
        assert again.args_kwargs["args"][1] == tries
        assert again.run_after > before
        DBTaskResult.objects.filter(pk=again.pk).update(run_after=before)
    work()
    assert not DBTaskResult.objects.filter(status="READY").exists()
    assert DBTaskResult.objects.get(status="FAILED").exception_class_path.endswith("RefusedError")


def test_a_called_off_event_mails_no_ticket(settings: Any) -> None:
    """The task ends quietly; so does that of an answer that was withdrawn."""
    settings.EMAIL_PORT = free_port()
    event = make_event()
    answer(event)
    cancel_event(event_id=event.id)
    gone = make_event()
    rsvp = answer(gone)
    delete_rsvp(event_id=gone.id, rsvp_id=rsvp.id)
    work()
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}

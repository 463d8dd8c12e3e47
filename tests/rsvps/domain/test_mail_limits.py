"""This instance is nobody's relay: how much mail goes out, to whom, and in whose words."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult

from accounts.domain.actors import Actor
from events.models import Event
from rsvps.domain.approval import approve, back_to_pending
from rsvps.domain.mail_limits import KEPT, book
from rsvps.domain.respond import create_rsvp, delete_rsvp
from rsvps.models import SentMail
from tests.conftest import Api, Clock
from tests.makers import make_event, make_rsvp, make_tenant
from tests.root import run_json
from tests.rsvps.domain.test_mail import answer, work
from tests.tenant_cast import make_member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def mail_on(settings: Any) -> None:
    """The instance sends mail, into a list."""
    settings.MAIL_ENABLED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SITE_URL = "https://events.example.org"


def organisation() -> Actor:
    """A member of a tenant."""
    return make_member(make_tenant()).actor


def recipients() -> list[str]:
    """Whom mails went to, in the order of the alphabet."""
    return sorted(each.to[0] for each in mail.outbox)


def given_up() -> list[str]:
    """The errors of mails that were given up."""
    failed = DBTaskResult.objects.failed().values_list("exception_class_path", flat=True)
    return sorted(path.rpartition(".")[2] for path in failed)


def test_one_victim_named_many_times(api: Api) -> None:
    """Every answer is accepted, by whatever spelling of the address; one mail goes out."""
    event = make_event()
    for address in ("ana@example.org", "Ana@Example.org", "ana+1@example.org", "ana@example.org"):
        body = {"name": "Ana", "email": address, "status": "yes"}
        assert api.post(f"{event.path}/rsvps", body).status_code == 201
    work()
    assert (recipients(), given_up()) == (["ana@example.org"], [])


def test_an_answer_withdrawn_and_given_again(api: Api) -> None:
    """Is no way to send a second mail, and neither is approving another answer."""
    event = make_event(approval_required=True)
    first = answer(event)
    work()
    delete_rsvp(event_id=event.id, rsvp_id=first.id)
    second = answer(event)
    approve(event_id=event.id, rsvp_id=second.id)
    work()
    assert len(mail.outbox) == 1


def test_one_answer_is_told_of_its_changes_a_few_times_a_day(settings: Any, clock: Clock) -> None:
    """Up to the recipient's limit over all events; the next day there is room again."""
    settings.MAIL_LIMIT_RECIPIENT = 3
    event = make_event(approval_required=True, start_time=clock.now + timedelta(days=30))
    rsvp = answer(event)
    answer(make_event(start_time=clock.now + timedelta(days=30)))
    for _ in range(2):
        approve(event_id=event.id, rsvp_id=rsvp.id)
        back_to_pending(event_id=event.id, rsvp_id=rsvp.id)
    work()
    assert (len(mail.outbox), given_up()) == (3, ["MailLimitReached"])
    clock.advance(days=1)
    approve(event_id=event.id, rsvp_id=rsvp.id)
    work()
    assert len(mail.outbox) == 4


def test_many_victims_of_one_event(settings: Any, clock: Clock) -> None:
    """Only so many a day, if the event is nobody's; an organisation's guests are all told. Deleting
    the event gives no leave to go on with others."""
    settings.MAIL_LIMIT_EVENT = 3
    events = {True: make_event(), False: make_event(actor=organisation())}
    for event in events.values():
        for number in range(5):
            answer(event, email=f"guest{number}@example.org")
    work()
    sent = SentMail.objects.order_by().values_list("of_tenant", flat=True)
    assert sorted(sent) == [False] * 3 + [True] * 5
    assert given_up() == ["MailLimitReached"] * 2
    Event.objects.all().delete()
    assert SentMail.objects.count() == 8


def test_an_hour_of_the_whole_instance(settings: Any, clock: Clock) -> None:
    """Events of nobody's get half of it and are given up beyond; organisations get the rest, and
    what is over waits."""
    settings.MAIL_LIMIT_HOUR = 4
    theirs = make_event(actor=organisation())
    for number in range(3):
        answer(make_event(), email=f"stranger{number}@example.org")
        answer(theirs, email=f"guest{number}@example.org")
    work()
    assert len(mail.outbox) == 4
    assert given_up() == ["InstanceLimitReached"]
    waiting = DBTaskResult.objects.get(status="READY")
    assert waiting.run_after > clock.now
    clock.advance(hours=1, seconds=1)
    work()
    assert len(mail.outbox) == 5
    assert sum(address.startswith("stranger") for address in recipients()) == 2


def test_a_mail_that_was_not_sent_is_not_counted(settings: Any) -> None:
    """A server that is away uses up no limit."""
    settings.EMAIL_BACKEND = "tests.rsvps.domain.away.EmailBackend"
    answer(make_event())
    work()
    assert SentMail.objects.count() == 0


def test_no_words_of_strangers_above_the_letter() -> None:
    """On an event of nobody's neither subject nor greeting says what anybody typed, and no title or
    place becomes a link. An organisation speaks in its own words."""
    typed = {"title": "Win at https://evil.example/x", "location": "Hall of www.evil.example"}
    for actor in (None, organisation()):
        event = make_event(**typed) if actor is None else make_event(actor=actor, **typed)
        answer(event, name="Free Money")
    work()
    stranger, theirs = sorted(mail.outbox, key=lambda each: len(each.subject))
    assert stranger.subject == "Your ticket"
    assert theirs.subject == f"Your ticket: {typed['title']}"
    bodies = [stranger.body, str(stranger.alternatives[0][0])]
    for body in bodies:
        assert "Money" not in body
        links = {link.split("/")[2] for link in re.findall(r"https?://[^\s\"<]+", body)}
        assert links == {"events.example.org"}
        assert "www.evil" not in body
        assert "evil.example" not in body
        assert "Win at" in body
    assert theirs.body.startswith("Hello Free Money,")
    assert "Hall of www.evil.example" in theirs.body


@pytest.mark.parametrize("field", ["name", "email"])
def test_no_line_breaks_get_in(api: Api, field: str) -> None:
    """A header smuggled into a field is refused, and no mail is enqueued."""
    body = {"name": "Ana", "email": "ana@example.org", "status": "yes"}
    body[field] += "\r\nBcc: victim@example.org"
    refused = api.post(f"{make_event().path}/rsvps", body)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])
    assert not DBTaskResult.objects.filter(task_path__endswith="mail_answer").exists()


def test_a_line_break_that_was_stored_sends_nothing() -> None:
    """However it came to be in a title."""
    event = make_event(actor=organisation())
    answer(event)
    Event.objects.filter(pk=event.id).update(title="Party\nBcc: victim@example.org")
    work()
    assert (mail.outbox, given_up()) == ([], ["BadHeaderError"])


def test_what_is_kept_of_a_mail(clock: Clock) -> None:
    """No address; and the record goes when no limit needs it any more."""
    event = make_event()
    create_rsvp(
        event_id=event.id,
        values={"name": "Ana", "email": "ana@example.org", "attendance": "going"},
    )
    work()
    kept = SentMail.objects.get()
    assert re.fullmatch(r"[0-9a-f]{32}", kept.recipient)
    clock.advance(days=KEPT.days)
    assert run_json("purge", "--yes")["deleted_mail_records"] == 0
    clock.advance(seconds=1)
    assert run_json("purge")["deleted_mail_records"] == 1
    assert run_json("purge", "--yes")["deleted_mail_records"] == 1
    assert not SentMail.objects.exists()


def test_the_key_changes_what_is_kept(settings: Any, clock: Clock) -> None:
    """Whoever has the rows and no key cannot try addresses."""
    event = make_event()
    rsvp = make_rsvp(event, email="ana@example.org")
    booked = [book(rsvp.row, event.row, clock.now)]
    settings.SECRET_KEY = "another secret key, of no use anywhere else"
    booked.append(book(rsvp.row, event.row, clock.now))
    assert len({each.recipient for each in booked if each}) == 2

"""This instance is nobody's relay: how much mail goes out, to whom, and in whose words."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from accounts.domain.actors import Actor
from comments.domain.messages import announce
from events.models import Event
from notify.domain.mail.limiting import KEPT
from notify.models import Mail
from rsvps.domain.approval import approve
from rsvps.domain.respond import delete_rsvp
from rsvps.models import Rsvp
from tests.conftest import Api, Clock
from tests.makers import make_event, make_tenant
from tests.notify.mail.posting import answer, hosted_event, text_of, work, worked
from tests.root import run_json
from tests.tenant_cast import make_member

pytestmark = pytest.mark.django_db


def organisation() -> Actor:
    """A member of a tenant."""
    return make_member(make_tenant()).actor


def recipients() -> list[str]:
    """Whom mails went to, in the order of the alphabet."""
    return sorted(each.to[0] for each in mail.outbox)


def reasons(state: str = "failed") -> list[str]:
    """Why mails were given up, or were not sent."""
    return sorted(Mail.objects.filter(state=state).values_list("reason", flat=True))


def test_one_victim_named_many_times(api: Api) -> None:
    """Every answer is accepted, by whatever spelling of the address; one mail goes out."""
    event = make_event()
    for address in ("ana@example.org", "Ana@Example.org", "ana+1@example.org", "ana@example.org"):
        body = {"name": "Ana", "email": address, "status": "yes"}
        assert api.post(f"{event.path}/rsvps", body).status_code == 201
    work()
    assert recipients() == ["ana@example.org"]
    assert reasons("skipped") == ["told_already"] * 3


def test_an_answer_withdrawn_and_given_again() -> None:
    """Is no way to send a second mail, and neither is approving another answer."""
    event = make_event(approval_required=True)
    first = answer(event)
    work()
    delete_rsvp(event_id=event.id, rsvp_id=first.id)
    second = answer(event)
    approve(event_id=event.id, rsvp_id=second.id)
    work()
    assert len(mail.outbox) == 1


def test_a_recipient_gets_so_much_a_day(settings: Any, clock: Clock) -> None:
    """Over all events; the next day there is room again."""
    settings.MAIL_LIMIT_RECIPIENT = 3
    far = {"start_time": clock.now + timedelta(days=30)}
    for _ in range(4):
        answer(make_event(**far))
    work()
    assert (len(mail.outbox), reasons()) == (3, ["over_limit"])
    clock.advance(days=1)
    answer(make_event(**far))
    work()
    assert len(mail.outbox) == 4


def test_many_victims_of_one_event(settings: Any) -> None:
    """Only so many a day, if the event is nobody's; an organisation's guests are all told. Deleting
    the event gives no leave to go on with others."""
    settings.MAIL_LIMIT_EVENT = 3
    for event in (make_event(), make_event(actor=organisation())):
        for number in range(5):
            answer(event, email=f"guest{number}@example.org")
    work()
    sent = Mail.objects.filter(state="sent").values_list("tenant_id", flat=True)
    assert sorted(tenant is not None for tenant in sent) == [False] * 3 + [True] * 5
    assert reasons() == ["over_limit"] * 2
    Event.objects.all().delete()
    assert Mail.objects.filter(state="sent").count() == 8


def test_an_owner_is_limited_too(settings: Any) -> None:
    """Their own link counts. Who opened the link from their mail has shown to want it, and is not
    counted from then on."""
    settings.MAIL_LIMIT_EVENT = 3
    event = hosted_event()
    for number in range(4):
        answer(event, email=f"guest{number}@example.org")
    work()
    assert len(mail.outbox) == 2
    Rsvp.objects.filter(email__in=["guest2@example.org", "guest3@example.org"]).update(
        email_confirmed=True
    )
    mail.outbox.clear()
    announce(event_id=event.id, content="Hello", notify="all")
    work()
    assert len(recipients()) == 4


def test_an_hour_of_the_whole_instance(settings: Any, clock: Clock) -> None:
    """Events of nobody's get half of it and are given up beyond; organisations get the rest, and
    what is over waits."""
    settings.MAIL_LIMIT_HOUR = 4
    theirs = make_event(actor=organisation())
    for number in range(3):
        # One after the other: mails of the same moment go in no order.
        answer(make_event(), email=f"stranger{number}@example.org")
        work()
        answer(theirs, email=f"guest{number}@example.org")
        work()
    assert len(mail.outbox) == 4
    assert reasons() == ["over_limit"]
    waiting = Mail.objects.get(state="queued")
    assert waiting.next_at > clock.now
    clock.advance(hours=1, seconds=1)
    work()
    assert len(mail.outbox) == 5
    assert sum(address.startswith("stranger") for address in recipients()) == 2


def test_a_mail_that_was_not_sent_is_not_counted(settings: Any) -> None:
    """A server that is away uses up no limit."""
    settings.EMAIL_BACKEND = "tests.notify.mail.away.EmailBackend"
    answer(make_event())
    work()
    assert not Mail.objects.counted().exists()


@pytest.mark.once
def test_no_words_of_strangers_above_the_letter() -> None:
    """On an event of nobody's neither subject nor greeting says what anybody typed, and no title or
    place becomes a link. Once the host's mailed link was opened, and for an organisation, it is
    their own words."""
    typed = {"title": "Win at https://evil.example/x", "location": "Hall of www.evil.example"}
    events = (make_event(**typed), hosted_event(**typed))
    for number, event in enumerate((*events, make_event(actor=organisation(), **typed))):
        answer(event, name="Free Money", email=f"guest{number}@example.org")
    letters = {letter["To"]: letter for letter in worked()}
    stranger = letters["guest0@example.org"]
    assert stranger["Subject"] == "Your ticket"
    for part in stranger.walk():
        body = "" if part.is_multipart() else str(part.get_content())
        assert "Money" not in body
        assert "evil.example" not in body
        assert "www.evil" not in body
        links = {link.split("/")[2] for link in re.findall(r"https?://[^\s\"<]+", body)}
        assert links <= {"events.example.org"}
    assert "Win at" in text_of(stranger)
    for number in (1, 2):
        known = letters[f"guest{number}@example.org"]
        assert known["Subject"] == f"Your ticket: {typed['title']}"
        assert text_of(known).startswith("You’re in, Free Money")
        assert "Hall of www.evil.example" in text_of(known)


@pytest.mark.parametrize("field", ["name", "email"])
def test_no_line_breaks_get_in(api: Api, field: str) -> None:
    """A header smuggled into a field is refused, and no mail is written."""
    body = {"name": "Ana", "email": "ana@example.org", "status": "yes"}
    body[field] += "\r\nBcc: victim@example.org"
    refused = api.post(f"{make_event().path}/rsvps", body)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])
    work()
    assert not Mail.objects.exists()


def test_a_line_break_that_was_stored_sends_nothing() -> None:
    """However it came to be in a title."""
    event = make_event(actor=organisation())
    answer(event)
    Event.objects.filter(pk=event.id).update(title="Party\nBcc: victim@example.org")
    work()
    assert (mail.outbox, reasons()) == ([], ["broken"])


def test_what_is_kept_of_a_mail(clock: Clock) -> None:
    """No address; and the record goes when no limit needs it any more."""
    answer(make_event())
    work()
    kept = Mail.objects.get()
    assert re.fullmatch(r"[0-9a-f]{32}", kept.recipient)
    assert "ana@example.org" not in str(Mail.objects.values())
    clock.advance(days=KEPT.days)
    assert run_json("purge", "--yes")["deleted_mail_records"] == 0
    clock.advance(seconds=1)
    assert run_json("purge")["deleted_mail_records"] == 1
    assert run_json("purge", "--yes")["deleted_mail_records"] == 1
    assert not Mail.objects.exists()


def test_the_key_changes_what_is_kept(settings: Any) -> None:
    """Whoever has the rows and no key cannot try addresses."""
    answer(make_event())
    work()
    settings.SECRET_KEY = "another secret key, of no use anywhere else"
    answer(make_event())
    work()
    assert len(set(Mail.objects.values_list("recipient", flat=True))) == 2

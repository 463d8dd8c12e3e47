"""Mail on its way: tried again, given up, claimed by one worker, stopped by its recipient."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django_tasks_db.models import DBTaskResult

from accounts.domain.actors import Actor
from accounts.domain.tokens import mint
from accounts.enums import TokenKind
from comments.domain.messages import announce, write_to_guest
from config.errors import NotAllowed, NotFound
from events.domain.lifecycle import cancel_event
from events.domain.notices import Notice
from notify.domain.mail.addresses import address_key
from notify.domain.mail.audiences import mailings_of
from notify.domain.mail.failures import failed_mail, refusal_of, send_again
from notify.domain.mail.sending import claim, send, wake_mail
from notify.enums import MAILINGS, Reason
from notify.models import Mail, Suppression
from outbox.domain.taking import fan_out
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import change_rsvp
from tests.conftest import Api, Clock
from tests.makers import make_event, make_tenant
from tests.notify.mail.posting import answer, hosted_event, text_of, work, worked
from tests.tenant_cast import make_member

pytestmark = pytest.mark.django_db
ROOT = Actor(is_root=True)
AWAY = "tests.notify.mail.away.EmailBackend"


def test_a_server_that_is_away_is_tried_again(settings: Any, clock: Clock) -> None:
    """Later and later, six times in all; then the mail stays as failed, and can be sent again."""
    settings.EMAIL_BACKEND, working = AWAY, settings.EMAIL_BACKEND
    answer(make_event(start_time=clock.now + timedelta(days=30)))
    waits = []
    for _ in range(5):
        work()
        mail = Mail.objects.get()
        assert mail.state == "queued"
        waits.append((mail.next_at - clock.now).total_seconds() / 60)
        clock.advance(minutes=waits[-1])
    assert waits == [1, 5, 15, 60, 180]
    work()
    mail = Mail.objects.get()
    assert (mail.state, mail.reason, mail.attempts) == ("failed", "away", 6)
    settings.EMAIL_BACKEND = working
    assert worked() == []
    send_again(actor=ROOT, mail_id=mail.id)
    assert len(worked()) == 1


def test_the_same_message_id_each_time(settings: Any, clock: Clock) -> None:
    """And the same thread for all mails of one event to one recipient."""
    event = hosted_event(start_time=clock.now + timedelta(days=30))
    answer(event)
    work_and_forget(settings)
    clock.advance(minutes=1)
    (letter,) = worked()
    mail = Mail.objects.get(kind="answer")
    assert letter["Message-ID"] == f"<{mail.id}@events.example.org>"
    announce(event_id=event.id, content="Hello", notify="all")
    (second,) = worked()
    assert second["Message-ID"] != letter["Message-ID"]
    assert second["References"] == letter["References"] == second["In-Reply-To"]


def work_and_forget(settings: Any) -> None:
    """A worker whose server is away."""
    settings.EMAIL_BACKEND, working = AWAY, settings.EMAIL_BACKEND
    work()
    settings.EMAIL_BACKEND = working


def test_one_worker_has_a_mail_until_its_lease_ends(settings: Any, clock: Clock) -> None:
    """A second finds nothing; when the first was killed, it finds all that was not marked."""
    event = make_event(start_time=clock.now + timedelta(days=30))
    for number in range(3):
        answer(event, email=f"guest{number}@example.org")
    fan_out.func()
    killed = claim()
    assert killed
    assert len(killed.mails) == 3
    assert claim() is None
    clock.advance(seconds=settings.MAIL_LEASE)
    second = claim()
    assert second
    send(second)
    assert Mail.objects.filter(state="sent").count() == 3
    # The first was slow, not killed: what it does now changes nothing.
    send(killed)
    assert Mail.objects.filter(state="sent").count() == 3


def test_a_killed_workers_mail_is_counted_once(settings: Any, clock: Clock) -> None:
    """The last one that the limit allows is sent by the next worker."""
    settings.MAIL_LIMIT_RECIPIENT = 1
    answer(make_event(start_time=clock.now + timedelta(days=30)))
    fan_out.func()
    assert claim()
    clock.advance(seconds=settings.MAIL_LEASE)
    assert len(worked()) == 1


def test_a_slow_worker_gives_back_what_it_has_no_time_for(settings: Any) -> None:
    """Before its lease ends."""
    settings.MAIL_LEASE = 0
    event = make_event()
    for number in range(3):
        answer(event, email=f"guest{number}@example.org")
    fan_out.func()
    claimed = claim()
    assert claimed
    assert send(claimed)
    assert Mail.objects.filter(state="queued").count() == 3


def test_mail_that_is_due_wakes_the_worker(clock: Clock) -> None:
    """And what is not due does not. Looking writes nothing."""
    answer(make_event(start_time=clock.now + timedelta(days=30)))
    fan_out.func()
    before = DBTaskResult.objects.filter(task_path__endswith="send_mails").count()
    Mail.objects.update(next_at=clock.now + timedelta(hours=1))
    wake_mail(clock.now)
    assert DBTaskResult.objects.filter(task_path__endswith="send_mails").count() == before
    wake_mail(clock.now + timedelta(hours=1))
    assert DBTaskResult.objects.filter(task_path__endswith="send_mails").count() == before + 1


def test_an_announcement_and_how_far_it_came(settings: Any) -> None:
    """To everybody with an address that takes mail."""
    event = hosted_event()
    for number in range(4):
        answer(event, email=f"guest{number}@example.org")
    answer(event, email="")
    worked()
    refused = address_key("guest3@example.org")
    Suppression.objects.create(recipient=refused, stop="refused", detail="550 No such user")
    message = announce(event_id=event.id, content="Hello", notify="all")
    fan_out.func()
    (mailing,) = mailings_of(event.id)
    assert (mailing.message_id, mailing.in_all, mailing.waiting) == (message.id, 4, 4)
    work()
    (mailing,) = mailings_of(event.id)
    assert (mailing.sent, mailing.skipped) == (3, 1)
    assert mailing.reasons == {Reason.UNREACHABLE.label: 1}


@pytest.mark.parametrize("trusted", [True, False])
def test_an_announcement_as_text(trusted: bool) -> None:
    """Without its markup; links are broken up where nobody answers for them, times are not."""
    event = hosted_event() if trusted else make_event()
    answer(event)
    worked()
    announce(event_id=event.id, content="At **18:30**: [map](https://map.example)", notify="all")
    (letter,) = (each for each in worked() if each["To"] == "ana@example.org")
    shown = "https://map.example" if trusted else "https:// map. example"
    assert "At 18:30: map" in text_of(letter)
    assert shown in text_of(letter)


def test_how_far_each_mailing_came(api: Api, client: Client, clock: Clock, queries_of: Any) -> None:
    """Announcements, messages, changes, cancelling and reminders: on the organizer's page and in
    the list of messages, with why some failed; nobody else is told, and it costs one query."""
    event = hosted_event(start_time=clock.now + timedelta(days=3))
    rsvp = answer(event)
    answer(event, email="bo@example.org")
    worked()
    path = f"{event.path}/messages"
    posted = announce(event_id=event.id, content="Hello", notify="all")
    api.get(path, event.owner_token)
    few = queries_of(lambda: api.get(path, event.owner_token))
    direct = write_to_guest(event_id=event.id, rsvp_id=rsvp.id, content="Hi")
    update_event(event=event.row, values={"title": "Other"}, notice=Notice("all"))
    worked()
    Mail.objects.filter(kind="changed", rsvp_id=rsvp.id).update(state="failed", reason="refused")
    clock.advance(days=2)
    worked()
    cancel_event(event_id=event.id, notice=Notice("going"))
    fan_out.func()
    told = api.get(path, event.owner_token).json()["mailings"]
    found = {each["about"]: each for each in told}
    assert len(told) == len(found) == len(MAILINGS)
    counts = {
        kind: [each[name] for name in ("sent", "waiting", "failed", "skipped")]
        for kind, each in found.items()
    }
    assert counts == {
        "announcement": [2, 0, 0, 0],
        "direct": [1, 0, 0, 0],
        "changed": [1, 0, 1, 0],
        "reminder": [2, 0, 0, 0],
        "cancelled": [0, 2, 0, 0],
    }
    assert found["announcement"]["message_id"] == str(posted.id)
    assert found["direct"]["message_id"] == str(direct.id)
    assert found["changed"]["reasons"] == {"The address was refused": 1}
    assert queries_of(lambda: api.get(path, event.owner_token)) == few
    api.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    told = api.get(path, event.owner_token).json()["mailings"]
    (changed,) = [each for each in told if each["about"] == "changed"]
    assert changed["reasons"] == {"The address was refused": 1}
    client.get(f"/e/{event.id}/admin/{event.owner_token}")
    page = client.get(f"/e/{event.id}/admin/messages").context
    mailings = [*page["progress"].values(), *page["mailings"]]
    assert {
        each.kind: [each.sent, each.waiting, each.failed, each.skipped] for each in mailings
    } == counts
    for token in (None, mint(TokenKind.RSVP, rsvp.id, rsvp.token_version)):
        assert api.get(path, token).json()["mailings"] is None
    guest = Client()
    guest.get(f"/e/{event.id}/rsvp/{mint(TokenKind.RSVP, rsvp.id, rsvp.token_version)}")
    assert "by e-mail" not in guest.get(f"/e/{event.id}/rsvp").content.decode()


def test_an_address_that_was_refused(client: Client) -> None:
    """Is shown to the owner and gets nothing more, until it is another one."""
    event = hosted_event()
    rsvp = answer(event)
    worked()
    refused = address_key("ana@example.org")
    Suppression.objects.create(recipient=refused, stop="refused", detail="550 No such user")
    assert refusal_of("Ana@example.org") == "550 No such user"
    assert refusal_of("ana+x@example.org") is None
    client.get(f"/e/{event.id}/admin/{event.owner_token}")
    page = client.get(f"/e/{event.id}/admin/guests/{rsvp.id}").content.decode()
    assert "550 No such user" in page
    announce(event_id=event.id, content="Hello", notify="all")
    assert worked() == []
    change_rsvp(event_id=event.id, rsvp_id=rsvp.id, values={"email": "ana@example.com"})
    announce(event_id=event.id, content="Hello again", notify="all")
    assert [letter["To"] for letter in worked()] == ["ana@example.com"]


def test_failed_mail_is_shown_to_whose_it_is(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within the tenant; nobody else can send it again."""
    ours, theirs = (make_member(make_tenant(), is_staff=True) for _ in range(2))
    answer(make_event(actor=ours.actor, title="Ours"))
    monkeypatch.setattr(EmailMessage, "message", lambda self: 1 / 0)
    work()
    mail = Mail.objects.get(kind="answer")
    staff = Actor(user_id=ours.user.pk, staff_of=ours.user.tenant_id)
    other = Actor(user_id=theirs.user.pk, staff_of=theirs.user.tenant_id)
    (failed,) = failed_mail(staff, 10)
    assert (failed.event_title, failed.email) == ("Ours", "ana@example.org")
    assert failed_mail(other, 10) == []
    for actor in (other, Actor()):
        with pytest.raises(NotFound):
            send_again(actor=actor, mail_id=mail.id)
    settings.MAIL_ENABLED = False
    with pytest.raises(NotAllowed):
        send_again(actor=staff, mail_id=mail.id)


def off_page(letter: Any) -> str:
    """The path of the page that asks what to stop."""
    return str(letter["List-Unsubscribe"]).strip(" <>").removeprefix("https://events.example.org")


def test_one_click(client: Client) -> None:
    """A POST without cookies stops mail about the event, and no more; looking stops nothing."""
    event = hosted_event()
    answer(event)
    (letter,) = worked()
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    page = off_page(letter)
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(page).status_code == 200
    assert not Suppression.objects.exists()
    done = strict.post(page, {"List-Unsubscribe": "One-Click"})
    assert (done.status_code, dict(done.cookies)) == (200, {})
    announce(event_id=event.id, content="Hello", notify="all")
    assert worked() == []
    other = make_event()
    answer(other)
    assert len(worked()) == 1


@pytest.mark.parametrize(
    ("stop", "told"),
    [("event", []), ("site", []), ("reminders", ["ana@example.org"])],
)
def test_what_can_be_stopped(client: Client, stop: str, told: list[str]) -> None:
    """This event, its reminders, or all this site sends; and started again."""
    event = hosted_event()
    answer(event)
    page = off_page(worked()[0])
    assert client.post(page, {"stop": stop}).status_code == 200
    announce(event_id=event.id, content="Hello", notify="all")
    assert [letter["To"] for letter in worked()] == told
    client.post(page, {"stop": "resume"})
    announce(event_id=event.id, content="Hello again", notify="all")
    assert len(worked()) == 1


@pytest.mark.parametrize("code", ["x", "A" * 64, "é" * 64])
def test_a_link_that_is_none_of_ours(client: Client, code: str) -> None:
    """Is not found, and stops nothing."""
    assert client.post(f"/mail/off/{code}", {"stop": "site"}).status_code == 404
    assert not Suppression.objects.exists()


def test_an_odd_wish(client: Client) -> None:
    """Is refused."""
    answer(make_event())
    page = off_page(worked()[0])
    assert client.post(page, {"stop": "everything"}).status_code == 400
    assert not Suppression.objects.exists()


def test_headers_and_parts() -> None:
    """What every letter has: the parts, and headers that stop automatic replies."""
    answer(hosted_event(title="Picnic", host_name="Ada"))
    (letter,) = worked()
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["From"] == "Convene <noreply@events.example.org>"
    kinds = [part.get_content_type() for part in letter.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        *("text/plain", "text/html", "text/calendar", "image/png"),
    ]
    html = next(part for part in letter.walk() if part.get_content_type() == "text/html")
    assert len(html.get_content().encode()) < 40 * 1024
    assert "https://events.example.org/mail/off/" in text_of(letter)

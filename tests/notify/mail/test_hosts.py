"""What hosts are told, and whose address it is."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.test import Client

from accounts.enums import LinkRole
from comments.domain.messages import announce, write_to_host, write_to_hosts
from config.errors import Invalid
from config.text import unlinked
from events.domain.lifecycle import cancel_event
from events.domain.notices import Notice
from events.models import Event
from outbox.domain.emitting import emit
from outbox.enums import Kind
from outbox.models import Change
from rsvps.domain.event_changes import update_event
from tests.conftest import Api, Clock
from tests.makers import MadeEvent, make_event, make_link, make_tenant
from tests.notify.mail.posting import (
    HOST,
    all_of,
    answer,
    hosted_event,
    letter_to,
    text_of,
    worked,
)
from tests.tenant_cast import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def link_in(letter: EmailMessage) -> str:
    """The private link, as a path of this site."""
    found = re.search(r"https://events\.example\.org(/e/\S+/(?:admin|rsvp)/\S+)", text_of(letter))
    assert found
    return found[1]


def test_the_owner_link_comes_once_under_a_fixed_subject() -> None:
    """Whatever the event is called, and however often its host is set to the same address."""
    event = make_event(title="Buy now", host_email=HOST)
    (letter,) = worked()
    assert (letter["To"], letter["Subject"]) == (HOST, "Your event’s private link")
    assert f"/e/{event.id}/admin/cvo_" in text_of(letter)
    for address in ("", HOST):
        update_event(event=event.row, values={"host_email": address})
    assert worked() == []


def test_nothing_else_comes_before_that_link_was_opened(client: Client) -> None:
    """From the mail: with the plain owner link it stays unproven."""
    event = make_event(host_email=HOST, approval_required=True)
    (letter,) = worked()
    answer(event)
    assert [each["To"] for each in worked()] == ["ana@example.org"]
    client.get(f"/e/{event.id}/admin/{event.owner_token}")
    client.get(f"/e/{event.id}/admin/{event.owner_token}?mailed=AAAAAAAAAAAAAAAAAAAAAA")
    assert event.row.host_confirmed_at is None
    assert client.get(link_in(letter)).status_code == 303
    assert event.row.host_confirmed_at is not None
    answer(event, email="bo@example.org")
    told = letter_to(HOST, worked())
    assert told["Subject"] == "Waiting for you: Garden party"


def test_another_address(client: Client) -> None:
    """The old one is told, the new one gets the link, and has to be shown to be read again."""
    event = make_event(host_email=HOST)
    client.get(link_in(worked()[0]))
    update_event(event=event.row, values={"host_email": "new@example.org"})
    told = {letter["To"]: letter for letter in worked()}
    assert told[HOST]["Subject"] == "You no longer get mail about your event"
    assert "new@example.org" not in all_of(told[HOST])
    assert "cvo_" not in all_of(told[HOST])
    assert "cvo_" in text_of(told["new@example.org"])
    assert event.row.host_confirmed_at is None


def test_only_the_owner_link_changes_the_address(api: Api) -> None:
    """A co-host reads it, writes back what they read, and changes nothing of it."""
    event = make_event(host_email=HOST)
    cohost = make_link(event, LinkRole.COHOST)
    read = api.get(event.path, token=cohost).json()["event"]
    assert read["host_email"] == HOST
    kept = api.patch(event.path, {"host_email": HOST, "title": "New"}, token=cohost)
    assert kept.status_code == 200
    refused = api.patch(event.path, {"host_email": "me@example.org"}, token=cohost)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    own = api.patch(event.path, {"host_email": "me@example.org"}, token=event.owner_token)
    assert own.json()["event"]["host_email"] == "me@example.org"


def test_nobody_else_reads_the_address(api: Api) -> None:
    """Neither guests nor whoever comes by; the name is for everybody."""
    event = make_event(host_email=HOST, host_name="Ada")
    body = {"name": "Bo", "status": "yes"}
    guest = api.post(f"{event.path}/rsvps", body).json()["rsvp"]["rsvp_token"]
    for token in (None, guest):
        read = api.get(event.path, token=token)
        assert HOST not in read.content.decode()
        assert (read.json()["event"]["host_name"], read.json()["event"]["hosts"]) == (
            "Ada",
            ["Ada"],
        )
        assert not {"host_email", "host_digest", "reminders"} & read.json()["event"].keys()


def test_co_hosts_who_agreed_are_shown(api: Api) -> None:
    """Until their link is revoked; their address never."""
    event = make_event(host_name="Ada")
    path, token = f"{event.path}/links", event.owner_token
    shown = {"role": "cohost", "name": "Sam", "email": "sam@example.org", "show_name": True}
    made = api.post(path, shown, token=token).json()["link"]
    api.post(path, {"role": "cohost", "name": "Kim", "show_name": False}, token=token)
    api.post(path, {"role": "door", "name": "Dan", "show_name": True}, token=token)
    read = api.get(event.path)
    assert read.json()["event"]["hosts"] == ["Ada", "Sam"]
    assert "sam@example.org" not in read.content.decode()
    api.delete(f"{path}/{made['id']}", token=token)
    assert api.get(event.path).json()["event"]["hosts"] == ["Ada"]


def test_guests_wait() -> None:
    """Told at once, then at most once an hour, for all of them."""
    event = hosted_event(approval_required=True)
    for number in range(3):
        answer(event, email=f"guest{number}@example.org")
    assert sum(letter["To"] == HOST for letter in worked()) == 1
    answer(event, email="guest3@example.org")
    assert not [letter for letter in worked() if letter["To"] == HOST]


def test_who_waits_is_named() -> None:
    """Also where no mail goes to the guest."""
    answer(hosted_event(approval_required=True), email="")
    (letter,) = worked()
    assert (letter["To"], "Ana" in text_of(letter)) == (HOST, True)


def test_the_last_spot() -> None:
    """Told once, until the capacity is another."""
    event = hosted_event(capacity=1)
    answer(event)
    assert letter_to(HOST, worked())["Subject"] == "Full: Garden party"
    update_event(event=event.row, values={"capacity": 2})
    answer(event, email="bo@example.org")
    assert letter_to(HOST, worked())["Subject"] == "Full: Garden party"


def test_words_of_a_guest() -> None:
    """With their name and the way to answer, without their address, and without links that a mail
    program would make."""
    event = hosted_event()
    rsvp = answer(event)
    worked()
    write_to_host(event_id=event.id, rsvp_id=rsvp.id, content="See https://evil.example/x")
    (letter,) = worked()
    assert (letter["To"], letter["Reply-To"]) == (HOST, None)
    assert "ana@example.org" not in all_of(letter)
    assert "https://evil.example" not in text_of(letter)
    assert "Ana" in text_of(letter)
    assert f"/e/{event.id}/admin/guests/{rsvp.id}#write" in text_of(letter)


def test_words_of_a_visitor() -> None:
    """Organizers read them; the host may answer to the visitor. What is wrong is named."""
    event = hosted_event()
    worked()
    write_to_hosts(event_id=event.id, name="Vi", email="vi@example.org", text="May I bring Bo?")
    (letter,) = worked()
    assert (letter["To"], letter["Reply-To"]) == (HOST, "vi@example.org")
    assert "May I bring Bo?" in text_of(letter)
    assert "vi" not in letter["Subject"].lower()
    with pytest.raises(Invalid) as refused:
        write_to_hosts(event_id=event.id, name="evil.example/x", email="x", text=" ")
    assert set(refused.value.errors) == {"name", "email", "text"}


def test_a_guest_who_is_the_host() -> None:
    """Gets their ticket, and is not told what they did themselves."""
    event = hosted_event(approval_required=True, capacity=1)
    rsvp = answer(event, email=HOST)
    write_to_host(event_id=event.id, rsvp_id=rsvp.id, content="Note to self")
    assert [each["Subject"] for each in worked()] == ["Waiting for approval: Garden party"]


def test_a_host_who_comes_to_their_own_event() -> None:
    """Gets what a guest gets and what a host gets, each once, and nothing of what they did."""
    event = hosted_event(capacity=2)

    def told() -> list[tuple[str, str]]:
        return sorted((each["To"], each["Subject"]) for each in worked())

    mine, bo = "Host@example.org", "bo@example.org"
    answer(event, name="Ada", email=mine)
    assert told() == [(mine, "Your ticket: Garden party")]
    answer(event, email=bo)
    assert told() == [
        (bo, "Your ticket: Garden party"),
        (HOST, "Full: Garden party"),
    ]
    announce(event_id=event.id, content="Bring a cup", notify="all")
    assert told() == [(mine, "News: Garden party"), (bo, "News: Garden party")]
    write_to_hosts(event_id=event.id, name="Vi", email="vi@example.org", text="May I come?")
    assert told() == [(HOST, "A message about Garden party")]
    cancel_event(event_id=event.id, notice=Notice("all"))
    assert told() == [(mine, "Cancelled: Garden party"), (bo, "Cancelled: Garden party")]


def test_an_organisations_hosts() -> None:
    """The creator hears of it, and organizers who asked for all events; each address once."""
    tenant = make_tenant()
    creator = make_member(tenant)
    asked = make_member(tenant, is_staff=True)
    make_member(tenant, is_staff=True)
    asked.user.preferences = {"mail_about_all_events": True}
    asked.user.save()
    event = make_event(actor=creator.actor, approval_required=True, host_email=creator.user.email)
    worked()
    answer(event)
    told = sorted(letter["To"] for letter in worked())
    assert told == sorted(["ana@example.org", creator.user.email, asked.user.email])


def test_a_digest_instead(clock: Clock) -> None:
    """One mail in the morning of the event's zone, and none when nothing came in."""
    clock.set(2030, 3, 30, 12)
    event = hosted_event(
        host_digest=True,
        approval_required=True,
        timezone="Europe/Berlin",
        start_time=clock.now + timedelta(days=20),
    )
    worked()
    for number in range(3):
        answer(event, email=f"guest{number}@example.org")
    assert not [letter for letter in worked() if letter["To"] == HOST]
    clock.set(2030, 3, 31, 5, 59)
    assert worked() == []
    clock.set(2030, 3, 31, 6, 0)
    (letter,) = worked()
    assert (letter["To"], letter["Subject"]) == (HOST, "Today: Garden party")
    assert "New: 3 new RSVPs, 3 guests are waiting" in text_of(letter)
    clock.advance(days=2)
    assert worked() == []


def test_a_wrong_key_confirms_nothing(client: Client) -> None:
    """The proof belongs to one link and one address."""
    for _ in range(2):
        make_event(host_email=HOST)
    first, second = (link_in(letter) for letter in worked())
    mixed = first.partition("?")[0] + "?" + second.partition("?")[2]
    client.get(mixed)
    assert not Event.objects.filter(host_confirmed_at__isnull=False).exists()
    client.get(first)
    assert Event.objects.filter(host_confirmed_at__isnull=False).count() == 1


def test_a_guest_who_reads_their_mail(client: Client) -> None:
    """Is confirmed by the link in it, and no longer when the address is another."""
    event = make_event()
    rsvp = answer(event)
    letter = worked()[0]
    client.get(link_in(letter).partition("?")[0])
    assert not confirmed(event)
    client.get(link_in(letter))
    assert confirmed(event)
    client.post(f"/e/{event.id}/rsvp", {"name": "Ana", "attendance": "going", "email": "b@c.de"})
    assert not confirmed(event)
    assert rsvp.email == "ana@example.org"


def confirmed(event: MadeEvent) -> bool:
    """Whether the one guest is."""
    return bool(event.stored.rsvps.get().email_confirmed)


def test_a_webhook_was_switched_off() -> None:
    """Hosts are told which one; of an organisation's own its organizers are."""
    event, tenant = hosted_event(), make_tenant("acme")
    make_member(tenant, "Olga", email="olga@example.org", is_staff=True)
    worked()
    url = "https://hooks.example.org/in"
    for scope in ({"event_id": event.id}, {"tenant_id": tenant.pk}):
        kind, told = Kind.WEBHOOK_DISABLED, {"reason": "gave_up", "url": url}
        emit([Change(kind=kind, object_id=event.id, data=told, **scope)])
    letters = worked()
    assert {each["To"] for each in letters} == {HOST, "olga@example.org"}
    assert all(unlinked(url) in text_of(each) for each in letters)

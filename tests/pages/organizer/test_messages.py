"""Announcements, notes and messages on the pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils.html import linebreaks

from comments.domain.anonymising import REMOVED, anonymise
from comments.domain.messages import announce, write_to_guest, write_to_host, write_to_hosts
from comments.models import Message
from outbox.models import Change
from rsvps.domain.approval import reject
from rsvps.models import Rsvp
from tests.makers import MadeEvent, make_event, make_rsvp

pytestmark = [pytest.mark.django_db, pytest.mark.once]

WRONG = [("", "This field is required."), ("a\x00b", "Null characters"), ("x" * 5001, "5000")]


def organizer(event: MadeEvent) -> Client:
    """A browser that opened the owner link."""
    client = Client()
    client.get(f"/e/{event.id}/admin/{event.owner_token}")
    return client


def stored() -> list[tuple[str, str, str, str]]:
    """Who wrote what to whom, the system's log aside."""
    messages = Message.objects.exclude(author="system").order_by("created_at")
    return list(messages.values_list("author", "type", "visibility", "content"))


def test_announcing_to_everybody_and_noting_for_organizers() -> None:
    event = make_event()
    client = organizer(event)
    path = f"/e/{event.id}/admin/messages"
    for visibility, content in (("public", "Doors at 7"), ("admin", "Buy ice")):
        answer = client.post(path, {"visibility": visibility, "content": content})
        assert (answer.status_code, answer["Location"]) == (303, path)
    assert stored() == [
        ("organizer", "event_update", "public", "Doors at 7"),
        ("organizer", "event_internal", "admin", "Buy ice"),
    ]
    public = Client().get(f"/e/{event.id}").content.decode()
    assert "Doors at 7" in public
    assert "Buy ice" not in public
    assert [each.content for each in client.get(path).context["sent"]] == ["Buy ice", "Doors at 7"]


def test_host_and_guest_read_each_other_and_notes_stay_inside() -> None:
    event = make_event()
    rsvp = make_rsvp(event)
    host, guest = organizer(event), Client()
    guest.get(f"/e/{event.id}/rsvp/{rsvp.token}")
    path = f"/e/{event.id}/admin/guests/{rsvp.id}"
    for kind, content in (("admin_message", "Bring cake?"), ("admin_note", "VIP, seat well")):
        answer = host.post(f"{path}/messages", {"type": kind, "content": content})
        assert (answer.status_code, answer["Location"]) == (303, path)
    answer = guest.post(f"/e/{event.id}/rsvp/messages", {"content": "Sure <b>thing</b>"})
    assert (answer.status_code, answer["Location"]) == (303, f"/e/{event.id}/rsvp#talk")
    assert stored() == [
        ("organizer", "admin_message", "attendee", "Bring cake?"),
        ("organizer", "admin_note", "admin", "VIP, seat well"),
        ("guest", "user_note", "attendee", "Sure <b>thing</b>"),
    ]
    seen = guest.get(f"/e/{event.id}/rsvp").content.decode()
    assert 'id="talk"' in seen
    assert "Bring cake?" in seen
    assert "Sure &lt;b&gt;thing&lt;/b&gt;" in seen
    assert "VIP" not in seen
    known = host.get(path).content.decode()
    assert "VIP, seat well" in known
    assert "Sure &lt;b&gt;thing" in known
    public = Client().get(f"/e/{event.id}").content.decode()
    assert not any(said in public for said in ("Bring cake", "VIP", "thing"))


@pytest.mark.parametrize(("content", "said"), WRONG)
def test_a_message_that_cannot_be_is_shown_again(content: str, said: str) -> None:
    event = make_event()
    rsvp = make_rsvp(event)
    host, guest = organizer(event), Client()
    guest.get(f"/e/{event.id}/rsvp/{rsvp.token}")
    for client, path, more in (
        (host, f"/e/{event.id}/admin/messages", {"visibility": "public"}),
        (host, f"/e/{event.id}/admin/guests/{rsvp.id}/messages", {"type": "admin_message"}),
        (guest, f"/e/{event.id}/rsvp/messages", {}),
    ):
        page = client.post(path, {"content": content, **more})
        assert page.status_code == 400
        shown = page.content.decode()
        assert said in shown
        assert 'id="message_error"' in shown
        assert content in shown
    assert stored() == []


@pytest.mark.parametrize("kind", ["user_note", "rejection_reason", "event_update", ""])
def test_a_guests_own_words_cannot_be_forged(kind: str) -> None:
    event = make_event()
    rsvp = make_rsvp(event)
    answer = organizer(event).post(
        f"/e/{event.id}/admin/guests/{rsvp.id}/messages", {"type": kind, "content": "I owe you"}
    )
    assert answer.status_code == 400
    assert "I owe you" in answer.content.decode()
    assert stored() == []


def test_a_message_to_a_guest_of_another_event_is_not_found() -> None:
    event = make_event()
    foreign = make_rsvp(make_event())
    answer = organizer(event).post(
        f"/e/{event.id}/admin/guests/{foreign.id}/messages",
        {"type": "admin_message", "content": "Hello"},
    )
    assert answer.status_code == 404
    assert stored() == []


def test_announcing_needs_the_key() -> None:
    event = make_event()
    answer = Client().post(
        f"/e/{event.id}/admin/messages", {"visibility": "public", "content": "Hi"}
    )
    assert answer.status_code == 401
    assert stored() == []


def test_a_guests_message_takes_a_post() -> None:
    event = make_event()
    assert organizer(event).get(f"/e/{event.id}/rsvp/messages").status_code == 405


def test_an_announcement_goes_to_guests_by_mail_if_ticked(settings: Any) -> None:
    """Where there is mail, and somebody to get it; a note goes to nobody, whatever is ticked."""
    event = make_event()
    client, path = organizer(event), f"/e/{event.id}/admin/messages"
    for enabled, email, number in (
        (False, "", 0),
        (True, "", 0),
        (True, "ana@example.org", 1),
    ):
        settings.MAIL_ENABLED = enabled
        make_rsvp(event, email=email)
        shown = client.get(path)
        assert shown.context["groups"][0].mailed == number
        assert ('name="mailed"' in shown.content.decode()) == (number > 0)
    told = []
    for sent in (
        {"visibility": "public", "mailed": "on"},
        {"visibility": "public", "mailed": "on", "to": "all"},
        {"visibility": "public"},
        {"visibility": "admin", "mailed": "on"},
    ):
        assert client.post(path, {"content": "Doors at 7"} | sent).status_code == 303
        told.append(Change.objects.latest("id").data)
    assert told == [
        {"notify": "going", "notify_message": ""},
        {"notify": "all", "notify_message": ""},
        {},
        {},
    ]


@pytest.fixture
def mixed() -> MadeEvent:
    """Two who are going, one who waits, one who may come, one who cannot, one who was declined."""
    event = make_event(approval_required=True)
    for name in ("Ana", "Ben"):
        make_rsvp(event, name=name, force=True)
    make_rsvp(event, name="Cem")
    make_rsvp(event, name="Dora", attendance="interested")
    make_rsvp(event, name="Emma", attendance="not_going")
    reject(event_id=event.id, rsvp_id=make_rsvp(event, name="Finn").id)
    return event


@pytest.mark.parametrize(
    ("to", "read_by"),
    [
        ("going", {"Ana", "Ben"}),
        ("waiting", {"Cem"}),
        ("maybe", {"Dora"}),
        ("all", {"Ana", "Ben", "Cem", "Dora", "Emma"}),
    ],
)
def test_each_guest_of_a_group_is_written_to(mixed: MadeEvent, to: str, read_by: set[str]) -> None:
    """On their own page, and nowhere else; nobody who was declined."""
    client, path = organizer(mixed), f"/e/{mixed.id}/admin/messages"
    assert {each.name: each.number for each in client.get(path).context["groups"]} == {
        "going": 2,
        "waiting": 1,
        "maybe": 1,
        "all": 5,
    }
    assert client.post(path, {"to": to, "content": "Bring a lamp"}).status_code == 303
    written = Message.objects.filter(content="Bring a lamp")
    assert set(written.values_list("rsvp__name", flat=True)) == read_by
    assert set(written.values_list("visibility", flat=True)) == {"attendee"}


@pytest.mark.parametrize("to", ["waiting", "maybe"])
def test_groups_that_no_announcement_is_for(mixed: MadeEvent, to: str) -> None:
    """They are written to one by one, whatever is ticked."""
    sent = {"to": to, "content": "Soon", "visibility": "public", "mailed": "on"}
    assert organizer(mixed).post(f"/e/{mixed.id}/admin/messages", sent).status_code == 303
    assert set(Message.objects.filter(content="Soon").values_list("visibility", flat=True)) == {
        "attendee"
    }


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"content": "C"}, "to"),
        ({"content": "C", "to": "everyone"}, "to"),
        ({"content": "C", "to": "waiting"}, "to"),
        ({"content": "", "to": "all"}, "content"),
        ({"content": "C", "to": "all", "visibility": "secret"}, "visibility"),
    ],
)
def test_nobody_is_written_to_by_mistake(sent: dict[str, str], field: str) -> None:
    """Without a group, by a group of nobody, without words."""
    event = make_event()
    make_rsvp(event)
    refused = organizer(event).post(f"/e/{event.id}/admin/messages", sent)
    assert (refused.status_code, list(refused.context["writing"].errors)) == (400, [field])
    assert stored() == []


def test_a_preview_sends_nothing(mixed: MadeEvent) -> None:
    """It shows the Markdown as guests will see it, and keeps what was chosen."""
    sent = {"content": "So **nice**", "to": "all", "visibility": "public", "preview": "1"}
    page = organizer(mixed).post(f"/e/{mixed.id}/admin/messages", sent)
    assert page.status_code == 200
    said = page.content.decode()
    assert "<strong>nice</strong>" in said
    assert "So **nice**</textarea>" in said
    assert 'value="all" checked' in said
    assert stored() == []


def test_what_guests_wrote_is_listed_once_for_each(mixed: MadeEvent) -> None:
    """The latest of each guest, newest first, with whether the hosts have answered since; visitors
    by the name they gave."""
    ana, ben = (Rsvp.objects.get(name=name).pk for name in ("Ana", "Ben"))
    write_to_host(event_id=mixed.id, rsvp_id=ana, content="First")
    write_to_host(event_id=mixed.id, rsvp_id=ben, content="Hello")
    write_to_guest(event_id=mixed.id, rsvp_id=ben, content="Hello, Ben")
    write_to_host(event_id=mixed.id, rsvp_id=ana, content="Second")
    write_to_hosts(event_id=mixed.id, name="Vera", email="v@example.org", text="Is it indoors?")
    page = organizer(mixed).get(f"/e/{mixed.id}/admin/messages")
    assert [(each.name, each.text, each.answered) for each in page.context["received"]] == [
        ("Vera", "Is it indoors?", True),
        ("Ana", "Second", False),
        ("Ben", "Hello", True),
    ]


def test_a_visitors_words_are_read_whole_and_answered_by_mail() -> None:
    """They stand on no other page."""
    event, text = make_event(), f"Dear hosts,\n{'word ' * 80}\n\nVera"
    write_to_hosts(event_id=event.id, name="Vera", email="v+a?b=c@example.org", text=text)
    said = organizer(event).get(f"/e/{event.id}/admin/messages").content.decode()
    assert linebreaks(text, autoescape=True) in said
    assert 'href="mailto:v%2Ba%3Fb%3Dc@example.org"' in said
    anonymise(event_id=event.id)
    said = organizer(event).get(f"/e/{event.id}/admin/messages").content.decode()
    assert (REMOVED in said, "mailto:" in said) == (True, False)


def test_takes_as_many_queries_for_3_messages_as_for_30(queries_of: Any) -> None:
    event = make_event()
    client, path = organizer(event), f"/e/{event.id}/admin/messages"

    def more(number: int) -> None:
        for _ in range(number):
            announce(event_id=event.id, content="Doors at 7", visibility="public")
            write_to_host(event_id=event.id, rsvp_id=make_rsvp(event).id, content="Hello")

    more(3)
    few = queries_of(lambda: client.get(path))
    more(27)
    assert queries_of(lambda: client.get(path)) == few

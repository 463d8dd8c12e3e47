"""Announcements, notes and messages on the pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from comments.models import Message
from outbox.models import Change
from tests.makers import MadeEvent, make_event, make_rsvp

pytestmark = pytest.mark.django_db

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
        assert (answer.status_code, answer["Location"]) == (303, f"/e/{event.id}/admin")
    assert stored() == [
        ("organizer", "event_update", "public", "Doors at 7"),
        ("organizer", "event_internal", "admin", "Buy ice"),
    ]
    public = Client().get(f"/e/{event.id}").content.decode()
    assert "Doors at 7" in public
    assert "Buy ice" not in public
    assert "Buy ice" in client.get(f"/e/{event.id}/admin").content.decode()


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
    assert (answer.status_code, answer["Location"]) == (303, f"/e/{event.id}/rsvp")
    assert stored() == [
        ("organizer", "admin_message", "attendee", "Bring cake?"),
        ("organizer", "admin_note", "admin", "VIP, seat well"),
        ("guest", "user_note", "attendee", "Sure <b>thing</b>"),
    ]
    seen = guest.get(f"/e/{event.id}/rsvp").content.decode()
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


def test_messages_take_a_post() -> None:
    event = make_event()
    for path in ("admin/messages", "rsvp/messages"):
        assert organizer(event).get(f"/e/{event.id}/{path}").status_code == 405


def test_an_announcement_goes_to_guests_by_mail_if_ticked(settings: Any) -> None:
    """Where there is mail, and somebody to get it; a note goes to nobody, whatever is ticked."""
    event = make_event()
    client, page, path = organizer(event), f"/e/{event.id}/admin", f"/e/{event.id}/admin/messages"
    for enabled, email, number in (
        (False, "", 0),
        (True, "", 0),
        (True, "ana@example.org", 1),
    ):
        settings.MAIL_ENABLED = enabled
        make_rsvp(event, email=email)
        shown = client.get(page)
        assert shown.context["mailed"] == number
        assert ('name="mailed"' in shown.content.decode()) == (number > 0)
    told = []
    for sent in (
        {"visibility": "public", "mailed": "on"},
        {"visibility": "public"},
        {"visibility": "admin", "mailed": "on"},
    ):
        assert client.post(path, {"content": "Doors at 7"} | sent).status_code == 303
        told.append(Change.objects.latest("id").data)
    assert told == [{"notify": "going", "notify_message": ""}, {}, {}]

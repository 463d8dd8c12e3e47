"""Comments on the event's page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from comments.models import Comment
from comments.rows import COMMENTS_SHOWN
from events.models import Event
from pages.base import GUEST_COOKIE, OWNER_COOKIE
from rsvps.domain.approval import reject
from tests.conftest import Clock
from tests.makers import MadeEvent, make_event, make_rsvp, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def browser(name: str, token: str) -> Client:
    """A browser that holds a link."""
    client = Client()
    client.cookies[name] = token
    return client


@pytest.fixture
def event() -> MadeEvent:
    return make_event(host_name="Ada")


def names(page: Any) -> list[tuple[str, bool]]:
    """Who speaks on a page, and whether the visitor may remove it."""
    return [(comment.user_name, may) for comment, may in page.context["comments"]["shown"]]


def test_a_guest_says_something_and_takes_it_back(event: MadeEvent) -> None:
    guest, at = browser(GUEST_COOKIE, make_rsvp(event, name="Ana").token), f"/e/{event.id}"
    assert guest.get(at).context["may_comment"] is True
    sent = guest.post(f"{at}/comments", {"content": "<b>Parking?</b>\n\nPlease"})
    assert (sent.status_code, sent["Location"]) == (303, f"{at}#comments")
    page = guest.get(at)
    assert names(page) == [("Ana", True)]
    assert 'id="comments"' in page.content.decode()
    assert "<p>&lt;b&gt;Parking?&lt;/b&gt;</p>\n\n<p>Please</p>" in page.content.decode()
    remove = f"{at}/comments/{Comment.objects.get().id}/remove"
    assert f'href="{remove}"' in page.content.decode()
    assert guest.get(remove).status_code == 200
    assert Comment.objects.count() == 1
    assert guest.post(remove)["Location"] == f"{at}#comments"
    assert not Comment.objects.exists()


def test_hosts_and_accounts(event: MadeEvent) -> None:
    """A host by the link, a member by signing in; the host removes anything."""
    at, owner, member = f"/e/{event.id}", browser(OWNER_COOKIE, event.owner_token), Client()
    member.force_login(make_user(display_name="Mo"))
    owner.post(f"{at}/comments", {"content": "Welcome"})
    member.post(f"{at}/comments", {"content": "Thanks"})
    assert names(owner.get(at)) == [("Ada", True), ("Mo", True)]
    assert names(member.get(at)) == [("Ada", False), ("Mo", True)]
    assert names(Client().get(at)) == [("Ada", False), ("Mo", False)]


def test_a_stranger_reads_and_is_told_how_to_speak(event: MadeEvent, client: Client) -> None:
    page = client.get(f"/e/{event.id}")
    assert page.context["may_comment"] is False
    assert b'action="/e/%s/comments"' % str(event.id).encode() not in page.content
    assert client.post(f"/e/{event.id}/comments", {"content": "Hi"}).status_code == 401


def test_a_declined_guest_is_offered_no_form(event: MadeEvent) -> None:
    rsvp = make_rsvp(event)
    reject(event_id=event.id, rsvp_id=rsvp.id)
    guest = browser(GUEST_COOKIE, rsvp.token)
    assert guest.get(f"/e/{event.id}").context["may_comment"] is False
    assert guest.post(f"/e/{event.id}/comments", {"content": "Hi"}).status_code == 400
    assert not Comment.objects.exists()


def test_whoever_is_in_no_list_is_warned(event: MadeEvent) -> None:
    """Beside the form: what they say stands there with their name."""
    listed = browser(GUEST_COOKIE, make_rsvp(event).token).get(f"/e/{event.id}")
    hidden = browser(GUEST_COOKIE, make_rsvp(event, is_private=True).token).get(f"/e/{event.id}")
    hints = [str(page.context["comment_hint"]) for page in (listed, hidden)]
    assert hints[0] != hints[1]
    assert all(
        hint in page.content.decode() for hint, page in zip(hints, (listed, hidden), strict=True)
    )


def test_what_is_wrong_stands_by_the_form(event: MadeEvent) -> None:
    """With the input kept; the RSVP form is not blamed."""
    guest = browser(GUEST_COOKIE, make_rsvp(event).token)
    page = guest.post(f"/e/{event.id}/comments", {"content": "a\0b"})
    assert page.status_code == 400
    assert list(page.context["commenting"].errors) == ["content"]
    assert not page.context["form"].errors
    assert not Comment.objects.exists()


def test_the_switch(event: MadeEvent) -> None:
    """Off, nothing of it is on the page, except what was said, for hosts."""
    guest, owner = browser(GUEST_COOKIE, make_rsvp(event).token), browser(OWNER_COOKIE, "")
    owner.cookies[OWNER_COOKIE] = event.owner_token
    guest.post(f"/e/{event.id}/comments", {"content": "Zwiebelkuchen"})
    assert "Zwiebelkuchen" in guest.get(f"/e/{event.id}").content.decode()
    Event.objects.update(comments_enabled=False)
    at = f"/e/{event.id}"
    for path in (at, f"{at}/comments"):
        assert "Zwiebelkuchen" not in guest.get(path).content.decode()
        assert "Zwiebelkuchen" in owner.get(path).content.decode()
    assert guest.get(at).context["may_comment"] is owner.get(at).context["may_comment"] is False


def test_older_ones_are_on_a_page_of_their_own(clock: Clock) -> None:
    """The event's page shows the newest, newest last; the other all from the start."""
    event = make_event()
    rsvp = make_rsvp(event)
    for number in range(COMMENTS_SHOWN + 2):
        Comment.objects.create(
            content_type="event", content_id=str(event.id), rsvp_id=rsvp.id, body=f"no. {number}"
        )
        clock.advance(seconds=1)
    shown = Client().get(f"/e/{event.id}").context["comments"]
    assert shown["more"] is True
    assert [comment.body for comment, _ in shown["shown"]] == [
        f"no. {number}" for number in range(2, COMMENTS_SHOWN + 2)
    ]
    first, second = (Client().get(f"/e/{event.id}/comments", {"page": n}) for n in (1, 2))
    assert [len(page.context["comments"]) for page in (first, second)] == [COMMENTS_SHOWN, 2]
    assert second.context["comments"][-1][0].body == f"no. {COMMENTS_SHOWN + 1}"


def test_the_answer_comes_before_the_comment(event: MadeEvent) -> None:
    """The RSVP form is the first POST form of the page."""
    owner = browser(OWNER_COOKIE, event.owner_token)
    page = owner.get(f"/e/{event.id}").content.decode()
    forms = [part.partition(">")[0] for part in page.split("<form ")[1:]]
    assert [f'action="/e/{event.id}"' in forms[0], f'/{event.id}/comments"' in forms[1]] == [
        True,
        True,
    ]

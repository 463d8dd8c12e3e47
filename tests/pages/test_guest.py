"""A guest's own page, behind the guest's link."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from comments.domain.messages import announce, write_to_host
from events.domain.lifecycle import cancel_event
from notify.domain.mail.addresses import recipient_of
from notify.enums import MailKind, MailState
from notify.models import Mail
from pages.base import GUEST_COOKIE
from rsvps.domain.approval import approve, reject
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import change_rsvp
from rsvps.models import Rsvp
from tests.conftest import Clock
from tests.makers import MadeEvent, MadeRsvp, make_event, make_rsvp
from tests.wording import in_words

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def guest_of(event: MadeEvent, rsvp: MadeRsvp) -> Client:
    """A browser that opened the guest's link."""
    client = Client()
    assert client.get(f"/e/{event.id}/rsvp/{rsvp.token}").status_code == 303
    return client


def typed(rsvp: MadeRsvp, **values: Any) -> dict[str, Any]:
    """The form as the page shows it, with some fields changed."""
    row = rsvp.row
    shown = {
        "name": row.name,
        "attendance": row.attendance,
        "guest_count": row.guest_count,
        "email": row.email,
        "pronouns": row.pronouns,
        "note": row.note,
    }
    return shown | values


def small_form(page: Any, *, not_going: bool) -> dict[str, str]:
    """What one of the two small forms sends: the one that steps back, or that of the reminders."""
    for form in re.findall(r"<form .*?</form>", page.content.decode(), re.S):
        inputs = re.findall(r"<input [^>]*>", form)
        if "attendance" not in form or not all('type="hidden"' in each for each in inputs):
            continue
        sent = {}
        for each in inputs:
            name = re.search('name="([^"]*)"', each)
            value = re.search('value="([^"]*)"', each)
            assert name is not None
            sent[name[1]] = html.unescape(value[1]) if value else ""
        if (sent["attendance"] == "not_going") is not_going:
            return sent
    raise AssertionError("no such form")


class TestLink:
    def test_moves_the_token_into_a_cookie(self) -> None:
        event = make_event()
        rsvp = make_rsvp(event)
        answer = Client().get(f"/e/{event.id}/rsvp/{rsvp.token}")
        assert (answer.status_code, answer["Location"]) == (303, f"/e/{event.id}/rsvp")
        cookie = answer.cookies[GUEST_COOKIE]
        assert (cookie.value, cookie["path"], cookie["httponly"]) == (
            rsvp.token,
            f"/e/{event.id}",
            True,
        )
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"

    def test_of_another_event_or_none_is_not_found(self) -> None:
        event = make_event()
        other = make_rsvp(make_event())
        for token in (other.token, event.owner_token, "nothing"):
            answer = Client().get(f"/e/{event.id}/rsvp/{token}")
            assert answer.status_code == 404
            assert not answer.cookies

    def test_without_it_the_event_is_shown(self) -> None:
        event = make_event()
        client = Client()
        for path in ("rsvp", "rsvp/withdraw"):
            answer = client.get(f"/e/{event.id}/{path}")
            assert (answer.status_code, answer["Location"]) == (303, f"/e/{event.id}")
        for path in ("rsvp", "rsvp/withdraw", "rsvp/messages"):
            assert client.post(f"/e/{event.id}/{path}", {"content": "x"}).status_code == 303


class TestOwnPage:
    @pytest.mark.parametrize("attendance", ["going", "interested"])
    @pytest.mark.parametrize("minutes", [30, 90])
    def test_one_way_to_what_happens_online(
        self, clock: Clock, attendance: str, minutes: int
    ) -> None:
        """Beside the address itself one button, before it begins and while it is live."""
        address, start = "https://meet.example.org/x", clock.now + timedelta(hours=1)
        event = make_event(start_time=start, format="virtual", location="", online_url=address)
        client = guest_of(event, make_rsvp(event, attendance=attendance))
        clock.advance(minutes=minutes)
        page = client.get(f"/e/{event.id}/rsvp").content.decode()
        assert len(re.findall(rf'class="(?:answer|button)[^"]*" href="{address}"', page)) == 1

    def test_says_where_the_answer_stands(self) -> None:
        event = make_event(approval_required=True, location="Old mill")
        rsvp = make_rsvp(event)
        client = guest_of(event, rsvp)
        page = client.get(f"/e/{event.id}/rsvp")
        assert page["Cache-Control"] == "private, no-store"
        assert page.context["state"] == "pending"
        said = page.content.decode()
        assert "Old mill" not in said
        assert f"/e/{event.id}/rsvp/{rsvp.token}" in said
        reject(event_id=event.id, rsvp_id=rsvp.id, reason="No chairs left")
        page = client.get(f"/e/{event.id}/rsvp")
        assert page.context["state"] == "rejected"
        assert page.content.decode().count("No chairs left") == 1

    def test_knows_every_state(self, clock: Clock) -> None:
        event = make_event(capacity=1)
        first = make_rsvp(event)
        client, path = guest_of(event, first), f"/e/{event.id}/rsvp"

        def state() -> str:
            return str(client.get(path).context["state"])

        assert state() == "going"
        second = make_rsvp(event, name="Nia", join_waitlist=True)
        waiting = guest_of(event, second)
        assert waiting.get(path).context["state"] == "waitlisted"
        for answer in ("interested", "not_going"):
            change_rsvp(event_id=event.id, rsvp_id=first.id, values={"attendance": answer})
            assert state() == answer
        assert waiting.get(path).context["state"] == "going"
        clock.set(2200, 1, 1)
        assert state() == "ended"
        cancel_event(event_id=event.id)
        assert state() == "cancelled"

    def test_invites_friends_to_the_event_alone(self) -> None:
        event = make_event(location="Old mill")
        rsvp = make_rsvp(event)
        said = guest_of(event, rsvp).get(f"/e/{event.id}/rsvp").content.decode()
        (shared,) = re.findall(r'data-copy-text="([^"]*)"', said)
        assert shared.endswith(f"/e/{event.id}")
        # Its own link stands in the field to copy it from, and nowhere else.
        assert said.count(rsvp.token) == 1

    def test_shows_what_was_announced_among_the_messages(self) -> None:
        event = make_event()
        rsvp = make_rsvp(event)
        client, path = guest_of(event, rsvp), f"/e/{event.id}/rsvp"
        write_to_host(event_id=event.id, rsvp_id=rsvp.id, content="First?")
        announce(event_id=event.id, content="Bring **light**", visibility="public")
        announce(event_id=event.id, content="For hosts", visibility="admin")
        page = client.get(path)
        assert [m.content for m in page.context["thread"].latest] == ["First?", "Bring **light**"]
        assert "<strong>light</strong>" in page.content.decode()
        for number in range(6):
            write_to_host(event_id=event.id, rsvp_id=rsvp.id, content=f"{number}")
        thread = client.get(path).context["thread"]
        assert [m.content for m in thread.earlier] == ["First?", "Bring **light**"]
        assert [m.content for m in thread.latest] == list("012345")

    def test_says_that_mail_was_sent_when_it_was(self, settings: Any) -> None:
        settings.MAIL_ENABLED = True
        event = make_event()
        rsvp = make_rsvp(event, email="ana@example.org")
        client, path = guest_of(event, rsvp), f"/e/{event.id}/rsvp"
        assert client.get(path).context["mailed"] is False
        mail = Mail.objects.create(
            kind=MailKind.ANSWER,
            state=MailState.QUEUED,
            rsvp_id=rsvp.id,
            event_id=event.id,
            recipient=recipient_of("ana@example.org"),
        )
        assert client.get(path).context["mailed"] is False
        Mail.objects.filter(pk=mail.pk).update(state=MailState.SENT)
        assert client.get(path).context["mailed"] is True
        change_rsvp(event_id=event.id, rsvp_id=rsvp.id, values={"email": "bo@example.org"})
        assert client.get(path).context["mailed"] is False

    @pytest.mark.parametrize("waits", [False, True])
    def test_the_small_forms_change_one_thing(self, settings: Any, waits: bool) -> None:
        """Reminders, and not being able to come, whatever else the RSVP says."""
        settings.MAIL_ENABLED = True
        event = make_event(capacity=4 if waits else None)
        if waits:
            make_rsvp(event, guest_count=3)
        rsvp = make_rsvp(
            event,
            name="Ana",
            email="ana@example.org",
            pronouns="she",
            note="two\nlines",
            guest_count=1,
            guest_names=["Bo"],
            is_private=True,
            join_waitlist=waits,
        )
        client, path = guest_of(event, rsvp), f"/e/{event.id}/rsvp"
        kept = ("name", "email", "pronouns", "note", "guest_names", "is_private", "approval")

        def values() -> list[Any]:
            return [getattr(rsvp.row, name) for name in kept]

        before = values()
        for off in (True, False):
            answer = client.post(path, small_form(client.get(path), not_going=False))
            assert answer.status_code == 303
            assert (rsvp.row.reminders_off, rsvp.row.attendance) == (off, "going")
            assert (values(), rsvp.row.guest_count) == (before, 1)
        if not waits:
            answer = client.post(path, small_form(client.get(path), not_going=True))
            assert answer.status_code == 303
            assert rsvp.row.attendance == "not_going"

    def test_changes_the_answer(self) -> None:
        event = make_event()
        rsvp = make_rsvp(event)
        client = guest_of(event, rsvp)
        answer = client.post(
            f"/e/{event.id}/rsvp",
            typed(rsvp, attendance="interested", name="Kim", is_private="on", guest_count=""),
        )
        assert (answer.status_code, answer["Location"]) == (303, f"/e/{event.id}/rsvp")
        row = rsvp.row
        assert (row.attendance, row.name, row.is_private, row.guest_count) == (
            "interested",
            "Kim",
            True,
            0,
        )
        assert client.get(f"/e/{event.id}/rsvp").context["state"] == "interested"

    def test_reminders_are_switched_off_and_on(self, settings: Any) -> None:
        """Where the site sends mail; elsewhere the page does not ask, and changes nothing."""
        settings.MAIL_ENABLED = True
        event = make_event()
        rsvp = make_rsvp(event, email="ana@example.org")
        client, path = guest_of(event, rsvp), f"/e/{event.id}/rsvp"
        assert "reminders_off" not in Client().get(f"/e/{event.id}").content.decode()
        assert not client.get(path).context["form"]["reminders_off"].value()
        client.post(path, typed(rsvp, reminders_off="on"))
        assert rsvp.row.reminders_off
        assert client.get(path).context["form"]["reminders_off"].value()
        settings.MAIL_ENABLED = False
        assert "reminders_off" not in client.get(path).content.decode()
        client.post(path, typed(rsvp))
        assert rsvp.row.reminders_off
        settings.MAIL_ENABLED = True
        client.post(path, typed(rsvp))
        assert not rsvp.row.reminders_off

    def test_shows_what_the_house_refuses(self) -> None:
        event = make_event(capacity=2)
        rsvp = make_rsvp(event)
        client = guest_of(event, rsvp)
        page = client.post(f"/e/{event.id}/rsvp", typed(rsvp, guest_count=4, note="Kept note"))
        assert page.status_code == 400
        assert page.context["form"].errors == {"guest_count": [in_words("spots_left", number=1)]}
        assert "Kept note" in page.content.decode()
        assert rsvp.row.guest_count == 0

    def test_counts_the_spots_it_holds_as_its_own(self) -> None:
        """What is left is enough for those who are new, but it is for those who wait in line."""
        event = make_event(capacity=4, approval_required=True)
        rsvp = make_rsvp(event, guest_count=2, force=True)
        first = make_rsvp(event, guest_count=3, name="First")
        approve(event_id=event.id, rsvp_id=first.id)
        assert first.row.approval == "waitlisted"
        page = guest_of(event, rsvp).post(f"/e/{event.id}/rsvp", typed(rsvp, guest_count=3))
        assert page.context["form"].errors == {"__all__": [in_words("event_full")]}

    def test_a_party_from_before_a_lower_limit_may_stay(self) -> None:
        event = make_event()
        rsvp = make_rsvp(event, guest_count=4)
        update_event(event=event.row, values={"max_guests_per_rsvp": 0})
        client = guest_of(event, rsvp)
        form = client.get(f"/e/{event.id}/rsvp").context["form"]
        assert form.fields["guest_count"].widget.attrs["max"] == 4
        answer = client.post(f"/e/{event.id}/rsvp", typed(rsvp, guest_count=3))
        assert answer.status_code == 303
        assert rsvp.row.guest_count == 3

    def test_of_a_cancelled_event_only_leaves(self) -> None:
        event = make_event()
        rsvp = make_rsvp(event)
        client = guest_of(event, rsvp)
        cancel_event(event_id=event.id)
        page = client.get(f"/e/{event.id}/rsvp").content.decode()
        assert 'name="attendance"' not in page
        refused = client.post(f"/e/{event.id}/rsvp", typed(rsvp, guest_count=1))
        assert refused.status_code == 400
        assert client.post(f"/e/{event.id}/rsvp/withdraw").status_code == 303
        assert Rsvp.objects.count() == 0

    def test_withdrawing_asks_first_and_forgets_the_key(self) -> None:
        event = make_event(capacity=1)
        client = guest_of(event, make_rsvp(event))
        assert client.get(f"/e/{event.id}/rsvp/withdraw").status_code == 200
        answer = client.post(f"/e/{event.id}/rsvp/withdraw")
        assert (answer.status_code, answer["Location"]) == (303, f"/e/{event.id}")
        assert answer.cookies[GUEST_COOKIE]["max-age"] == 0
        assert Rsvp.objects.count() == 0
        assert event.row.seats_taken == 0

    @pytest.mark.parametrize("path", ["rsvp", "rsvp/withdraw", "rsvp/messages"])
    def test_needs_the_csrf_token(self, path: str) -> None:
        event = make_event()
        rsvp = make_rsvp(event)
        client = Client(enforce_csrf_checks=True)
        client.cookies[GUEST_COOKIE] = rsvp.token
        before = rsvp.row
        answer = client.post(f"/e/{event.id}/{path}", typed(rsvp, content="x", name="Kim"))
        assert answer.status_code == 403
        assert rsvp.row == before

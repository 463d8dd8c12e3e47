"""A guest's own page, behind the guest's link."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from events.domain.lifecycle import cancel_event
from pages.base import GUEST_COOKIE
from rsvps.domain.approval import reject
from rsvps.domain.event_changes import update_event
from rsvps.models import Rsvp
from tests.makers import MadeEvent, MadeRsvp, make_event, make_rsvp
from tests.wording import in_words

pytestmark = pytest.mark.django_db


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
    def test_says_where_the_answer_stands(self) -> None:
        event = make_event(approval_required=True, location="Old mill")
        rsvp = make_rsvp(event)
        client = guest_of(event, rsvp)
        page = client.get(f"/e/{event.id}/rsvp")
        assert page["Cache-Control"] == "private, no-store"
        said = page.content.decode()
        assert "Waiting for approval." in said
        assert "Old mill" not in said
        assert f"/e/{event.id}/rsvp/{rsvp.token}" in said
        reject(event_id=event.id, rsvp_id=rsvp.id, reason="No chairs left")
        said = client.get(f"/e/{event.id}/rsvp").content.decode()
        assert "Your answer was declined." in said
        assert "No chairs left" in said

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
        assert "You said maybe." in client.get(f"/e/{event.id}/rsvp").content.decode()

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
        said = page.content.decode()
        assert in_words("event_full") in said
        assert "Kept note" in said
        assert rsvp.row.guest_count == 0

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
        assert in_words("event_cancelled") in page
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

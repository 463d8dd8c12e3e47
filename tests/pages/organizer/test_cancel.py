"""Cancelling an event, taking that back, and deleting it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from events.domain.lifecycle import cancel_event
from events.models import Event
from outbox.enums import Kind
from outbox.models import Change
from pages.base import OWNER_COOKIE
from tests.makers import make_event, make_rsvp
from tests.pages.organizer.test_settings import organizer

pytestmark = [pytest.mark.django_db, pytest.mark.once]


class TestCancelAndDelete:
    def test_cancelling_asks_first(self) -> None:
        event = make_event()
        client = organizer(event)
        assert client.get(f"/e/{event.id}/admin/cancel").status_code == 200
        assert event.row.cancelled_at is None
        answer = client.post(f"/e/{event.id}/admin/cancel")
        assert (answer.status_code, answer["Location"]) == (303, f"/e/{event.id}/admin/settings")
        assert event.row.cancelled_at is not None
        assert Client().get(f"/e/{event.id}").context["event"].status == "cancelled"

    @pytest.mark.parametrize(
        ("act", "kind"),
        [
            ("cancel", Kind.EVENT_CANCELLED),
            ("uncancel", Kind.EVENT_UPDATED),
            ("delete", Kind.EVENT_DELETED),
        ],
    )
    def test_each_asks_who_is_told(self, act: str, kind: str, settings: Any) -> None:
        """Everybody, unless the organizer chooses otherwise; a form without the choice tells
        nobody."""
        settings.MAIL_ENABLED = True
        event = make_event()
        make_rsvp(event, name="Ana", email="ana@example.org")
        if act == "uncancel":
            cancel_event(event_id=event.id)
        client, path = organizer(event), f"/e/{event.id}/admin/{act}"
        asked = client.get(path).context["notice"]
        assert asked["notify"].value() == "all"
        before = event.row
        assert client.post(path, {"notify": "x"}).status_code == 400
        assert event.row == before
        told = {"notify": "all", "notify_message": "Sorry"}
        typed = {"typed": before.title} if act == "delete" else {}
        assert client.post(path, told | typed).status_code == 303
        change = Change.objects.latest("id")
        data = {name: said for name, said in change.data.items() if name != "changed"}
        assert (change.kind, data) == (kind, told)

    def test_a_cancellation_is_taken_back(self) -> None:
        event = make_event()
        cancel_event(event_id=event.id)
        client = organizer(event)
        page = client.get(f"/e/{event.id}/admin/settings").content.decode()
        assert f"/e/{event.id}/admin/uncancel" in page
        assert f"/e/{event.id}/admin/cancel" not in page
        assert client.get(f"/e/{event.id}/admin/uncancel").status_code == 200
        assert event.row.cancelled_at is not None
        answer = client.post(f"/e/{event.id}/admin/uncancel")
        assert (answer.status_code, answer["Location"]) == (303, f"/e/{event.id}/admin/settings")
        assert event.row.cancelled_at is None

    def test_deleting_asks_first_and_forgets_the_key(self) -> None:
        event = make_event(title="The summer party")
        make_rsvp(event)
        client = organizer(event)
        assert client.get(f"/e/{event.id}/admin/delete").status_code == 200
        for typed in ("", "Party", "the SUMMER party!"):
            refused = client.post(f"/e/{event.id}/admin/delete", {"typed": typed})
            assert (refused.status_code, list(refused.context["typing"].errors)) == (400, ["typed"])
        assert Event.objects.count() == 1
        answer = client.post(f"/e/{event.id}/admin/delete", {"typed": " the SUMMER  party "})
        assert (answer.status_code, answer["Location"]) == (303, "/")
        assert answer.cookies[OWNER_COOKIE]["max-age"] == 0
        assert Event.objects.count() == 0
        assert Client().get(f"/e/{event.id}").status_code == 404

    @pytest.mark.parametrize("act", ["edit", "cancel", "uncancel", "delete", "messages", "guests"])
    def test_needs_the_csrf_token(self, act: str) -> None:
        event = make_event()
        client = Client(enforce_csrf_checks=True)
        client.cookies[OWNER_COOKIE] = event.owner_token
        before = event.row
        assert client.post(f"/e/{event.id}/admin/{act}").status_code == 403
        assert event.row == before

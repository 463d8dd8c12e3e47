"""The door as an app: the guest list a device keeps, the manifest, the service worker."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from events.models import Event
from rsvps.domain.approval import reject
from rsvps.domain.checkin import check_in
from tests.makers import make_event, make_rsvp, make_tier
from tests.rsvps.door import helper

pytestmark = [pytest.mark.django_db, pytest.mark.once]


class TestGuests:
    def test_are_those_expected_and_nothing_else_of_them(self) -> None:
        """Name, party, ticket and arrival; no address, no key, nobody who was declined."""
        event = make_event()
        make_tier(event, name="VIP")
        ana = make_rsvp(event, name="Ana", guest_count=1, guest_names=["Bo"], email="ana@x.org")
        declined = make_rsvp(event, name="Dora")
        reject(event_id=event.id, rsvp_id=declined.id)
        make_rsvp(make_event(), name="Stranger")
        check_in(event_id=event.id, rsvp_id=ana.id)
        answer = helper(event).get(f"/e/{event.id}/door/guests.json")
        assert answer["Cache-Control"] == "private, no-store"
        body = answer.json()
        assert body["complete"] is True
        (guest,) = body["guests"]
        assert guest.pop("checked_in_at")
        assert guest == {
            "rsvp_id": str(ana.id),
            "name": "Ana",
            "guest_count": 1,
            "guest_names": ["Bo"],
            "party_size": 2,
            "tier": "VIP",
        }

    @pytest.mark.parametrize(
        ("end", "hours"),
        [(timedelta(hours=2), 2 + 6), (None, 24 + 6)],
        ids=["ends", "open end"],
    )
    def test_are_to_be_forgotten_after_the_event(self, end: timedelta | None, hours: int) -> None:
        """Six hours after its end, or thirty after the start of one without an end."""
        event = make_event()
        start = event.row.start_time
        Event.objects.filter(pk=event.id).update(end_time=end and start + end)
        body = helper(event).get(f"/e/{event.id}/door/guests.json").json()
        assert datetime.fromisoformat(body["until"]) == start + timedelta(hours=hours)

    def test_that_a_device_cannot_hold_are_incomplete(self, monkeypatch: Any) -> None:
        """The page then asks the server."""
        monkeypatch.setattr("pages.door_app._MOST_KEPT", 2)
        event = make_event()
        for _ in range(3):
            make_rsvp(event)
        body = helper(event).get(f"/e/{event.id}/door/guests.json").json()
        assert (body["complete"], len(body["guests"])) == (False, 2)

    def test_take_as_many_queries_for_2_as_for_20(self, queries_of: Any) -> None:
        """Whatever the size of the hall."""
        event = make_event()
        client = helper(event)
        make_rsvp(event)
        make_rsvp(event)
        few = queries_of(lambda: client.get(f"/e/{event.id}/door/guests.json"))
        for _ in range(18):
            make_rsvp(event)
        assert queries_of(lambda: client.get(f"/e/{event.id}/door/guests.json")) == few


def test_the_manifest_opens_the_door_and_nothing_else() -> None:
    """Start and scope are the door's own address, without a key in it."""
    event = make_event(title="Fair")
    answer = helper(event).get(f"/e/{event.id}/door/app.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    body = answer.json()
    assert (body["start_url"], body["scope"]) == (f"/e/{event.id}/door",) * 2
    assert body["name"] == "Door · Fair"
    assert b"cv" not in answer.content.replace(b"canvas", b"")


def test_the_worker_is_a_script_that_is_asked_for_anew() -> None:
    """A browser must hear of a new one at once."""
    answer = Client().get("/door-worker.js")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "public, no-cache"

"""Pages that change, call off and erase an event, for its organizers."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from events.models import Event
from pages.base import OWNER_COOKIE
from rsvps.domain.event_changes import update_event
from tests.makers import MadeEvent, make_event, make_rsvp

pytestmark = pytest.mark.django_db


def organizer(event: MadeEvent) -> Client:
    """A browser that opened the owner link."""
    client = Client()
    assert client.get(f"/e/{event.id}/admin/{event.owner_token}").status_code == 303
    return client


class TestEdit:
    def form_of(self, client: Client, event: MadeEvent) -> dict[str, Any]:
        """What a browser would send back untouched."""
        form = client.get(f"/e/{event.id}/admin/edit").context["form"]
        sent: dict[str, Any] = {}
        for field in form:
            value = field.value()
            sent[field.html_initial_name] = "" if value is None else value
            if value is True:
                sent[field.html_name] = "on"
            elif value is not False:
                sent[field.html_name] = "" if value is None else value
        return sent

    def test_untouched_changes_nothing(self) -> None:
        event = make_event(
            start_time="2030-07-01T10:00:42Z",
            timezone="America/Chicago",
            channel_name="Deep",
            channel_visibility="private",
            tags=["a, b"],
            description="one\ntwo",
        )
        client, before = organizer(event), event.row
        answer = client.post(f"/e/{event.id}/admin/edit", self.form_of(client, event))
        assert answer.status_code == 303
        assert event.row == before

    def test_changes_what_was_changed(self) -> None:
        event = make_event(
            start_time="2030-07-01T10:00:00", end_time="2030-07-01T12:00:00", timezone="UTC"
        )
        client = organizer(event)
        sent = self.form_of(client, event)
        answer = client.post(
            f"/e/{event.id}/admin/edit",
            sent | {"title": "Renamed", "end_time": "", "capacity": "4", "is_private": "on"},
        )
        assert (answer.status_code, answer["Location"]) == (303, f"/e/{event.id}/admin")
        row = event.row
        assert (row.title, row.end_time, row.capacity, row.is_private) == (
            "Renamed",
            None,
            4,
            True,
        )

    def test_another_zone_keeps_the_clock_time(self) -> None:
        event = make_event(start_time="2030-07-01T10:00:00", timezone="UTC")
        client = organizer(event)
        client.post(
            f"/e/{event.id}/admin/edit",
            self.form_of(client, event) | {"timezone": "Asia/Tokyo"},
        )
        assert event.row.start_time == datetime(2030, 7, 1, 1, tzinfo=UTC)

    def test_keeps_what_a_cohost_changed_meanwhile(self) -> None:
        event = make_event(title="Old", location="Here")
        client = organizer(event)
        mine = self.form_of(client, event)
        Event.objects.filter(pk=event.id).update(title="By the co-host")
        client.post(f"/e/{event.id}/admin/edit", mine | {"location": "There"})
        assert (event.row.title, event.row.location) == ("By the co-host", "There")

    def test_two_tabs(self) -> None:
        """Who saves a field second is told what the first made of it, and loses nothing: neither
        what they typed nor, until they save again, what the first saved."""
        event = make_event(title="Old", description="one", tags=["a"], is_private=False)
        client, path = organizer(event), f"/e/{event.id}/admin/edit"
        first = second = self.form_of(client, event)
        mine = {"title": "First", "description": "two\nlines", "is_private": "on", "tags": "b"}
        assert client.post(path, first | mine).status_code == 303
        mine = {"title": "Second", "description": "three", "tags": "b", "location": "There"}
        page = client.post(path, second | mine)
        form = page.context["form"]
        assert page.status_code == 400
        # The tags are what they typed, and nobody touched the location.
        assert list(form.errors) == ["title", "description"]
        assert "“First”" in form.errors["title"][0]
        assert {name: form[name].value() for name in mine} == mine
        assert (event.row.title, event.row.location, event.row.is_private) == ("First", "", True)
        again = second | mine | self.hidden_of(page)
        assert client.post(path, again).status_code == 303
        row = event.row
        assert (row.title, row.description, row.location) == ("Second", "three", "There")
        assert (row.tags, row.is_private) == (["b"], True)

    def hidden_of(self, page: Any) -> dict[str, str]:
        """The hidden inputs of a page's form, as a browser sends them back."""
        found = re.findall(
            r'<input type="hidden" name="(initial-[^"]+)"(?: value="([^"]*)")?',
            page.content.decode(),
        )
        return {name: html.unescape(value) for name, value in found}

    def test_a_clock_time_belongs_to_its_zone(self) -> None:
        """A time typed by the old zone is not read in the new one unasked."""
        event = make_event(start_time="2030-07-01T10:00:00", timezone="UTC")
        client, path = organizer(event), f"/e/{event.id}/admin/edit"
        mine = self.form_of(client, event) | {"start_time": "2030-07-01T11:00"}
        update_event(event=event.row, values={"timezone": "Asia/Tokyo"})
        before = event.row
        page = client.post(path, mine)
        assert (page.status_code, event.row) == (400, before)
        assert list(page.context["form"].errors) == ["start_time", "timezone"]

    def test_takes_an_event_out_of_its_channel(self) -> None:
        event = make_event(channel_name="Walks")
        client = organizer(event)
        client.post(f"/e/{event.id}/admin/edit", self.form_of(client, event) | {"channel_name": ""})
        assert event.row.channel_id is None

    def test_shows_what_is_wrong(self) -> None:
        event = make_event()
        client, before = organizer(event), event.row
        sent = self.form_of(client, event) | {"title": "Kept", "capacity": "0"}
        page = client.post(f"/e/{event.id}/admin/edit", sent)
        assert page.status_code == 400
        assert list(page.context["form"].errors) == ["capacity"]
        assert page.context["form"]["title"].value() == "Kept"
        assert event.row == before


class TestCancelAndDelete:
    def test_cancelling_asks_first(self) -> None:
        event = make_event()
        client = organizer(event)
        assert client.get(f"/e/{event.id}/admin/cancel").status_code == 200
        assert event.row.cancelled_at is None
        answer = client.post(f"/e/{event.id}/admin/cancel")
        assert (answer.status_code, answer["Location"]) == (303, f"/e/{event.id}/admin")
        assert event.row.cancelled_at is not None
        assert "This event has been cancelled" in Client().get(f"/e/{event.id}").content.decode()

    def test_deleting_asks_first_and_forgets_the_key(self) -> None:
        event = make_event()
        make_rsvp(event)
        client = organizer(event)
        assert client.get(f"/e/{event.id}/admin/delete").status_code == 200
        answer = client.post(f"/e/{event.id}/admin/delete")
        assert (answer.status_code, answer["Location"]) == (303, "/")
        assert answer.cookies[OWNER_COOKIE]["max-age"] == 0
        assert Event.objects.count() == 0
        assert Client().get(f"/e/{event.id}").status_code == 404

    @pytest.mark.parametrize("act", ["edit", "cancel", "delete", "messages", "guests"])
    def test_needs_the_csrf_token(self, act: str) -> None:
        event = make_event()
        client = Client(enforce_csrf_checks=True)
        client.cookies[OWNER_COOKIE] = event.owner_token
        before = event.row
        assert client.post(f"/e/{event.id}/admin/{act}").status_code == 403
        assert event.row == before

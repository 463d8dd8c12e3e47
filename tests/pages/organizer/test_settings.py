"""Pages that change, call off and erase an event, for its organizers."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from comments.domain.messages import announce
from events.models import Event
from outbox.models import Change
from rsvps.domain.event_changes import update_event
from tests.conftest import Clock
from tests.makers import MadeEvent, make_event, make_rsvp

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def organizer(event: MadeEvent) -> Client:
    """A browser that opened the owner link."""
    client = Client()
    assert client.get(f"/e/{event.id}/admin/{event.owner_token}").status_code == 303
    return client


class TestEdit:
    def form_of(
        self, client: Client, event: MadeEvent, *, confirmed: bool = True
    ) -> dict[str, Any]:
        """What a browser would send back untouched, past the review of what guests would see."""
        form = client.get(f"/e/{event.id}/admin/edit").context["form"]
        sent: dict[str, Any] = {"confirmed": "yes"} if confirmed else {}
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
        assert (answer.status_code, answer["Location"]) == (303, f"/e/{event.id}/admin/settings")
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

    def test_asks_about_a_start_moved_to_the_past(self, clock: Clock) -> None:
        event = make_event(title="Old", start_time="2030-07-01T10:00:00Z", timezone="UTC")
        client, path = organizer(event), f"/e/{event.id}/admin/edit"
        clock.set(2030, 7, 2)
        before = event.row.start_time
        # As long as it stays where it is, nothing is asked.
        assert client.post(path, self.form_of(client, event) | {"title": "New"}).status_code == 303
        moved = self.form_of(client, event) | {"start_time": "2030-06-30T10:00"}
        page = client.post(path, moved)
        assert page.context["form"].errors.keys() == {"start_time"}
        assert (event.row.title, event.row.start_time) == ("New", before)
        assert client.post(path, moved | {"past": "on"}).status_code == 303
        assert event.row.start_time == datetime(2030, 6, 30, 10, tzinfo=UTC)

    def test_a_place_put_off_is_no_more(self) -> None:
        event = make_event(format="hybrid", location="Here", online_url="https://example.org")
        client, path = organizer(event), f"/e/{event.id}/admin/edit"
        client.post(path, self.form_of(client, event) | {"format": "later"})
        row = event.row
        assert (row.format, row.location, row.online_url) == ("in_person", "", "")
        client.post(path, self.form_of(client, event) | {"title": "New"})
        assert event.row.format == "in_person"

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


class TestReview:
    """Before guests see a change, the organizer looks at it and says who is told."""

    edit = TestEdit()

    def send(self, client: Client, event: MadeEvent, sent: dict[str, Any]) -> Any:
        return client.post(f"/e/{event.id}/admin/edit", sent)

    def carried(self, page: Any) -> dict[str, str]:
        """The hidden inputs of the review, as a browser sends them back."""
        found = re.findall(
            r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', page.content.decode()
        )
        return {
            name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"
        }

    def test_shows_what_guests_see_and_saves_nothing(self, everything_stored: Any) -> None:
        event = make_event(
            title="Old", start_time="2030-07-01T10:00:00", timezone="UTC", is_private=True
        )
        client = organizer(event)
        sent = self.edit.form_of(client, event, confirmed=False)
        del sent["is_private"]
        sent |= {"title": "New", "start_time": "2030-07-01T11:30", "location": "Rua 1"}
        stored = everything_stored()
        page = self.send(client, event, sent)
        assert page.status_code == 200
        assert [tuple(each) for each in page.context["seen"]] == [
            ("Title", "Old", "New"),
            ("Starts", "Mon 1 July 2030, 10:00", "Mon 1 July 2030, 11:30"),
            ("Where", "Later", "Place"),
            ("Location", "", "Rua 1"),
            ("Private event", "yes", "no"),
        ]
        assert everything_stored() == stored
        again = self.carried(page) | {"confirmed": "yes"}
        assert self.send(client, event, again).status_code == 303
        row = event.row
        assert (row.title, row.location, row.is_private) == ("New", "Rua 1", False)
        assert row.start_time == datetime(2030, 7, 1, 11, 30, tzinfo=UTC)

    def test_carries_every_kind_of_field(self) -> None:
        """Lists, long texts and what is ticked come through the review unchanged."""
        event = make_event(
            description="one\ntwo", tags=["a, b", "c"], approval_required=True, capacity=4
        )
        client, before = organizer(event), event.row
        sent = self.edit.form_of(client, event, confirmed=False) | {"title": "New"}
        page = self.send(client, event, sent)
        self.send(client, event, self.carried(page) | {"confirmed": "yes"})
        passing = {"title", "version", "edit_version", "updated_at", "sequence"}
        after = event.row._asdict()
        differing = {name for name, value in before._asdict().items() if after[name] != value}
        assert "title" in differing
        assert differing <= passing

    def test_what_guests_do_not_see_is_saved_at_once(self) -> None:
        """Such as a channel that is private."""
        event = make_event()
        client = organizer(event)
        sent = self.edit.form_of(client, event, confirmed=False)
        sent |= {"channel_name": "Deep", "channel_visibility": "private"}
        assert self.send(client, event, sent).status_code == 303
        assert event.row.channel_id is not None

    def test_goes_back_to_the_form(self, everything_stored: Any) -> None:
        event = make_event(title="Old")
        client = organizer(event)
        sent = self.edit.form_of(client, event, confirmed=False) | {"title": "New"}
        stored = everything_stored()
        page = self.send(client, event, sent)
        page = self.send(client, event, self.carried(page) | {"back": "yes"})
        assert page.status_code == 200
        assert page.context["form"]["title"].value() == "New"
        assert everything_stored() == stored

    def test_somebody_saves_during_the_review(self) -> None:
        """What they saved is shown, and not overwritten unasked."""
        event = make_event(title="Old")
        client = organizer(event)
        sent = self.edit.form_of(client, event, confirmed=False) | {"title": "Mine"}
        page = self.send(client, event, sent)
        update_event(event=event.row, values={"title": "Theirs"})
        refused = self.send(client, event, self.carried(page) | {"confirmed": "yes"})
        assert refused.status_code == 400
        assert list(refused.context["form"].errors) == ["title"]
        assert event.row.title == "Theirs"

    def test_asks_who_is_told(self, settings: Any) -> None:
        """With how many each choice reaches; what is chosen goes to the outbox with the change."""
        settings.MAIL_ENABLED = True
        event = make_event(title="Old")
        make_rsvp(event, name="Ana", email="ana@example.org")
        make_rsvp(event, name="Bo", email="bo@example.org", attendance="interested")
        make_rsvp(event, name="Cy")
        client = organizer(event)
        sent = self.edit.form_of(client, event, confirmed=False) | {"title": "New"}
        page = self.send(client, event, sent)
        labels = [str(label) for _, label in page.context["notice"].fields["notify"].choices]
        assert labels == ["Nobody", "Guests who are going (1)", "Everyone who RSVP’d (2)"]
        assert page.context["notice"]["notify"].value() == "none"
        again = self.carried(page) | {"confirmed": "yes"}
        for wrong in ({"notify": "x"}, {"notify": "all", "notify_message": "a\x1b"}):
            refused = self.send(client, event, again | wrong)
            assert (refused.status_code, event.row.title) == (400, "Old")
        told = {"notify": "going", "notify_message": "Mind the title"}
        assert self.send(client, event, again | told).status_code == 303
        data = Change.objects.latest("id").data
        assert data == {"changed": {"title": ["Old", "New"]}, **told}

    def test_without_mail_or_addresses_nothing_is_asked(self, settings: Any) -> None:
        event = make_event(title="Old")
        make_rsvp(event, name="Cy")
        client = organizer(event)
        sent = self.edit.form_of(client, event, confirmed=False) | {"title": "New"}
        for enabled, said in ((True, "No guest has left an e-mail"), (False, "sends no e-mail")):
            settings.MAIL_ENABLED = enabled
            page = self.send(client, event, sent)
            assert list(page.context["notice"].fields) == []
            assert said in page.content.decode()


class TestSettings:
    def test_lead_to_every_page_and_tell_what_happened(self) -> None:
        """Each setting has a page of its own."""
        event = make_event()
        make_rsvp(event, name="Forced", force=True)
        said = organizer(event).get(f"/e/{event.id}/admin/settings").content.decode()
        for page in ("edit", "cover", "door", "stream", "duplicate", "webhook", "cancel", "delete"):
            assert f'href="/e/{event.id}/admin/{page}"' in said
        assert "Forced" in said

    def test_takes_as_many_queries_for_3_messages_as_for_30(self, queries_of: Any) -> None:
        event = make_event()
        client, path = organizer(event), f"/e/{event.id}/admin/settings"

        def more(number: int) -> None:
            for _ in range(number):
                make_rsvp(event, force=True)
                announce(event_id=event.id, content="Doors at 7")

        more(3)
        few = queries_of(lambda: client.get(path))
        more(27)
        assert queries_of(lambda: client.get(path)) == few

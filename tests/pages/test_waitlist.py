"""The waitlist on pages: joining, waiting, leaving, and what organizers do with the line."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from events.models import Event
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import delete_rsvp
from rsvps.models import Rsvp
from tests.makers import MadeEvent, MadeRsvp, make_event, make_rsvp, make_tier
from tests.pages.organizer import test_settings
from tests.pages.organizer.test_overview import organizer
from tests.pages.test_guest import guest_of, typed
from tests.wording import in_words

pytestmark = [pytest.mark.django_db, pytest.mark.once]
GOING = {"name": "Kim", "attendance": "going", "guest_count": "0"}


def full_event(**values: Any) -> tuple[MadeEvent, MadeRsvp]:
    event = make_event(**{"capacity": 1} | values)
    return event, make_rsvp(event, name="Seated")


def words_of(page: Any) -> str:
    return " ".join(page.content.decode().split())


class TestJoining:
    def test_a_full_event_offers_it_ticked(self) -> None:
        event, _ = full_event()
        page = Client().get(f"/e/{event.id}")
        form = page.context["form"]
        assert (form.waits, form.asks_waitlist) == (True, False)
        assert '<input type="hidden" name="join_waitlist" value="on">' in words_of(page)
        assert page.context["event"].next_in_line == 1

    @pytest.mark.parametrize("mail", [True, False])
    def test_a_mail_is_promised_to_whoever_leaves_an_address(
        self, settings: Any, mail: bool
    ) -> None:
        settings.MAIL_ENABLED = mail
        event, _ = full_event()
        said = words_of(Client().get(f"/e/{event.id}"))
        assert said.count("Leave your e-mail address") == 2 * mail  # the card, the bar of phones

    def test_the_line_is_counted_for_those_who_may_read_counts(self) -> None:
        event, _ = full_event(show_counts=False)
        make_rsvp(event, join_waitlist=True)
        facts = Client().get(f"/e/{event.id}").context["event"]
        assert (facts.next_in_line, facts.waitlisted_count) == (None, None)
        update_event(event=event.row, values={"show_counts": True})
        facts = Client().get(f"/e/{event.id}").context["event"]
        assert (facts.next_in_line, facts.waitlisted_count) == (2, None)

    def test_an_event_with_places_left_offers_it_for_the_case(self) -> None:
        event = make_event(capacity=2)
        form = Client().get(f"/e/{event.id}").context["form"]
        assert (form.offers_waitlist, form["join_waitlist"].value()) == (True, False)

    @pytest.mark.parametrize(
        "values",
        [{"capacity": None}, {"waitlist": False}, {"approval_required": True}],
    )
    def test_it_is_not_offered_where_it_would_change_nothing(self, values: dict[str, Any]) -> None:
        event = make_event(**{"capacity": 1} | values)
        make_rsvp(event)
        page = Client().get(f"/e/{event.id}")
        assert not page.context["form"].offers_waitlist
        assert 'name="join_waitlist"' not in words_of(page)

    def test_a_full_ticket_may_be_waited_for(self) -> None:
        event = make_event()
        small, _ = make_tier(event, name="Small", capacity=1), make_tier(event, name="Large")
        make_rsvp(event, tier_id=small.pk)
        browser = Client()
        form = browser.get(f"/e/{event.id}").context["form"]
        assert form.offers_waitlist
        assert [ticket.open for ticket in form.tickets] == [True, True]
        sent = GOING | {"tier_id": str(small.pk), "join_waitlist": "on"}
        assert browser.post(f"/e/{event.id}", sent).status_code == 303
        assert Rsvp.objects.get(name="Kim").approval == "waitlisted"

    def test_without_the_tick_the_page_says_that_it_is_full_and_offers_it(self) -> None:
        event, _ = full_event()
        page = Client().post(f"/e/{event.id}", GOING)
        assert (page.status_code, Rsvp.objects.count()) == (400, 1)
        assert 'name="join_waitlist"' in words_of(page)

    def test_a_party_that_is_too_large_reads_what_is_left_and_is_asked(self) -> None:
        event = make_event(capacity=2)
        make_rsvp(event)
        page = Client().post(f"/e/{event.id}", GOING | {"guest_count": "1"})
        assert page.context["form"].errors == {"guest_count": [in_words("spots_left", number=1)]}
        asked, folded = (words_of(page).index(at) for at in ('name="join_wait', '"more-fields"'))
        assert asked < folded
        update_event(event=event.row, values={"show_counts": False})
        page = Client().post(f"/e/{event.id}", GOING | {"guest_count": "1"})
        assert page.context["form"].errors == {"__all__": [in_words("event_full")]}

    def test_who_could_not_go_may_join_later(self) -> None:
        event, _ = full_event()
        rsvp = make_rsvp(event, attendance="not_going")
        browser = guest_of(event, rsvp)
        assert browser.get(f"/e/{event.id}/rsvp").context["form"].offers_waitlist
        sent = typed(rsvp, attendance="going", join_waitlist="on")
        assert browser.post(f"/e/{event.id}/rsvp", sent).status_code == 303
        assert rsvp.stored.approval == "waitlisted"


class TestWaiting:
    def test_the_guest_sees_the_place_and_no_ticket(self) -> None:
        event, _ = full_event()
        make_rsvp(event, join_waitlist=True)
        rsvp = make_rsvp(event, join_waitlist=True)
        browser = guest_of(event, rsvp)
        page = browser.get(f"/e/{event.id}/rsvp")
        assert page.context["state"] == "waitlisted"
        assert re.search(r"<h1>[^<]*\b2\b[^<]*</h1>", words_of(page))
        assert not page.context["form"].offers_waitlist
        assert browser.get(f"/e/{event.id}/rsvp/ticket.png").status_code == 404
        assert browser.get(f"/e/{event.id}").context["own"].waitlist_position == 2

    def test_the_guest_changes_the_answer_and_keeps_the_place(self) -> None:
        event, _ = full_event()
        rsvp = make_rsvp(event, join_waitlist=True)
        make_rsvp(event, join_waitlist=True)
        browser = guest_of(event, rsvp)
        sent = typed(rsvp, guest_count=1, note="Late")
        assert browser.post(f"/e/{event.id}/rsvp", sent).status_code == 303
        page = browser.get(f"/e/{event.id}/rsvp")
        assert page.context["rsvp"].waitlist_position == 1

    def test_the_guest_leaves(self) -> None:
        event, _ = full_event()
        rsvp = make_rsvp(event, join_waitlist=True)
        browser = guest_of(event, rsvp)
        assert f'href="/e/{event.id}/rsvp/withdraw"' in words_of(browser.get(f"/e/{event.id}/rsvp"))
        assert browser.get(f"/e/{event.id}/rsvp/withdraw").status_code == 200
        assert browser.post(f"/e/{event.id}/rsvp/withdraw").status_code == 303
        assert event.stored.waitlisted_count == 0

    def test_let_in_the_page_shows_the_ticket(self) -> None:
        event, seated = full_event()
        rsvp = make_rsvp(event, join_waitlist=True)
        browser = guest_of(event, rsvp)
        delete_rsvp(event_id=event.id, rsvp_id=seated.id)
        assert browser.get(f"/e/{event.id}/rsvp").context["rsvp"].ticket
        assert browser.get(f"/e/{event.id}/rsvp/ticket.png").status_code == 200

    def test_a_closed_event_says_that_nobody_is_let_in(self) -> None:
        event, _ = full_event()
        rsvp = make_rsvp(event, join_waitlist=True)
        update_event(event=event.row, values={"rsvps_closed": True})
        said = words_of(guest_of(event, rsvp).get(f"/e/{event.id}/rsvp"))
        assert "nobody moves up" in said


class TestOrganizing:
    def test_the_list_shows_the_line_and_is_narrowed_to_it(self) -> None:
        event, _ = full_event()
        make_rsvp(event, name="Ann", join_waitlist=True)
        make_rsvp(event, name="Bob", join_waitlist=True)
        page = organizer(event).get(f"/e/{event.id}/admin")
        assert {each.name: each.number for each in page.context["tiles"]}["waitlist"] == 2
        assert [rsvp.waitlist_position for rsvp in page.context["rsvps"]][-2:] == [1, 2]
        said = words_of(page)
        assert "number 1" in said
        assert "number 2" in said
        narrowed = organizer(event).get(f"/e/{event.id}/admin", {"approval": "waitlisted"})
        assert [rsvp.name for rsvp in narrowed.context["rsvps"]] == ["Ann", "Bob"]

    def test_gives_a_place_by_hand_only_on_insisting_when_full(self) -> None:
        event, _ = full_event()
        first, second = (make_rsvp(event, join_waitlist=True) for _ in range(2))
        browser = organizer(event)
        path = f"/e/{event.id}/admin/guests/{second.id}"
        assert "number 2" in words_of(browser.get(path))
        refused = browser.post(f"{path}/approve")
        assert (refused.status_code, refused.context["insist"]) == (400, True)
        assert "Give them a spot anyway" in words_of(refused)
        assert browser.post(f"{path}/approve", {"force": "1"}).status_code == 303
        assert [first.stored.approval, second.stored.approval] == ["waitlisted", "approved"]

    def test_approving_without_a_free_place_says_that_they_wait(self) -> None:
        event = make_event(capacity=1, approval_required=True)
        first, second = make_rsvp(event), make_rsvp(event)
        browser = organizer(event)
        for rsvp in (first, second):
            browser.post(f"/e/{event.id}/admin/guests/{rsvp.id}/approve")
        said = words_of(browser.get(f"/e/{event.id}/admin/guests/{second.id}"))
        assert "is approved and on the waitlist: no spot is free." in said

    def test_removes_somebody_from_the_line(self) -> None:
        event, _ = full_event()
        rsvp = make_rsvp(event, join_waitlist=True)
        answered = organizer(event).post(f"/e/{event.id}/admin/guests/{rsvp.id}/remove")
        assert (answered.status_code, event.stored.waitlisted_count) == (303, 0)

    def test_adds_somebody_to_the_line(self) -> None:
        event, _ = full_event()
        sent = GOING | {"join_waitlist": "on"}
        answered = organizer(event).post(f"/e/{event.id}/admin/guests", sent)
        assert (answered.status_code, event.stored.waitlisted_count) == (303, 1)

    def test_the_file_tells_the_places(self) -> None:
        event, _ = full_event()
        make_rsvp(event, name="Ann", join_waitlist=True)
        sent = organizer(event).get(f"/e/{event.id}/admin/guests.csv")
        lines = b"".join(sent.streaming_content).decode("utf-8-sig").splitlines()
        rows = [line.split(",") for line in lines]
        assert rows[0][-2:] == ["Waitlist", "Guest names"]
        assert {row[0]: (row[4], row[-2]) for row in rows[1:]} == {
            "Seated": ("approved", ""),
            "Ann": ("waitlisted", "1"),
        }


class TestSetting:
    def test_a_new_event_has_it_unless_the_box_is_left_empty(self) -> None:
        browser = Client()
        form = browser.get("/new").context["form"]
        assert form["waitlist"].value() is True
        sent = {"title": "T", "start_time": "2099-01-01T10:00", "timezone": "UTC", "capacity": "1"}
        made = []
        for more in ({}, {"initial-waitlist": "True"}, {"waitlist": "on"}):
            assert browser.post("/new", sent | more).status_code == 303
            made.append(Event.objects.latest("created_at").waitlist)
        assert made == [True, False, True]

    def test_is_switched_off_and_on(self) -> None:
        event, _ = full_event()
        browser = organizer(event)
        sent = test_settings.TestEdit().form_of(browser, event)
        without = {name: value for name, value in sent.items() if name != "waitlist"}
        assert browser.post(f"/e/{event.id}/admin/edit", without).status_code == 303
        assert not event.stored.waitlist
        sent = test_settings.TestEdit().form_of(browser, event) | {"waitlist": "on"}
        assert browser.post(f"/e/{event.id}/admin/edit", sent).status_code == 303
        assert event.stored.waitlist

"""The ticket on a guest's own page: choosing another, answering anew, showing it at the door."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from events.domain.lifecycle import cancel_event
from pages.base import GUEST_COOKIE
from rsvps.domain.approval import approve, back_to_pending, reject
from rsvps.domain.checkin import check_in, undo_check_in
from rsvps.domain.respond import change_rsvp, rotate_guest_link
from rsvps.domain.tiers import update_tier
from tests.makers import MadeEvent, MadeRsvp, make_event, make_question, make_rsvp, make_tier
from tests.pages.test_event_tickets import named
from tests.pages.test_guest import guest_of, typed
from tests.scanner import scanned
from tests.wording import in_words

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def own_page(client: Client, event: MadeEvent) -> str:
    """The guest's own page, on one line."""
    page = client.get(f"/e/{event.id}/rsvp")
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def image(client: Client, event: MadeEvent) -> Any:
    """What the address of the ticket's image answers."""
    return client.get(f"/e/{event.id}/rsvp/ticket.png")


def save(client: Client, event: MadeEvent, rsvp: MadeRsvp, **values: Any) -> Any:
    """Sends the guest's form as the page shows it, with some fields changed."""
    return client.post(f"/e/{event.id}/rsvp", typed(rsvp, **values))


class TestTicket:
    def test_is_a_code_that_a_scanner_reads_and_the_door_takes(self) -> None:
        event = make_event(title="Lantern walk", timezone="Europe/Berlin")
        tier = make_tier(event, name="VIP")
        rsvp = make_rsvp(event, name="Robin", guest_count=2, tier_id=tier.id)
        client = guest_of(event, rsvp)
        answer = image(client, event)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
        assert answer["Cache-Control"] == "private, no-store"
        code = scanned(answer.content)
        assert code == rsvp.ticket
        page = own_page(client, event)
        assert f'value="{code}"' in page
        assert f'<img class="ticket-code" src="/e/{event.id}/rsvp/ticket.png"' in page
        facts = re.findall(r"<dd[^>]*>(.*?)</dd>", page)
        assert [facts[0], facts[1], facts[3]] == ["Robin", "3 people", "VIP"]
        assert check_in(event_id=event.id, ticket=code).rsvp.id == rsvp.id

    def test_says_when_it_was_checked_in(self, clock: Any) -> None:
        event = make_event(timezone="Europe/Berlin")
        rsvp = make_rsvp(event)
        client = guest_of(event, rsvp)
        clock.set(2030, 5, 8, 17, 4)
        check_in(event_id=event.id, rsvp_id=rsvp.id)
        page = own_page(client, event)
        assert "Wed 8 May 2030, 19:04 CEST" in page
        undo_check_in(event_id=event.id, rsvp_id=rsvp.id)
        assert "Wed 8 May 2030, 19:04 CEST" not in own_page(client, event)

    def test_leads_to_the_event(self) -> None:
        """By its title and by an action of its own."""
        event = make_event(title="Lantern walk")
        page = own_page(guest_of(event, make_rsvp(event)), event)
        linked = re.findall(rf'<a [^>]*href="/e/{event.id}"[^>]*>(.*?)</a>', page)
        assert [strip_tags(each) for each in linked] == ["Lantern walk", "See the event"]

    def test_is_there_for_events_without_tiers_too(self) -> None:
        event = make_event()
        rsvp = make_rsvp(event)
        assert scanned(image(guest_of(event, rsvp), event).content) == rsvp.ticket

    @pytest.mark.parametrize("state", ["pending", "rejected", "interested", "not_going"])
    def test_is_not_there_for_who_does_not_attend(self, state: str) -> None:
        event = make_event()
        rsvp = make_rsvp(event)
        client, code = guest_of(event, rsvp), rsvp.ticket
        assert code in own_page(client, event)
        acts: dict[str, Any] = {"pending": back_to_pending, "rejected": reject}
        if act := acts.get(state):
            act(event_id=event.id, rsvp_id=rsvp.id)
        else:
            change_rsvp(event_id=event.id, rsvp_id=rsvp.id, values={"attendance": state})
        page = own_page(client, event)
        assert client.get(f"/e/{event.id}/rsvp").context["state"] == state
        assert code not in page
        assert "ticket.png" not in page
        refused = image(client, event)
        assert (refused.status_code, refused["Cache-Control"]) == (404, "private, no-store")

    def test_of_a_cancelled_event_is_not_shown(self) -> None:
        event = make_event()
        rsvp = make_rsvp(event)
        client = guest_of(event, rsvp)
        cancel_event(event_id=event.id)
        assert rsvp.ticket not in own_page(client, event)

    def test_ends_with_the_link_that_was_replaced(self) -> None:
        event = make_event()
        rsvp = make_rsvp(event)
        client, code = guest_of(event, rsvp), rsvp.ticket
        rotate_guest_link(event_id=event.id, rsvp_id=rsvp.id)
        assert client.get(f"/e/{event.id}/rsvp").status_code == 303
        assert Client().get(f"/e/{event.id}/rsvp/{rsvp.token}").status_code == 404
        assert image(client, event).status_code == 404
        assert rsvp.ticket != code

    def test_is_nobody_elses(self) -> None:
        event = make_event()
        rsvp = make_rsvp(event)
        stranger, owner, other = Client(), Client(), Client()
        owner.get(f"/e/{event.id}/admin/{event.owner_token}")
        elsewhere = make_event()
        other.cookies[GUEST_COOKIE] = make_rsvp(elsewhere).token
        for client in (stranger, owner, other):
            assert image(client, event).status_code == 404
        pages = [f"/e/{event.id}", f"/e/{event.id}/admin", f"/e/{event.id}/admin/guests/{rsvp.id}"]
        for path in [*pages, f"/e/{event.id}/attendees"]:
            assert rsvp.ticket not in owner.get(path).content.decode()


class TestChanging:
    def test_answers_and_ticket(self) -> None:
        event = make_event()
        small, large = make_tier(event, name="Small"), make_tier(event, name="Large")
        size, dish = make_question(small, label="Size"), make_question(large, "select")
        rsvp = make_rsvp(event, tier_id=small.id, form_answers={str(size.id): "M"})
        client = guest_of(event, rsvp)
        form = client.get(f"/e/{event.id}/rsvp").context["form"]
        assert form[named(size)].value() == "M"
        shown = {"tier_id": small.id, named(size): "M"}
        assert save(client, event, rsvp, **shown | {named(size): "L"}).status_code == 303
        assert (rsvp.row.tier_id, rsvp.row.answers) == (small.id, {str(size.id): "L"})
        moved = {"tier_id": large.id, named(dish): "red", named(size): "L"}
        assert save(client, event, rsvp, **moved).status_code == 303
        assert (rsvp.row.tier_id, rsvp.row.answers) == (large.id, {str(dish.id): "red"})
        small.refresh_from_db()
        large.refresh_from_db()
        assert (small.seats_taken, large.seats_taken) == (0, 1)

    def test_shows_what_is_wrong_beside_the_field(self) -> None:
        event = make_event()
        tier = make_tier(event)
        question = make_question(tier, "number", required=True)
        rsvp = make_rsvp(event, tier_id=tier.id, form_answers={str(question.id): 2})
        client, before = guest_of(event, rsvp), rsvp.row
        for wrong, said in (("two", in_words("not_a_number")), ("", in_words("answer_needed"))):
            page = save(client, event, rsvp, tier_id=tier.id, **{named(question): wrong})
            assert page.status_code == 400
            assert list(page.context["form"].errors) == [named(question)]
            assert said in page.content.decode()
            assert page.context["form"][named(question)].value() == wrong
        assert rsvp.row == before

    def test_keeps_a_ticket_that_is_handed_out_no_more(self) -> None:
        event = make_event()
        tier = make_tier(event, name="Early", capacity=1)
        make_tier(event, name="Late")
        rsvp = make_rsvp(event, tier_id=tier.id)
        update_tier(event_id=event.id, tier_id=tier.id, values={"is_active": False})
        client = guest_of(event, rsvp)
        page = own_page(client, event)
        assert '<dd dir="auto">Early</dd>' in page
        (radio,) = [
            each.data["attrs"]
            for each in client.get(f"/e/{event.id}/rsvp").context["form"]["tier_id"]
            if each.data["value"] == str(tier.id)
        ]
        assert (radio.get("disabled"), radio.get("checked")) == (None, True)
        assert save(client, event, rsvp, tier_id=tier.id, name="Kim").status_code == 303
        assert (rsvp.row.name, rsvp.row.tier_id) == ("Kim", tier.id)
        # To everybody else it is not there.
        assert "Early" not in Client().get(f"/e/{event.id}").content.decode()

    def test_stepping_back_needs_no_answers(self) -> None:
        """A question that came later, and an option that went, hold nobody."""
        event = make_event()
        tier = make_tier(event)
        dish = make_question(tier, "select", required=True)
        rsvp = make_rsvp(event, tier_id=tier.id, guest_count=2, form_answers={str(dish.id): "red"})
        make_question(tier, label="New one", required=True)
        client = guest_of(event, rsvp)
        shown = {"tier_id": tier.id, named(dish): "red"}
        assert save(client, event, rsvp, **shown, guest_count=0).status_code == 303
        assert rsvp.row.guest_count == 0
        dish.options = ["green"]
        dish.save()
        gone = save(client, event, rsvp, **shown | {named(dish): ""}, attendance="not_going")
        assert gone.status_code == 303
        row = rsvp.row
        assert (row.attendance, row.tier_id, row.answers) == (
            "not_going",
            tier.id,
            {str(dish.id): "red"},
        )

    def test_a_guest_let_in_without_a_ticket_stays_in(self) -> None:
        event = make_event(approval_required=True)
        make_tier(event, name="Only one")
        rsvp = make_rsvp(event, force=True)
        approve(event_id=event.id, rsvp_id=rsvp.id)
        client = guest_of(event, rsvp)
        assert 'type="hidden" name="tier_id"' not in own_page(client, event)
        assert save(client, event, rsvp, note="Late").status_code == 303
        assert (rsvp.row.approval, rsvp.row.tier_id) == ("approved", None)

    def test_another_ticket_waits_for_approval_where_organizers_approve(self) -> None:
        event = make_event(approval_required=True)
        small, large = make_tier(event, name="Small"), make_tier(event, name="Large")
        rsvp = make_rsvp(event, tier_id=small.id, force=True)
        client = guest_of(event, rsvp)
        assert save(client, event, rsvp, tier_id=small.id, note="Hi").status_code == 303
        assert rsvp.row.approval == "approved"
        assert save(client, event, rsvp, tier_id=large.id).status_code == 303
        assert rsvp.row.approval == "pending"
        assert image(client, event).status_code == 404

    def test_takes_as_many_queries_for_3_tickets_as_for_30(self, queries_of: Any) -> None:
        event = make_event()
        client = guest_of(event, make_rsvp(event))

        def add(tiers: int) -> int:
            for number in range(tiers):
                make_question(make_tier(event, name=f"Tier {number}"))
            return int(queries_of(lambda: client.get(f"/e/{event.id}/rsvp")))

        # the guest's link, the event, the tiers, their questions, the messages, the announcements
        assert [add(3), add(27)] == [6, 6]

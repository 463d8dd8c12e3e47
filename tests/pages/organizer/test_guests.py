"""What organizers see of their guests' tickets, and what they do with them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from events.domain.lifecycle import cancel_event
from rsvps.domain.approval import reject
from rsvps.domain.tiers import update_tier
from rsvps.models import CheckIn, Rsvp
from tests.makers import make_event, make_question, make_rsvp, make_tier
from tests.pages.organizer.test_overview import organizer
from tests.pages.test_event_tickets import named
from tests.pages.test_guest import guest_of
from tests.rsvps.door import helper, notices
from tests.wording import in_words

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ACTS = ["check-in", "check-in/undo", "link"]


class TestOwnerPage:
    def test_sums_up_the_tickets_and_names_them_in_the_list(self) -> None:
        event = make_event()
        vip = make_tier(event, name="VIP", capacity=5)
        make_tier(event, name="Patron", price_cents=500, currency="JPY")
        make_tier(event, name="Crew", is_active=False)
        make_rsvp(event, tier_id=vip.id, guest_count=2)
        page = organizer(event).get(f"/e/{event.id}/admin")
        assert [(tier.name, tier.sold) for tier in page.context["tiers"]] == [
            ("VIP", 3),
            ("Patron", 0),
            ("Crew", 0),
        ]
        said = " ".join(page.content.decode().split())
        assert page.context["tier_names"][page.context["rsvps"][0].tier_id] == "VIP"
        assert "3 of 5 taken" in said
        assert "500 JPY" in said
        for href in ("tickets", "guests.csv"):
            assert f'href="/e/{event.id}/admin/{href}"' in said
        for tier in page.context["tiers"]:
            assert f'href="?tier={tier.id}"' in said

    def test_narrows_by_ticket(self) -> None:
        event = make_event()
        vip, day = make_tier(event, name="VIP"), make_tier(event, name="Day")
        make_rsvp(event, name="Ada", tier_id=vip.id)
        make_rsvp(event, name="Bob", tier_id=day.id)
        make_rsvp(event, name="Cleo", attendance="interested")
        client = organizer(event)

        def names(tier: Any) -> list[str]:
            page = client.get(f"/e/{event.id}/admin", {"tier": tier})
            assert page.status_code == 200
            return [rsvp.name for rsvp in page.context["rsvps"]]

        assert names(vip.id) == ["Ada"]
        assert names("none") == ["Cleo"]
        for nothing in ("", "nonsense", uuid4(), make_tier(make_event()).id, "\x00"):
            assert names(nothing) == ["Ada", "Bob", "Cleo"]

    def test_of_an_event_without_tickets_has_no_such_filter(self) -> None:
        event = make_event()
        page = organizer(event).get(f"/e/{event.id}/admin?tier=none")
        assert list(page.context["filter"].fields) == ["q", "status", "approval"]

    def test_takes_as_many_queries_for_3_tickets_as_for_30(self, queries_of: Any) -> None:
        event = make_event()
        client = organizer(event)

        def add(tiers: int) -> int:
            for number in range(tiers):
                tier = make_tier(event, name=f"Tier {number}")
                make_question(tier)
                make_rsvp(event, tier_id=tier.id)
            return int(queries_of(lambda: client.get(f"/e/{event.id}/admin")))

        assert [add(3), add(27)] == [6, 6]


class TestGuestPage:
    def test_shows_ticket_and_answers_in_words(self) -> None:
        event = make_event()
        tier = make_tier(event, name="VIP")
        asked = [
            make_question(tier, "checkbox", label="A cup?"),
            make_question(tier, "multiselect", label="Colours?"),
            make_question(tier, "number", label="How many?"),
            make_question(tier, "textarea", label="More?"),
            make_question(tier, label="Left open?"),
        ]
        said: list[Any] = [True, ["blue", "red"], 2.5, "<b>a\nb"]
        given = {str(question.id): each for question, each in zip(asked, said, strict=False)}
        rsvp = make_rsvp(event, tier_id=tier.id, form_answers=given)
        # What was answered stays readable after it is asked no more.
        update_tier(event_id=event.id, tier_id=tier.id, values={"questions": []})
        page = organizer(event).get(f"/e/{event.id}/admin/guests/{rsvp.id}")
        assert page.context["answers"] == [
            ("A cup?", "yes"),
            ("Colours?", "red, blue"),
            ("How many?", "2.5"),
            ("More?", "<b>a\nb"),
        ]
        shown = page.content.decode()
        assert page.context["tier"].name == "VIP"
        assert "&lt;b&gt;a<br>b" in shown

    def test_checks_in_and_takes_it_back(self, clock: Any) -> None:
        event = make_event(timezone="Europe/Berlin")
        rsvp = make_rsvp(event)
        client, path = organizer(event), f"/e/{event.id}/admin/guests/{rsvp.id}"
        clock.set(2030, 5, 8, 17, 4)
        answer = client.post(f"{path}/check-in")
        assert (answer.status_code, answer["Location"]) == (303, path)
        page = client.get(path)
        assert notices(page) == [("success", "Robin is checked in.")]
        said = page.content.decode()
        assert "Wed 8 May 2030, 19:04 CEST" in said
        assert "Undo the check-in" in said
        assert client.post(f"{path}/check-in").status_code == 303
        assert notices(client.get(path)) == [("warning", "Robin was already checked in.")]
        assert CheckIn.objects.filter(admitted=True).count() == 1
        assert client.post(f"{path}/check-in/undo").status_code == 303
        page = client.get(path)
        assert notices(page) == [("success", "Robin is no longer checked in.")]
        assert "Undo the check-in" not in page.content.decode()
        assert rsvp.row.checked_in_at is None

    def test_lets_nobody_in_who_does_not_attend(self) -> None:
        event = make_event()
        rsvp = make_rsvp(event)
        reject(event_id=event.id, rsvp_id=rsvp.id)
        client, path = organizer(event), f"/e/{event.id}/admin/guests/{rsvp.id}"
        assert "Check in" not in client.get(path).content.decode()
        refused = client.post(f"{path}/check-in")
        assert refused.status_code == 400
        assert in_words("ticket_revoked") in refused.content.decode()
        assert CheckIn.objects.count() == 0

    def test_lets_nobody_into_a_cancelled_event(self) -> None:
        event = make_event()
        rsvp = make_rsvp(event)
        cancel_event(event_id=event.id)
        refused = organizer(event).post(f"/e/{event.id}/admin/guests/{rsvp.id}/check-in")
        assert refused.status_code == 400
        assert in_words("event_cancelled") in refused.content.decode()
        assert CheckIn.objects.count() == 0

    def test_gives_a_new_link_and_ends_the_old_one(self) -> None:
        event = make_event()
        rsvp = make_rsvp(event)
        client, path = organizer(event), f"/e/{event.id}/admin/guests/{rsvp.id}"
        before = client.get(path).context["link"]
        assert rsvp.token in before
        answer = client.post(f"{path}/link")
        assert (answer.status_code, answer["Location"]) == (303, path)
        after = client.get(path).context["link"]
        assert after != before
        assert Client().get(before).status_code == 404
        assert Client().get(after).status_code == 303
        code = rsvp.ticket
        assert code not in client.get(path).content.decode()

    @pytest.mark.parametrize("act", ACTS)
    def test_acts_are_for_organizers_with_a_csrf_token(self, act: str) -> None:
        event = make_event()
        rsvp = make_rsvp(event)
        path, before = f"/e/{event.id}/admin/guests/{rsvp.id}/{act}", rsvp.row
        strict = Client(enforce_csrf_checks=True)
        strict.cookies["convene_owner"] = event.owner_token
        assert Client().post(path).status_code == 401
        for client in (guest_of(event, rsvp), helper(event), strict):
            assert client.post(path).status_code == 403
        assert organizer(event).get(path).status_code == 405
        assert (rsvp.row, CheckIn.objects.count()) == (before, 0)

    @pytest.mark.parametrize("act", ACTS)
    def test_acts_on_an_answer_to_another_event_are_not_found(self, act: str) -> None:
        event, foreign = make_event(), make_rsvp(make_event())
        before = foreign.row
        for rsvp_id in (foreign.id, uuid4()):
            path = f"/e/{event.id}/admin/guests/{rsvp_id}/{act}"
            assert organizer(event).post(path).status_code == 404
        assert (foreign.row, CheckIn.objects.count()) == (before, 0)


class TestAddGuest:
    TYPED = {"name": "Walk-in", "attendance": "going", "guest_count": "0"}

    def test_gives_any_ticket_by_force(self) -> None:
        event = make_event()
        full = make_tier(event, name="Full", capacity=1)
        make_rsvp(event, tier_id=full.id)
        paid = make_tier(event, name="Patron", price_cents=1)
        off = make_tier(event, name="Crew", is_active=False)
        asking = make_tier(event, name="VIP")
        question = make_question(asking, label="Which seat?", required=True)
        client, path = organizer(event), f"/e/{event.id}/admin/guests"
        page = client.get(path).content.decode()
        assert "disabled" not in page.split("<form", 1)[1].split("</form>", 1)[0]
        assert "Questions for VIP" in " ".join(page.split())
        assert "data-required" not in page
        for tier in (full, paid, off, asking):
            sent = self.TYPED | {"tier_id": tier.id, "name": tier.name}
            refused = client.post(path, sent)
            assert refused.status_code == 400
            assert refused.context["form"]["name"].value() == tier.name
            assert client.post(path, sent | {"force": "on"}).status_code == 303
            assert Rsvp.objects.get(name=tier.name).tier_id == tier.id
        answered = self.TYPED | {"tier_id": asking.id, named(question): "Row 1"}
        assert client.post(path, answered).status_code == 303
        assert Rsvp.objects.get(name="Walk-in").answers == {str(question.id): "Row 1"}

    def test_gives_the_only_ticket_also_by_force(self) -> None:
        event = make_event()
        tier = make_tier(event, name="Day pass")
        client, path = organizer(event), f"/e/{event.id}/admin/guests"
        hidden = f'<input type="hidden" name="tier_id" value="{tier.id}">'
        assert hidden in client.get(path).content.decode()
        sent = self.TYPED | {"tier_id": tier.id, "force": "on"}
        assert client.post(path, sent).status_code == 303
        assert Rsvp.objects.get().tier_id == tier.id

"""Organizers' pages of tickets and of what each asks."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from events import limits
from events.models import Question, Tier
from tests.makers import MadeEvent, make_event, make_question, make_rsvp, make_tier
from tests.pages.organizer.test_settings import organizer
from tests.rsvps.door import helper
from tests.wording import in_words

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TICKET = {"name": "VIP", "price_cents": "", "currency": "EUR", "capacity": "", "is_active": "on"}
QUESTION = {"label": "Dish?", "kind": "text", "options": "", "help": ""}


def tickets(event: MadeEvent) -> str:
    """The address of the event's tickets."""
    return f"/e/{event.id}/admin/tickets"


def text_of(page: Any) -> str:
    """A page on one line."""
    return " ".join(page.content.decode().split())


class TestTickets:
    def test_are_listed_with_what_is_taken(self) -> None:
        event = make_event()
        client = organizer(event)
        assert client.get(tickets(event)).context["tiers"] == []
        vip = make_tier(event, name="VIP", capacity=5)
        make_question(vip)
        make_question(vip, label="Retired", is_active=False)
        make_tier(event, name="Patron", price_cents=1250, currency="EUR")
        make_tier(event, name="Crew", is_active=False)
        make_rsvp(event, tier_id=vip.id, guest_count=1, force=True)
        page = text_of(client.get(tickets(event)))
        for said in (
            "<span>Free</span> <span>1 question</span>",
            "<span>12.50 EUR</span> <span>No questions</span>",
            "of 5 taken",
            ">Paid: display only</span>",
            ">Not offered</span>",
            "there is no checkout.",
            '<option value="JPY">',
        ):
            assert said in page
        assert '<option value="DEM">' not in page
        assert f'href="{tickets(event)}"' in text_of(client.get(f"/e/{event.id}/admin"))

    @pytest.mark.parametrize(
        ("typed", "currency", "cents"),
        [
            ("", "EUR", 0),
            ("0", "usd", 0),
            ("12.50", "EUR", 1250),
            ("12,5", "EUR", 1250),
            ("7", "EUR", 700),
            ("500", "JPY", 500),
            ("500.00", "JPY", 500),
            ("1.234", "KWD", 1234),
            ("0.29", "EUR", 29),
        ],
    )
    def test_are_made_with_prices_as_people_write_them(
        self, typed: str, currency: str, cents: int
    ) -> None:
        event = make_event()
        sent = TICKET | {"price_cents": typed, "currency": currency, "capacity": "20"}
        answer = organizer(event).post(tickets(event), sent)
        tier = Tier.objects.get()
        assert (answer.status_code, answer["Location"]) == (303, f"{tickets(event)}/{tier.id}")
        assert (tier.name, tier.price_cents, tier.currency, tier.capacity, tier.is_active) == (
            "VIP",
            cents,
            currency.upper(),
            20,
            True,
        )

    @pytest.mark.parametrize(
        ("field", "typed", "said"),
        [
            ("price_cents", "-1", "Use a price like 12.50."),
            ("price_cents", "a lot", "Use a price like 12.50."),
            ("price_cents", "1.000,00", "Use a price like 12.50."),
            ("price_cents", "9" * 5000, "Use a price like 12.50."),
            ("price_cents", "1.234", "Prices in this currency have 2 decimals."),
            ("price_cents", "99999999", in_words("not_between", lowest=0, highest=1_000_000_000)),
            ("currency", "DEM", in_words("not_a_currency")),
            ("position", "-1", in_words("not_between", lowest=0, highest=10_000)),
        ],
        ids=lambda value: str(value)[:20],
    )
    def test_refuse_beside_the_field_and_keep_what_was_typed(
        self, field: str, typed: str, said: str
    ) -> None:
        event = make_event()
        tier = make_tier(event, name="Kept")
        client, before = organizer(event), (Tier.objects.values().get(), event.row)
        for path in (tickets(event), f"{tickets(event)}/{tier.id}"):
            page = client.post(path, TICKET | {"price_cents": "3"} | {field: typed})
            assert page.status_code == 400
            form = page.context["form"]
            assert form.errors == {field: [said]}
            assert form[field].value() == typed
            assert f'id="id_{field}_error"' in page.content.decode()
            assert "<title>Error: " in page.content.decode()
        assert (Tier.objects.values().get(), event.row) == before

    def test_say_that_yen_have_no_decimals(self) -> None:
        event = make_event()
        sent = TICKET | {"price_cents": "5.5", "currency": "JPY"}
        page = organizer(event).post(tickets(event), sent)
        assert page.context["form"].errors == {
            "price_cents": ["Prices in this currency have no decimals."]
        }

    def test_stop_at_the_most_an_event_has(self) -> None:
        event = make_event()
        for number in range(limits.TIERS):
            make_tier(event, name=f"Tier {number}")
        page = organizer(event).post(tickets(event), TICKET)
        said = in_words("too_many_tiers", most=50)
        assert page.context["form"].errors == {"name": [said]}
        assert Tier.objects.count() == limits.TIERS

    def test_take_as_many_queries_for_3_as_for_30(self, queries_of: Any) -> None:
        event = make_event()
        client = organizer(event)

        def add(tiers: int) -> list[int]:
            for number in range(tiers):
                make_question(make_tier(event, name=f"Tier {number}"))
            tier = Tier.objects.latest("position")
            return [
                queries_of(lambda path=path: client.get(path))
                for path in (tickets(event), f"{tickets(event)}/{tier.id}")
            ]

        # the link, the event, the tiers, their questions
        assert [add(3), add(27)] == [[4, 4], [4, 4]]


class TestTicket:
    def test_is_changed(self) -> None:
        event = make_event()
        tier = make_tier(
            event, name="VIP", price_cents=1250, currency="EUR", capacity=5, position=3
        )
        client, path = organizer(event), f"{tickets(event)}/{tier.id}"
        form = client.get(path).context["form"]
        shown = {field.name: field.value() for field in form}
        assert shown == {
            "name": "VIP",
            "price_cents": "12.50",
            "currency": "EUR",
            "capacity": 5,
            "position": 3,
            "is_active": True,
        }
        version = event.row.version
        answer = client.post(path, {"name": "Gold", "currency": "JPY", "position": ""})
        assert (answer.status_code, answer["Location"]) == (303, path)
        tier.refresh_from_db()
        assert (tier.name, tier.price_cents, tier.currency, tier.capacity) == (
            "Gold",
            0,
            "JPY",
            None,
        )
        assert (tier.position, tier.is_active) == (3, False)
        assert event.row.version == version + 1

    def test_is_removed_after_asking(self) -> None:
        event = make_event()
        tier = make_tier(event)
        client, path = organizer(event), f"{tickets(event)}/{tier.id}/remove"
        assert "Remove Standard?" in text_of(client.get(path))
        assert Tier.objects.count() == 1
        answer = client.post(path)
        assert (answer.status_code, answer["Location"]) == (303, tickets(event))
        assert Tier.objects.count() == 0
        assert client.get(path).status_code == 404

    def test_that_guests_hold_stays(self) -> None:
        event = make_event()
        tier = make_tier(event)
        make_rsvp(event, tier_id=tier.id)
        refused = organizer(event).post(f"{tickets(event)}/{tier.id}/remove")
        assert refused.status_code == 409
        assert in_words("tier_in_use") in text_of(refused)
        assert Tier.objects.count() == 1


class TestAccess:
    def paths(self, event_id: Any, tier: Tier, question: Question) -> list[str]:
        """Every address of tickets and questions."""
        base = f"/e/{event_id}/admin/tickets"
        asked = f"{base}/{tier.id}/questions"
        return [
            base,
            f"{base}/{tier.id}",
            f"{base}/{tier.id}/remove",
            asked,
            f"{asked}/{question.id}",
            f"{asked}/{question.id}/move",
            f"{asked}/{question.id}/remove",
        ]

    def test_is_for_organizers_with_a_csrf_token(self) -> None:
        event = make_event()
        tier = make_tier(event, name="Secret tier")
        question = make_question(tier)
        strict, guest = Client(enforce_csrf_checks=True), Client()
        strict.cookies["convene_owner"] = event.owner_token
        guest.get(f"/e/{event.id}/rsvp/{make_rsvp(event, attendance='interested').token}")
        before = (list(Tier.objects.values()), list(Question.objects.values()), event.row)
        for path in self.paths(event.id, tier, question):
            sent = TICKET | QUESTION | {"name": "Taken over"}
            assert Client().post(path, sent).status_code == 401
            for client in (guest, helper(event), organizer(make_event()), strict):
                refused = client.post(path, sent)
                assert refused.status_code == 403, path
                assert "Secret tier" not in refused.content.decode()
            assert Client().get(path).status_code in (401, 405)
        after = (list(Tier.objects.values()), list(Question.objects.values()), event.row)
        assert after == before

    def test_to_tickets_of_another_event_is_not_given(self) -> None:
        event, other = make_event(), make_event()
        tier, mine = make_tier(other), make_tier(event)
        question = make_question(tier)
        client = organizer(event)
        before = (list(Tier.objects.order_by("id").values()), list(Question.objects.values()))
        crossed = [
            *self.paths(event.id, tier, question)[1:],
            *self.paths(event.id, mine, question)[4:],
            *self.paths(event.id, mine, Question(id=uuid4()))[4:],
        ]
        for path in crossed:
            assert client.post(path, TICKET | QUESTION).status_code == 404, path
        after = (list(Tier.objects.order_by("id").values()), list(Question.objects.values()))
        assert after == before

    def test_is_private(self) -> None:
        event = make_event()
        tier = make_tier(event)
        client = organizer(event)
        for path in self.paths(event.id, tier, make_question(tier))[:3]:
            page = client.get(path)
            assert page["Cache-Control"] == "private, no-store"
            assert page["X-Robots-Tag"] == "noindex, nofollow"

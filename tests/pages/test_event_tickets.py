"""Choosing a ticket on the event's page, and answering what it asks."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from events.models import Question
from pages.rsvp_forms import GuestForm
from rsvps.domain.tiers import update_tier
from rsvps.models import Rsvp
from tests.makers import MadeEvent, make_event, make_question, make_rsvp, make_tier
from tests.wording import in_words

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TYPED = {"name": "Robin", "attendance": "going", "guest_count": "0", "note": "Vegan, please."}
# kind: the element, how it is typed, how it is stored
KINDS: dict[str, tuple[str, Any, Any]] = {
    "text": ('<input type="text"', " Linen ", "Linen"),
    "textarea": ("<textarea", "one\r\ntwo", "one\ntwo"),
    "email": ('<input type="email"', "r@example.org", "r@example.org"),
    "phone": ('<input type="tel"', "+49 30 123456", "+49 30 123456"),
    "number": ('<input type="number"', "4.5", 4.5),
    "date": ('<input type="date"', "2027-05-20", "2027-05-20"),
    "url": ('<input type="url"', "https://example.org/a", "https://example.org/a"),
    "select": ("<select", "blue", "blue"),
    "multiselect": ('<input type="checkbox"', ["red", "blue"], ["red", "blue"]),
    "checkbox": ('<input type="checkbox"', "on", True),
}
WRONG: list[tuple[str, Any, str]] = [
    ("text", "x" * 501, "Ensure this field has no more than 500 characters."),
    ("text", "a\x00b", "Null characters are not allowed."),
    ("text", "a\x07b", "Control characters are not allowed."),
    ("textarea", "x" * 5001, "Ensure this field has no more than 5000 characters."),
    ("email", "nobody", "Use a valid e-mail address."),
    ("phone", "call me", "Use a phone number, like +49 30 123456."),
    ("number", "four", in_words("not_a_number")),
    ("number", "9" * 5000, "This number is too large."),
    ("number", "inf", "This number is too large."),
    ("number", "nan", "This number is too large."),
    ("date", "20 May", "Use a date like 2027-05-20."),
    ("url", "javascript:alert(1)", in_words("not_a_web_address")),
    ("select", "green", in_words("not_an_option")),
    ("multiselect", ["red", "green"], in_words("not_an_option")),
    ("multiselect", ["red", "a\x00b"], "Control characters are not allowed."),
]


def named(question: Question) -> str:
    """What the field of a question is called."""
    return f"form_answers.{question.id}"


def page_of(event: MadeEvent) -> str:
    """The event's page for a stranger, on one line."""
    page = Client().get(f"/e/{event.id}")
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def element(page: str, name: str) -> str:
    """The first tag that carries this name."""
    found = re.search(rf'<[a-z]+ [^>]*name="{re.escape(name)}"[^>]*>', page)
    assert found is not None
    return found[0]


class TestOffer:
    def test_shows_what_can_be_had_and_what_cannot(self) -> None:
        event = make_event()
        open_tier = make_tier(event, name="Standard", capacity=3)
        taken = make_tier(event, name="Early", capacity=1)
        paid = make_tier(event, name="Patron", price_cents=1250, currency="EUR")
        make_tier(event, name="Crew only", is_active=False)
        make_rsvp(event, tier_id=taken.id)
        page = page_of(event)
        for name, state in (("Standard", "3 left"), ("Early", "Sold out")):
            assert re.search(rf">{name}</strong> <span [^>]*>Free · {state}", page)
        assert "12.50 EUR · " in page
        assert "Crew only" not in page
        radios = re.findall(r'<input type="radio" name="tier_id"[^>]*>', page)
        assert [
            (str(tier.id) in radio, "disabled" in radio, "checked" in radio)
            for tier, radio in zip((open_tier, taken, paid), radios, strict=True)
        ] == [
            (True, False, True),
            (True, False, False),
            (True, True, False),
        ]

    @pytest.mark.parametrize(
        ("tier", "values", "none", "sold_out"),
        [
            ({"price_cents": 1}, {}, True, False),
            ({"capacity": 1}, {"waitlist": False}, True, True),
            ({"capacity": 1}, {"waitlist": True}, False, False),
        ],
    )
    def test_without_a_ticket_to_be_had_nobody_can_press_going(
        self, tier: dict[str, Any], values: dict[str, Any], none: bool, sold_out: bool
    ) -> None:
        event = make_event(**values)
        made = make_tier(event, **tier)
        if made.capacity:
            make_rsvp(event, tier_id=made.id)
        page = Client().get(f"/e/{event.id}")
        form, said = page.context["form"], " ".join(page.content.decode().split())
        assert (form.no_ticket, form.sold_out) == (none, sold_out)
        assert ("disabled" in element(said, "attendance")) is none
        # In the card, and in the bar of phones.
        assert said.count("can’t be had here. You can still") == 2 * (none and not sold_out)
        adding = GuestForm(event=form.event, tiers=form.tiers)
        assert "disabled" not in str(adding["attendance"])

    def test_a_party_that_a_ticket_has_no_room_for_reads_what_is_left(self) -> None:
        event = make_event(waitlist=False)
        tier = make_tier(event, capacity=2)
        sent = TYPED | {"tier_id": str(tier.id), "guest_count": "2"}
        page = Client().post(f"/e/{event.id}", sent)
        assert page.context["form"].errors == {"guest_count": [in_words("spots_left", number=2)]}

    def test_a_sold_out_ticket_cannot_be_had_without_a_waitlist(self) -> None:
        event = make_event(waitlist=False)
        make_tier(event, name="Other")
        taken = make_tier(event, name="Early", capacity=1)
        make_rsvp(event, tier_id=taken.id)
        page = page_of(event)
        (radio,) = re.findall(rf'<input type="radio"[^>]*value="{taken.id}"[^>]*>', page)
        assert "disabled" in radio
        assert "Sold out; " not in page

    def test_a_sold_out_ticket_can_be_queued_for_where_organizers_approve(self) -> None:
        event = make_event(approval_required=True)
        make_tier(event, name="Other")
        taken = make_tier(event, name="Early", capacity=1)
        make_rsvp(event, tier_id=taken.id, force=True)
        page = page_of(event)
        assert "Sold out" in page
        (radio,) = re.findall(rf'<input type="radio"[^>]*value="{taken.id}"[^>]*>', page)
        assert "disabled" not in radio
        answer = Client().post(f"/e/{event.id}", TYPED | {"tier_id": taken.id})
        assert answer.status_code == 303
        assert Rsvp.objects.get(name="Robin", approval="pending").tier_id == taken.id

    def test_one_ticket_that_asks_nothing_is_taken_without_asking(self) -> None:
        event = make_event()
        tier = make_tier(event, name="Day pass")
        page = page_of(event)
        assert "Day pass</strong>" in page
        assert 'type="radio" name="tier_id"' not in page
        assert f'<input type="hidden" name="tier_id" value="{tier.id}">' in page
        for sent in (TYPED, TYPED | {"tier_id": tier.id}):
            assert Client().post(f"/e/{event.id}", sent).status_code == 303
        assert list(Rsvp.objects.values_list("tier_id", flat=True)) == [tier.id, tier.id]

    def test_an_event_without_tickets_speaks_of_none(self) -> None:
        page = page_of(make_event())
        assert "tier_id" not in page
        assert "data-tickets" not in page

    def test_an_organizer_is_offered_what_guests_are(self) -> None:
        event = make_event()
        make_tier(event, name="Crew only", is_active=False)
        client = Client()
        client.get(f"/e/{event.id}/admin/{event.owner_token}")
        assert "Crew only" not in client.get(f"/e/{event.id}").content.decode()

    def test_the_page_follows_the_tickets_at_once(self) -> None:
        event = make_event()
        make_tier(event, name="Other")
        tier = make_tier(event, name="Early", capacity=2)
        assert "2 left" in page_of(event)
        make_rsvp(event, tier_id=tier.id)
        assert "1 left" in page_of(event)
        update_tier(event_id=event.id, tier_id=tier.id, values={"name": "Late"})
        page = page_of(event)
        assert ("Late" in page, "Early" in page) == (True, False)

    def test_takes_as_many_queries_for_3_tickets_as_for_30(self, queries_of: Any) -> None:
        event = make_event()

        def add(tiers: int) -> int:
            for number in range(tiers):
                make_question(make_tier(event, name=f"Tier {number}"))
            return int(queries_of(lambda: Client().get(f"/e/{event.id}")))

        # the event, the tiers, their questions, the answers, the comments, the announcements
        assert [add(3), add(27)] == [6, 6]


class TestQuestions:
    @pytest.mark.parametrize("kind", KINDS)
    def test_of_each_kind_are_asked_kept_and_stored(self, kind: str) -> None:
        event = make_event()
        tier = make_tier(event, name="VIP")
        question = make_question(tier, kind, label="Tell us", help="In a word.", required=True)
        shown, typed, stored = KINDS[kind]
        page = page_of(event)
        field = element(page, named(question))
        assert field.startswith(shown)
        assert re.search(r"\brequired\b", field.replace("data-required", "")) is None
        # A script would want every box of several checked.
        assert ("data-required" in field) is (kind != "multiselect")
        assert 'Tell us <span class="optional">required</span>' in page
        assert "In a word." in page
        assert "Questions for VIP" in page
        sent = TYPED | {"tier_id": tier.id, named(question): typed}
        refused = Client().post(f"/e/{event.id}", sent | {"name": ""})
        assert refused.status_code == 400
        kept = refused.context["form"][named(question)].value()
        assert kept == (True if kind == "checkbox" else typed)
        assert Client().post(f"/e/{event.id}", sent).status_code == 303
        rsvp = Rsvp.objects.get()
        assert (rsvp.tier_id, rsvp.answers) == (tier.id, {str(question.id): stored})

    @pytest.mark.parametrize("kind", KINDS)
    def test_that_are_required_want_an_answer(self, kind: str) -> None:
        event = make_event()
        tier = make_tier(event)
        question = make_question(tier, kind, required=True)
        before = event.row
        page = Client().post(f"/e/{event.id}", TYPED | {"tier_id": tier.id})
        assert page.status_code == 400
        assert page.context["form"].errors == {named(question): ["This question needs an answer."]}
        content = page.content.decode()
        assert f'id="id_{named(question)}_error"' in content
        assert f'href="#id_{named(question)}' in content
        assert "Vegan, please." in content
        assert (Rsvp.objects.count(), event.row) == (0, before)

    @pytest.mark.parametrize("kind", KINDS)
    def test_that_are_optional_may_stay_open(self, kind: str) -> None:
        event = make_event()
        tier = make_tier(event)
        question = make_question(tier, kind)
        assert Client().post(f"/e/{event.id}", TYPED | {"tier_id": tier.id}).status_code == 303
        open_answer = {str(question.id): False} if kind == "checkbox" else {}
        assert Rsvp.objects.get().answers == open_answer

    @pytest.mark.parametrize(("kind", "typed", "said"), WRONG, ids=lambda value: str(value)[:20])
    def test_refuse_beside_the_field_and_keep_what_was_typed(
        self, kind: str, typed: Any, said: str
    ) -> None:
        event = make_event()
        tier = make_tier(event)
        question = make_question(tier, kind)
        before = event.row
        page = Client().post(f"/e/{event.id}", TYPED | {"tier_id": tier.id, named(question): typed})
        assert page.status_code == 400
        form = page.context["form"]
        assert form.errors == {named(question): [said]}
        assert form[named(question)].value() == typed
        assert f'id="id_{named(question)}_error"' in page.content.decode()
        assert (Rsvp.objects.count(), event.row) == (0, before)

    @pytest.mark.parametrize(
        ("typed", "stored"), [("0", 0), ("-3", -3), ("12", 12), ("1e3", 1000.0), (" 7 ", 7)]
    )
    def test_take_numbers_as_numbers(self, typed: str, stored: float) -> None:
        event = make_event()
        tier = make_tier(event)
        question = make_question(tier, "number")
        sent = TYPED | {"tier_id": tier.id, named(question): typed}
        assert Client().post(f"/e/{event.id}", sent).status_code == 303
        (answer,) = Rsvp.objects.get().answers.values()
        assert (answer, type(answer)) == (stored, type(stored))

    def test_of_other_tickets_are_neither_wanted_nor_stored(self) -> None:
        event = make_event()
        mine, other = make_tier(event, name="Mine"), make_tier(event, name="Other")
        make_question(mine, label="Retired", is_active=False)
        asked = make_question(mine)
        foreign = make_question(other, "number", required=True)
        sent = TYPED | {"tier_id": mine.id, named(asked): "Sun", named(foreign): "no number"}
        assert "Retired" not in page_of(event)
        assert Client().post(f"/e/{event.id}", sent).status_code == 303
        assert Rsvp.objects.get().answers == {str(asked.id): "Sun"}

    def test_of_tickets_that_cannot_be_had_are_not_asked(self) -> None:
        event = make_event()
        make_tier(event)
        make_question(make_tier(event, name="Patron", price_cents=1), label="Which seat?")
        assert "Which seat?" not in page_of(event)

    def test_are_markup_free(self) -> None:
        event = make_event()
        tier = make_tier(event, name="<b>VIP</b>")
        make_question(tier, "select", label="<script>x", help="<i>", options=["<option>"])
        page = page_of(event)
        assert "&lt;b&gt;VIP&lt;/b&gt;" in page
        assert "&lt;option&gt;" in page
        for raw in ("<script>x", "<i>", "<option>", "<b>VIP"):
            assert raw not in page


class TestChoice:
    """What is sent by hand is judged by the domain, whatever the page offered."""

    def refused(self, event: MadeEvent, tier_id: Any) -> dict[str, list[str]]:
        before = event.row
        page = Client().post(f"/e/{event.id}", TYPED | {"tier_id": tier_id})
        assert page.status_code == 400
        assert "Vegan, please." in page.content.decode()
        assert (Rsvp.objects.filter(name="Robin").count(), event.row) == (0, before)
        errors: dict[str, list[str]] = page.context["form"].errors
        if "tier_id" in errors:
            assert errors["tier_id"][0] in page.content.decode()
        return errors

    def test_of_a_ticket_that_is_gone_paid_or_switched_off(self) -> None:
        event = make_event()
        make_tier(event)
        taken = make_tier(event, name="Early", capacity=1)
        make_rsvp(event, name="Early one", tier_id=taken.id)
        paid = make_tier(event, name="Patron", price_cents=1)
        off = make_tier(event, name="Crew", is_active=False)
        assert self.refused(event, taken.id) == {"__all__": [in_words("tier_full")]}
        assert self.refused(event, paid.id) == {"tier_id": [in_words("tier_not_free")]}
        assert self.refused(event, off.id) == {"tier_id": [in_words("tier_inactive")]}

    def test_of_a_ticket_switched_off_where_none_is_offered(self) -> None:
        event = make_event()
        off = make_tier(event, is_active=False)
        assert self.refused(event, off.id) == {"tier_id": [in_words("tier_inactive")]}

    @pytest.mark.parametrize("typed", ["nonsense", "\x00", "1" * 5000, "foreign", "unknown"])
    def test_of_no_ticket_of_this_event(self, typed: str) -> None:
        event = make_event()
        make_tier(event)
        ids = {"foreign": make_tier(make_event()).id, "unknown": uuid4()}
        assert self.refused(event, ids.get(typed, typed)) == {"tier_id": [in_words("tier_unknown")]}

    def test_is_wanted_where_there_is_one(self) -> None:
        event = make_event()
        make_tier(event, name="One")
        make_tier(event, name="Two")
        assert self.refused(event, "") == {"tier_id": [in_words("tier_required")]}

    @pytest.mark.parametrize("attendance", ["interested", "not_going"])
    def test_is_not_wanted_of_who_does_not_come(self, attendance: str) -> None:
        event = make_event()
        tier = make_tier(event)
        make_question(tier, required=True)
        for sent in ({}, {"tier_id": tier.id}):
            answer = Client().post(f"/e/{event.id}", TYPED | {"attendance": attendance} | sent)
            assert answer.status_code == 303
        assert list(Rsvp.objects.values_list("tier_id", "answers")) == [(None, {}), (None, {})]

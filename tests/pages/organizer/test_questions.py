"""Organizers' pages of what a ticket asks."""

from __future__ import annotations

import pytest

from events import limits
from events.models import Question, Tier
from rsvps.domain.respond import create_rsvp
from rsvps.domain.tiers import update_tier
from tests.makers import make_event, make_question, make_tier
from tests.pages.organizer.test_settings import organizer
from tests.pages.organizer.test_tickets import QUESTION, text_of, tickets
from tests.wording import in_words

pytestmark = [pytest.mark.django_db, pytest.mark.once]


class TestQuestions:
    def asked(self, tier: Tier) -> list[tuple[str, str, bool, list[str], str]]:
        """The form as it is asked now."""
        return [
            (q.label, q.kind, q.required, q.options, q.help)
            for q in tier.questions.filter(is_active=True).order_by("position")
        ]

    def test_are_added_at_the_end(self) -> None:
        event = make_event()
        tier = make_tier(event)
        client, path = organizer(event), f"{tickets(event)}/{tier.id}"
        first = client.post(f"{path}/questions", QUESTION)
        assert (first.status_code, first["Location"]) == (303, path)
        known = Question.objects.get().id
        more = {"kind": "select", "options": " Soup \r\n\r\nSalad\n", "required": "on"}
        sent = {"label": "Which?", "help": "One of them."} | more
        assert client.post(f"{path}/questions", sent).status_code == 303
        assert self.asked(tier) == [
            ("Dish?", "text", False, [], ""),
            ("Which?", "select", True, ["Soup", "Salad"], "One of them."),
        ]
        assert Question.objects.order_by("position")[0].id == known
        page = text_of(client.get(path))
        assert page.count('<span class="optional">required</span>') == 1
        assert "Single choice: Soup, Salad" in page

    def test_are_changed_moved_and_removed(self) -> None:
        event = make_event()
        tier = make_tier(event)
        one, two, three = (make_question(tier, label=label) for label in ("One", "Two", "Three"))
        client, path = organizer(event), f"{tickets(event)}/{tier.id}/questions"
        form = client.get(f"{path}/{two.id}").context["form"]
        assert {field.name: field.value() for field in form} == {
            "label": "Two",
            "kind": "text",
            "options": "",
            "help": "",
            "required": False,
        }
        changed = {"label": "Zwei", "kind": "multiselect", "options": "a\nb", "help": "Hm"}
        assert client.post(f"{path}/{two.id}", changed).status_code == 303
        shown = client.get(f"{path}/{two.id}").context["form"]
        assert shown["options"].value() == "a\nb"

        def labels() -> list[str]:
            return [each[0] for each in self.asked(tier)]

        def move(question: Question, way: str) -> list[str]:
            assert client.post(f"{path}/{question.id}/move", {way: "1"}).status_code == 303
            return labels()

        assert move(three, "up") == ["One", "Three", "Zwei"]
        assert move(one, "down") == ["Three", "One", "Zwei"]
        assert move(three, "up") == ["Three", "One", "Zwei"]
        assert move(two, "down") == ["Three", "One", "Zwei"]
        assert client.post(f"{path}/{one.id}/remove").status_code == 303
        assert labels() == ["Three", "Zwei"]
        assert set(Question.objects.values_list("id", flat=True)) == {two.id, three.id}

    def test_that_were_answered_are_retired(self) -> None:
        event = make_event()
        tier = make_tier(event)
        question = make_question(tier, label="Shirt size?")
        values = {"name": "Robin", "attendance": "going", "tier_id": tier.id}
        create_rsvp(event_id=event.id, values=values | {"form_answers": {str(question.id): "M"}})
        client, path = organizer(event), f"{tickets(event)}/{tier.id}"
        assert "No longer asked" not in text_of(client.get(path))
        assert client.post(f"{path}/questions/{question.id}/remove").status_code == 303
        page = text_of(client.get(path))
        assert "No longer asked" in page
        assert page.index("No longer asked") < page.index("Shirt size?")
        # Other questions come and go, and it stays where it is.
        assert client.post(f"{path}/questions", QUESTION).status_code == 303
        assert Question.objects.get(pk=question.id).is_active is False
        assert client.get(f"{path}/questions/{question.id}").status_code == 404

    @pytest.mark.parametrize(
        ("field", "typed", "said"),
        [
            ("label", "", "This field is required."),
            ("label", "x" * 256, "Ensure this field has no more than 255 characters."),
            ("label", "a\x00b", "Null characters are not allowed."),
            ("help", "x" * 501, "Ensure this field has no more than 500 characters."),
            ("options", "a\nb", "Only select and multiselect questions have options."),
            ("options", "a\x07", "Control characters are not allowed."),
            ("kind", "select", "A question of this kind needs options to choose from."),
        ],
        ids=lambda value: str(value)[:20],
    )
    def test_refuse_beside_the_field_and_keep_what_was_typed(
        self, field: str, typed: str, said: str
    ) -> None:
        event = make_event()
        tier = make_tier(event)
        question = make_question(tier, label="First")
        make_question(tier, label="Second")
        client, path = organizer(event), f"{tickets(event)}/{tier.id}/questions"
        before = (list(Question.objects.values()), event.row)
        beside = "options" if field == "kind" else field
        for where, name in (("", "asking"), (f"/{question.id}", "form")):
            page = client.post(f"{path}{where}", QUESTION | {field: typed})
            assert page.status_code == 400
            form = page.context[name]
            assert form.errors == {beside: [said]}
            assert form[field].value() == typed
            assert f'id="id_{beside}_error"' in page.content.decode()
        assert (list(Question.objects.values()), event.row) == before

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ("a\na", in_words("repeated")),
            ("x" * 121, "Ensure this field has no more than 120 characters."),
            ("\n".join(map(str, range(51))), in_words("too_many", most=50)),
        ],
        ids=["twice", "long", "many"],
    )
    def test_refuse_options_that_cannot_be_chosen_from(self, options: str, said: str) -> None:
        event = make_event()
        tier = make_tier(event)
        sent = QUESTION | {"kind": "select", "options": options}
        page = organizer(event).post(f"{tickets(event)}/{tier.id}/questions", sent)
        assert page.context["asking"].errors == {"options": [said]}
        assert page.context["asking"]["options"].value() == options
        assert Question.objects.count() == 0

    def test_stop_at_the_most_a_form_has(self) -> None:
        event = make_event()
        tier = make_tier(event)
        many = [{"label": f"Question {number}"} for number in range(limits.QUESTIONS)]
        update_tier(event_id=event.id, tier_id=tier.id, values={"questions": many})
        page = organizer(event).post(f"{tickets(event)}/{tier.id}/questions", QUESTION)
        assert page.context["asking"].errors == {"__all__": [in_words("too_many", most=50)]}
        assert Question.objects.count() == limits.QUESTIONS

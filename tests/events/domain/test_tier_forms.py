"""The forms of ticket tiers: what a question may be, and what a new form keeps of the old one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from config.errors import Invalid
from events.models import Tier
from rsvps.domain.tiers import create_tier, update_tier
from tests.makers import MadeEvent, make_event, make_question, make_rsvp, make_tier

pytestmark = pytest.mark.django_db
REQUIRED, NOT_NULL = ["required"], ["null"]
CONTROL = ["control_characters"]
TWICE = ["repeated"]
KINDS = ["not_one_of"]
CHOOSE = ["options_needed"]
NO_OPTIONS = ["options_unused"]


@pytest.fixture
def event() -> MadeEvent:
    """An event without tiers."""
    return make_event()


BAD: list[tuple[Any, dict[str, list[str]]]] = [
    ("text", {"questions": ["not_a_list"]}),
    ({"label": "a"}, {"questions": ["not_a_list"]}),
    (["text"], {"questions.0": ["not_an_object"]}),
    ([{"label": "a"}, {}], {"questions.1.label": REQUIRED}),
    ([{"label": None}], {"questions.0.label": NOT_NULL}),
    ([{"label": " "}], {"questions.0.label": ["blank"]}),
    ([{"label": "x" * 256}], {"questions.0.label": ["too_long"]}),
    ([{"label": "a", "help": "x" * 501}], {"questions.0.help": ["too_long"]}),
    ([{"label": "a", "help": "\x07"}], {"questions.0.help": CONTROL}),
    ([{"label": "a", "kind": "color"}], {"questions.0.kind": KINDS}),
    ([{"label": "a", "kind": None}], {"questions.0.kind": NOT_NULL}),
    ([{"label": "a", "required": "yes"}], {"questions.0.required": ["not_a_flag"]}),
    ([{"label": "a", "kind": "select"}], {"questions.0.options": CHOOSE}),
    ([{"label": "a", "kind": "multiselect", "options": None}], {"questions.0.options": CHOOSE}),
    ([{"label": "a", "options": ["x"]}], {"questions.0.options": NO_OPTIONS}),
    (
        [{"label": "a", "kind": "select", "options": ["x", " x "]}],
        {"questions.0.options": ["repeated"]},
    ),
    (
        [{"label": "a", "kind": "select", "options": ["x", ""]}],
        {"questions.0.options": ["blank"]},
    ),
    (
        [{"label": "a", "kind": "select", "options": "xy"}],
        {"questions.0.options": ["not_strings"]},
    ),
    (
        [{"label": "a", "kind": "select", "options": [1]}],
        {"questions.0.options": ["not_strings"]},
    ),
    (
        [{"label": "a", "kind": "select", "options": ["x" * 121]}],
        {"questions.0.options": ["too_long"]},
    ),
    (
        [{"label": "a", "kind": "select", "options": [str(n) for n in range(51)]}],
        {"questions.0.options": ["too_many"]},
    ),
    ([{"label": str(n)} for n in range(51)], {"questions": ["too_many"]}),
    ([{"label": "a", "id": "x"}], {"questions.0.id": ["not_an_id"]}),
    ([{"label": "a", "id": UUID(int=5)}] * 2, {"questions": TWICE}),
    (
        [{"label": "a", "id": UUID(int=5)}],
        {"questions.0.id": ["question_unknown"]},
    ),
    (
        [{"kind": "x"}, {}],
        {"questions.0.kind": KINDS, "questions.0.label": REQUIRED}
        | {"questions.1.label": REQUIRED},
    ),
]


@pytest.mark.once
@pytest.mark.parametrize(("form", "errors"), BAD)
def test_what_a_form_cannot_hold(
    event: MadeEvent,
    everything_stored: Callable[[], Any],
    form: Any,
    errors: dict[str, list[str]],
) -> None:
    """Each refusal names its questions, on making and on changing, and writes nothing at all."""
    tier = make_tier(event, questions=[{"label": "Kept?"}])
    stored = everything_stored()
    with pytest.raises(Invalid) as on_making:
        create_tier(event_id=event.id, values={"name": "New", "questions": form})
    with pytest.raises(Invalid) as on_changing:
        update_tier(event_id=event.id, tier_id=tier.pk, values={"questions": form})
    assert on_making.value.keys == on_changing.value.keys == errors
    assert everything_stored() == stored


def asked(tier: Tier) -> list[tuple[str, bool]]:
    """The form's questions by label, and whether they are asked."""
    return [(question.label, question.is_active) for question in tier.questions.all()]


def test_a_form_is_replaced(event: MadeEvent) -> None:
    """Known ids stay and change, others are new, left out ones go; the order is the list's."""
    tier = make_tier(event, questions=[{"label": "A"}, {"label": "B"}, {"label": "C"}])
    first, _, last = tier.questions.all()
    form = [{"label": "New"}, {"id": last.pk, "label": "C2", "required": True}]
    form.append({"id": str(first.pk), "label": "A"})
    update_tier(event_id=event.id, tier_id=tier.pk, values={"questions": form})
    assert asked(tier) == [("New", True), ("C2", True), ("A", True)]
    assert [q.pk for q in tier.questions.all()][1:] == [last.pk, first.pk]
    last.refresh_from_db()
    assert (last.required, last.position) == (True, 1)


@pytest.mark.parametrize(
    ("kind", "change", "problem"),
    [
        ("select", {}, None),
        ("select", {"options": ["green"]}, None),
        ("select", {"kind": "multiselect"}, None),
        ("select", {"kind": "text", "options": []}, None),
        ("select", {"kind": "text"}, NO_OPTIONS),
        ("select", {"options": []}, CHOOSE),
        ("text", {"kind": "select", "options": ["green"]}, None),
        ("text", {"kind": "select"}, CHOOSE),
        ("text", {"options": ["green"]}, NO_OPTIONS),
    ],
)
def test_a_known_question_keeps_what_is_not_sent(
    event: MadeEvent, kind: str, change: dict[str, Any], problem: list[str] | None
) -> None:
    """Kind and options fit each other after the change, whichever of them was sent."""
    tier = make_tier(event)
    question = make_question(tier, kind)
    before = {"kind": kind, "options": question.options}
    form = [{"id": question.pk, "label": "Why?"} | change]
    said = None
    try:
        update_tier(event_id=event.id, tier_id=tier.pk, values={"questions": form})
    except Invalid as refused:
        said = refused.keys
    assert said == (problem and {"questions.0.options": problem})
    question.refresh_from_db()
    after = before if problem else before | change
    assert (question.kind, question.options) == (after["kind"], after["options"])


@pytest.mark.parametrize("empty", [[], None])
def test_a_form_is_emptied(event: MadeEvent, empty: Any) -> None:
    """By an empty list or null; a change that does not name it leaves it."""
    tier = make_tier(event, questions=[{"label": "A"}])
    update_tier(event_id=event.id, tier_id=tier.pk, values={"name": "T"})
    assert asked(tier) == [("A", True)]
    update_tier(event_id=event.id, tier_id=tier.pk, values={"questions": empty})
    assert asked(tier) == []


def test_what_was_answered_is_retired(event: MadeEvent) -> None:
    """A question somebody answered stays with its answers, unasked; by its id it comes back."""
    tier = make_tier(event, questions=[{"label": "A"}, {"label": "B"}])
    answered, _ = tier.questions.all()
    said = {str(answered.pk): "Tea"}
    rsvp = make_rsvp(event, tier_id=tier.pk, form_answers=said)
    update_tier(event_id=event.id, tier_id=tier.pk, values={"questions": []})
    assert asked(tier) == [("A", False)]
    assert rsvp.stored.answers == said
    back = [{"id": answered.pk, "label": "A again"}]
    update_tier(event_id=event.id, tier_id=tier.pk, values={"questions": back})
    assert asked(tier) == [("A again", True)]


def test_a_question_belongs_to_its_tier(
    event: MadeEvent, everything_stored: Callable[[], Any]
) -> None:
    """Another tier's id is no id of this form, of the same event too, and nothing is written."""
    tier = make_tier(event, questions=[{"label": "A"}])
    stored = everything_stored()
    for other in (make_tier(event), make_tier(make_event())):
        foreign = make_question(other, label="Theirs")
        stored = everything_stored()
        form = [{"label": "New"}, {"id": foreign.pk, "label": "Taken"}]
        with pytest.raises(Invalid) as refused:
            update_tier(event_id=event.id, tier_id=tier.pk, values={"name": "T", "questions": form})
        assert refused.value.keys == {"questions.1.id": ["question_unknown"]}
        assert everything_stored() == stored

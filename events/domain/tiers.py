"""What ticket tiers and the questions of their forms may hold together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from config.errors import Flaws, Invalid, flaw
from events import limits
from events.enums import QuestionKind
from events.fields import ASKED, TIER

_CHOICE_KINDS = frozenset({QuestionKind.SELECT, QuestionKind.MULTISELECT})


def clean_tier(values: Mapping[str, Any], *, new: bool) -> dict[str, Any]:
    """Model values for the tier fields among ``values``; other keys are left out. Prices are whole
    numbers in the currency's smallest unit. Raises Invalid with every field that is wrong."""
    cleaned, errors = TIER.clean(values, new=new)
    if errors:
        raise Invalid(errors)
    return cleaned


def clean_questions(entries: Any) -> list[dict[str, Any]]:
    """Model values of a form's questions, in their order; ``id`` stays when it is given.

    Raises Invalid naming ``questions`` or ``questions.<number>.<field>``, counted from 0.
    """
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        raise Invalid({"questions": "not_a_list"})
    if len(entries) > limits.QUESTIONS:
        raise Invalid({"questions": flaw("too_many", most=limits.QUESTIONS)})
    questions: list[dict[str, Any]] = []
    errors: dict[str, Flaws] = {}
    for number, entry in enumerate(entries):
        if not isinstance(entry, Mapping):
            errors[f"questions.{number}"] = ["not_an_object"]
            continue
        cleaned, wrong = ASKED.clean(entry, new=True)
        if not wrong and "id" not in cleaned:
            wrong = options_problem(
                cleaned.get("kind", QuestionKind.TEXT), cleaned.get("options", [])
            )
        errors |= {f"questions.{number}.{field}": said for field, said in wrong.items()}
        questions.append(cleaned)
    ids = [question["id"] for question in questions if "id" in question]
    if len(ids) != len(set(ids)):
        errors["questions"] = ["repeated"]
    if errors:
        raise Invalid(errors)
    return questions


def options_problem(kind: str, options: Sequence[str]) -> dict[str, Flaws]:
    """What is wrong with a question's options for its kind; empty when nothing is."""
    choice = kind in _CHOICE_KINDS
    if choice and not options:
        return {"options": ["options_needed"]}
    if not choice and options:
        return {"options": ["options_unused"]}
    return {}

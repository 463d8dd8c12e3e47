"""What ticket tiers and the questions of their forms may hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from iso4217 import Currency

from config.cleaners import Cleaner, clean_fields, flag, one_of, text, whole
from config.errors import Flaws, Invalid
from config.text import clean_text
from events import limits
from events.enums import QuestionKind

CHOICE_KINDS = frozenset({QuestionKind.SELECT, QuestionKind.MULTISELECT})


def clean_tier(values: Mapping[str, Any], *, new: bool) -> dict[str, Any]:
    """Model values for the tier fields among ``values``; other keys are left out. Prices are whole
    numbers in the currency's smallest unit. Raises Invalid with every field that is wrong."""
    cleaned, errors = clean_fields(values, _TIER, {"capacity": None})
    if new and "name" not in values:
        errors["name"] = ["This field is required."]
    if errors:
        raise Invalid(errors)
    return cleaned


def clean_questions(entries: Any) -> list[dict[str, Any]]:
    """Model values of a form's questions, in their order; ``id`` stays when it is given.

    Raises Invalid naming ``questions`` or ``questions.<number>.<field>``, counted from 0.
    """
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        raise Invalid({"questions": "Questions are a list."})
    if len(entries) > limits.QUESTIONS:
        raise Invalid({"questions": f"A form has at most {limits.QUESTIONS} questions."})
    questions: list[dict[str, Any]] = []
    errors: dict[str, Flaws] = {}
    for number, entry in enumerate(entries):
        if not isinstance(entry, Mapping):
            errors[f"questions.{number}"] = ["A question is an object."]
            continue
        cleaned, wrong = clean_fields(entry, _QUESTION, {"help": "", "options": []})
        if "label" not in entry:
            wrong["label"] = ["This field is required."]
        if not wrong and "id" not in cleaned:
            wrong = options_problem(
                cleaned.get("kind", QuestionKind.TEXT), cleaned.get("options", [])
            )
        errors |= {f"questions.{number}.{field}": said for field, said in wrong.items()}
        questions.append(cleaned)
    ids = [question["id"] for question in questions if "id" in question]
    if len(ids) != len(set(ids)):
        errors["questions"] = ["A question is named twice."]
    if errors:
        raise Invalid(errors)
    return questions


def is_currency(code: str) -> bool:
    """Whether ``code`` is money by ISO 4217: current, and with a smallest unit."""
    return exponent_of(code) is not None


def exponent_of(code: str) -> int | None:
    """How many decimals the currency has: 2 for EUR, 0 for JPY; None when it is no money."""
    try:
        exponent: int | None = Currency(code).exponent
    except ValueError:
        return None
    return exponent


def options_problem(kind: str, options: Sequence[str]) -> dict[str, Flaws]:
    """What is wrong with a question's options for its kind; empty when nothing is."""
    choice = kind in CHOICE_KINDS
    if choice and not options:
        return {"options": ["A question of this kind needs options to choose from."]}
    if not choice and options:
        return {"options": ["Only select and multiselect questions have options."]}
    return {}


def _currency(field: str, value: Any) -> str:
    if not isinstance(value, str) or not is_currency(value.strip().upper()):
        raise Invalid({field: "Use a currency code of ISO 4217, like EUR or USD."})
    return value.strip().upper()


def _options(field: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(option, str) for option in value):
        raise Invalid({field: "Options are a list of texts."})
    options = [
        clean_text(option, field=field, limit=limits.OPTION, required=True) for option in value
    ]
    if len(options) > limits.OPTIONS:
        raise Invalid({field: f"A question has at most {limits.OPTIONS} options."})
    if len(options) != len(set(options)):
        raise Invalid({field: "An option is there twice."})
    return options


def _id(field: str, value: Any) -> UUID:
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        raise Invalid({field: "Must be a valid UUID."}) from None


_TIER: dict[str, Cleaner] = {
    "name": text(limits.TIER_NAME, required=True),
    "price_cents": whole(0, limits.PRICE_CENTS),
    "currency": _currency,
    "capacity": whole(1, limits.CAPACITY),
    "is_active": flag,
    "position": whole(0, 10_000),
}
_QUESTION: dict[str, Cleaner] = {
    "id": _id,
    "kind": one_of(QuestionKind.values),
    "label": text(limits.QUESTION_LABEL, required=True),
    "help": text(limits.QUESTION_HELP),
    "required": flag,
    "options": _options,
}

"""Ticket tiers and their forms: what they may hold, and every write to them.

Each write holds the event, as answers do, so a tier cannot change under a seat that is being
taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Max
from iso4217 import Currency

from config.cleaners import Cleaner, clean_fields, flag, one_of, text, whole
from config.errors import Invalid, NotFound, TierInUse
from config.text import clean_text
from events import limits
from events.domain.locking import locked_event, touch
from events.enums import QuestionKind
from events.models import Question, Tier
from rsvps.models import Rsvp

CHOICE_KINDS = frozenset({QuestionKind.SELECT, QuestionKind.MULTISELECT})


def create_tier(*, event_id: UUID, values: Mapping[str, Any]) -> UUID:
    """A new tier of the event, last in order unless ``position`` says otherwise; its id.

    ``values`` holds tier fields and, as ``questions``, the form; see clean_tier() and
    clean_questions(). Raises Invalid, NotFound.
    """
    cleaned = clean_tier(values, new=True)
    questions = clean_questions(values.get("questions") or [])
    with locked_event(event_id):
        siblings = Tier.objects.filter(event_id=event_id)
        if siblings.count() >= limits.TIERS:
            raise Invalid({"name": f"An event has at most {limits.TIERS} ticket tiers."})
        if "position" not in cleaned:
            last = siblings.aggregate(last=Max("position"))["last"]
            cleaned["position"] = 0 if last is None else last + 1
        tier = Tier.objects.create(event_id=event_id, **cleaned)
        _save_questions(tier.id, questions)
        touch(event_id)
    return tier.id


def update_tier(*, event_id: UUID, tier_id: UUID, values: Mapping[str, Any]) -> None:
    """Changes what ``values`` holds. ``questions`` replaces the whole form: entries with a known
    ``id`` change, others are new, those left out go; what guests answered already is kept.

    Lowering the capacity below the seats taken is allowed: nobody loses a ticket. Raises Invalid,
    NotFound.
    """
    cleaned = clean_tier(values, new=False)
    questions = clean_questions(values["questions"] or []) if "questions" in values else None
    with locked_event(event_id):
        tier = _tier_of(event_id, tier_id)
        for field, value in cleaned.items():
            setattr(tier, field, value)
        if cleaned:
            tier.save(update_fields=list(cleaned))
        if questions is not None:
            _save_questions(tier_id, questions)
        if cleaned or questions is not None:
            touch(event_id)


def delete_tier(*, event_id: UUID, tier_id: UUID) -> None:
    """Removes a tier that no answer refers to. Raises TierInUse, NotFound."""
    with locked_event(event_id):
        tier = _tier_of(event_id, tier_id)
        if Rsvp.objects.filter(tier_id=tier_id).exists():
            raise TierInUse
        tier.delete()
        touch(event_id)


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
    questions, errors = [], {}
    for number, entry in enumerate(entries):
        if not isinstance(entry, Mapping):
            errors[f"questions.{number}"] = ["A question is an object."]
            continue
        cleaned, wrong = clean_fields(entry, _QUESTION, {"help": "", "options": []})
        if "label" not in entry:
            wrong["label"] = ["This field is required."]
        if not wrong and "id" not in cleaned:
            wrong = _options_problem(
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


def _options_problem(kind: str, options: Sequence[str]) -> dict[str, list[str]]:
    choice = kind in CHOICE_KINDS
    if choice and not options:
        return {"options": ["A question of this kind needs options to choose from."]}
    if not choice and options:
        return {"options": ["Only select and multiselect questions have options."]}
    return {}


def _tier_of(event_id: UUID, tier_id: UUID) -> Tier:
    tier = Tier.objects.filter(pk=tier_id, event_id=event_id).first()
    if tier is None:
        raise NotFound("Tier not found")
    return tier


def _save_questions(tier_id: UUID, drafts: Sequence[Mapping[str, Any]]) -> None:
    present = {question.id: question for question in Question.objects.filter(tier_id=tier_id)}
    for position, draft in enumerate(drafts):
        values = {name: value for name, value in draft.items() if name != "id"}
        known = present.pop(draft["id"], None) if "id" in draft else None
        if "id" in draft and known is None:
            raise Invalid({f"questions.{position}.id": "This form has no such question."})
        question = known or Question(tier_id=tier_id)
        for field, value in values.items():
            setattr(question, field, value)
        if wrong := _options_problem(question.kind, question.options):
            raise Invalid({f"questions.{position}.{field}": said for field, said in wrong.items()})
        question.position, question.is_active = position, True
        question.save(force_insert=known is None)
    for question in present.values():
        answered = Rsvp.objects.filter(tier_id=tier_id, answers__has_key=str(question.id))
        if answered.exists():
            Question.objects.filter(pk=question.pk).update(is_active=False)
        else:
            question.delete()


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

"""What guests may answer to a tier's form, question by question."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from config.errors import Flaws, Invalid
from config.text import clean_text
from events.enums import QuestionKind
from events.rows import QuestionRow
from rsvps import limits

_FIELD = "form_answers"
# A number to call: digits with the signs people write between them.
_PHONE = re.compile(r"\(?\+?[0-9](?:[ ()./-]*[0-9]){4,19}")
_LARGEST_NUMBER = 2**53
_LONGEST_KEY = 64
_http_url = URLValidator(schemes=["http", "https"])


def clean_form_answers(
    questions: Iterable[QuestionRow], given: Any, *, complete: bool
) -> dict[str, Any]:
    """Answers by question id, as they are stored: texts, numbers, ISO dates, booleans, and lists
    of options. Empty answers are left out; ``complete`` wants the required ones.

    Raises Invalid with ``form_answers.<question id>`` for each that is unknown, missing, of the
    wrong kind or not an option.
    """
    if not isinstance(given, Mapping):
        raise Invalid({_FIELD: "Answers are an object of question ids and answers."})
    open_questions = {str(question.id): question for question in questions if question.is_active}
    answers: dict[str, Any] = {}
    errors: dict[str, Flaws] = {}
    for key in given:
        if key not in open_questions:
            errors[f"{_FIELD}.{str(key)[:_LONGEST_KEY]}"] = ["This form has no such question."]
    for key, question in open_questions.items():
        field = f"{_FIELD}.{key}"
        try:
            answer = _clean_answer(question, field, given.get(key))
        except Invalid as problem:
            errors.update(problem.errors)
            continue
        empty = answer is None or answer in ("", [])
        if question.required and complete and (empty or answer is False):
            errors[field] = ["This question needs an answer."]
        elif not empty:
            answers[key] = answer
    if errors:
        raise Invalid(errors)
    return answers


def _clean_answer(question: QuestionRow, field: str, value: Any) -> Any:
    if value is None:
        return None
    return _KINDS[QuestionKind(question.kind)](question, field, value)


def _text(limit: int, *, multiline: bool = False) -> Callable[[QuestionRow, str, Any], str]:
    def clean(question: QuestionRow, field: str, value: Any) -> str:
        if not isinstance(value, str):
            raise Invalid({field: "Answer with a text."})
        return clean_text(value, field=field, limit=limit, multiline=multiline)

    return clean


_line = _text(limits.SHORT_ANSWER)


def _email(question: QuestionRow, field: str, value: Any) -> str:
    return _matching(_text(limits.EMAIL)(question, field, value), validate_email, field, "e-mail")


def _url(question: QuestionRow, field: str, value: Any) -> str:
    return _matching(_text(limits.URL)(question, field, value), _http_url, field, "web")


def _matching(text: str, validate: Callable[[str], Any], field: str, kind: str) -> str:
    if text:
        try:
            validate(text)
        except ValidationError:
            raise Invalid({field: f"Use a valid {kind} address."}) from None
    return text


def _phone(question: QuestionRow, field: str, value: Any) -> str:
    number = _text(limits.PHONE)(question, field, value)
    if number and not _PHONE.fullmatch(number):
        raise Invalid({field: "Use a phone number, like +49 30 123456."})
    return number


def _number(question: QuestionRow, field: str, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Invalid({field: "Answer with a number."})
    if not abs(value) <= _LARGEST_NUMBER:
        raise Invalid({field: "This number is too large."})
    return value


def _date(question: QuestionRow, field: str, value: Any) -> str:
    text = _line(question, field, value)
    if not text:
        return text
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Invalid({field: "Use a date like 2027-05-20."}) from None


def _select(question: QuestionRow, field: str, value: Any) -> str:
    choice = _line(question, field, value)
    if choice and choice not in question.options:
        raise Invalid({field: "Choose one of the options."})
    return choice


def _multiselect(question: QuestionRow, field: str, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise Invalid({field: "Answer with a list of options."})
    chosen = {_line(question, field, option) for option in value}
    if not chosen <= set(question.options):
        raise Invalid({field: "Choose among the options."})
    return [option for option in question.options if option in chosen]


def _checkbox(question: QuestionRow, field: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Invalid({field: "Answer with true or false."})
    return value


_KINDS: dict[QuestionKind, Callable[[QuestionRow, str, Any], Any]] = {
    QuestionKind.TEXT: _line,
    QuestionKind.TEXTAREA: _text(limits.LONG_ANSWER, multiline=True),
    QuestionKind.EMAIL: _email,
    QuestionKind.PHONE: _phone,
    QuestionKind.NUMBER: _number,
    QuestionKind.DATE: _date,
    QuestionKind.URL: _url,
    QuestionKind.SELECT: _select,
    QuestionKind.MULTISELECT: _multiselect,
    QuestionKind.CHECKBOX: _checkbox,
}

"""What guests may answer to a tier's form, question by question."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.cleaners import Email, Flag, Kind, Text, WebAddress
from config.errors import Flaws, Invalid
from events.enums import QuestionKind
from events.rows import QuestionRow
from rsvps import limits

_FIELD = "form_answers"
# A number to call: digits with the signs people write between them.
_PHONE = re.compile(r"\(?\+?[0-9](?:[ ()./-]*[0-9]){4,19}")
_LARGEST_NUMBER = 2**53
_LONGEST_KEY = 64
_LINE = Text(limits.SHORT_ANSWER)


def clean_form_answers(
    questions: Iterable[QuestionRow], given: Any, *, complete: bool
) -> dict[str, Any]:
    """Answers by question id, as they are stored: texts, numbers, ISO dates, booleans, and lists
    of options. Empty answers are left out; ``complete`` wants the required ones.

    Raises Invalid with ``form_answers.<question id>`` for each that is unknown, missing, of the
    wrong kind or not an option.
    """
    if not isinstance(given, Mapping):
        raise Invalid({_FIELD: "not_form_answers"})
    open_questions = {str(question.id): question for question in questions if question.is_active}
    answers: dict[str, Any] = {}
    errors: dict[str, Flaws] = {}
    for key in given:
        if key not in open_questions:
            errors[f"{_FIELD}.{str(key)[:_LONGEST_KEY]}"] = ["question_unknown"]
    for key, question in open_questions.items():
        field, answer = f"{_FIELD}.{key}", given.get(key)
        try:
            if answer is not None:
                answer = _KINDS[QuestionKind(question.kind)](question).clean(field, answer)
        except Invalid as problem:
            errors.update(problem.errors)
            continue
        empty = answer is None or answer in ("", [])
        if question.required and complete and (empty or answer is False):
            errors[field] = ["answer_needed"]
        elif not empty:
            answers[key] = answer
    if errors:
        raise Invalid(errors)
    return answers


class _Phone:
    def clean(self, field: str, value: Any) -> str:
        number = Text(limits.PHONE).clean(field, value)
        if number and not _PHONE.fullmatch(number):
            raise Invalid({field: "not_a_phone_number"})
        return number


class _Number:
    def clean(self, field: str, value: Any) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Invalid({field: "not_a_number"})
        if not abs(value) <= _LARGEST_NUMBER:
            raise Invalid({field: "number_too_large"})
        return value


class _Date:
    def clean(self, field: str, value: Any) -> str:
        text = _LINE.clean(field, value)
        try:
            return text and date.fromisoformat(text).isoformat()
        except ValueError:
            raise Invalid({field: "not_a_date"}) from None


@dataclass(frozen=True)
class _Select:
    question: QuestionRow

    def clean(self, field: str, value: Any) -> str:
        choice = _LINE.clean(field, value)
        if choice and choice not in self.question.options:
            raise Invalid({field: "not_an_option"})
        return choice


@dataclass(frozen=True)
class _Multiselect:
    question: QuestionRow

    def clean(self, field: str, value: Any) -> list[str]:
        if not isinstance(value, list):
            raise Invalid({field: "not_a_list"})
        chosen = {_LINE.clean(field, option) for option in value}
        if not chosen <= set(self.question.options):
            raise Invalid({field: "not_an_option"})
        return [option for option in self.question.options if option in chosen]


def _same(kind: Kind) -> Callable[[QuestionRow], Kind]:
    """The kind of every question of its sort."""
    return lambda question: kind


_KINDS: dict[QuestionKind, Callable[[QuestionRow], Kind]] = {
    QuestionKind.TEXT: _same(_LINE),
    QuestionKind.TEXTAREA: _same(Text(limits.LONG_ANSWER, multiline=True)),
    QuestionKind.EMAIL: _same(Email(limits.EMAIL)),
    QuestionKind.PHONE: _same(_Phone()),
    QuestionKind.NUMBER: _same(_Number()),
    QuestionKind.DATE: _same(_Date()),
    QuestionKind.URL: _same(WebAddress(limits.URL)),
    QuestionKind.SELECT: _Select,
    QuestionKind.MULTISELECT: _Multiselect,
    QuestionKind.CHECKBOX: _same(Flag()),
}

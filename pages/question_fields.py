"""What the answers to a ticket's questions are typed into."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.enums import QuestionKind
from events.facts import QuestionFacts
from pages.forms import flag, long_text, text
from rsvps import limits


class NumberAnswer(forms.CharField):
    """A number as it was typed; what is none goes on as text, which the domain refuses."""

    def to_python(self, value: Any) -> Any:
        """A whole number or a fraction, else the text."""
        typed = super().to_python(value) or ""
        for kind in (int, float):
            try:
                return kind(typed)
            except ValueError:
                continue
        return typed


class AnyOf(forms.MultipleChoiceField):
    """Any of several; the domain knows which."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: str) -> bool:
        """Leaves the judgement to the domain."""
        return True


def question_field(question: QuestionFacts) -> forms.Field:
    """What takes the answer to a question."""
    field: forms.Field = _FIELDS[QuestionKind(question.kind)](question)
    return field


def _line(widget: type[forms.Widget], limit: int, **attrs: str) -> Any:
    return lambda question: text(question.label, limit=limit, widget=widget, attrs=attrs)


def _select(question: QuestionFacts) -> forms.Field:
    choices = [("", _("Choose one")), *((option, option) for option in question.options)]
    return forms.CharField(widget=forms.Select(choices=choices))


_FIELDS: dict[QuestionKind, Any] = {
    QuestionKind.TEXT: _line(forms.TextInput, limits.SHORT_ANSWER),
    QuestionKind.TEXTAREA: lambda question: long_text(
        question.label, limit=limits.LONG_ANSWER, rows=3
    ),
    QuestionKind.EMAIL: _line(forms.EmailInput, limits.EMAIL),
    QuestionKind.PHONE: _line(forms.TelInput, limits.PHONE),
    QuestionKind.NUMBER: lambda question: NumberAnswer(
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
    ),
    QuestionKind.DATE: lambda question: forms.CharField(
        widget=forms.DateInput(attrs={"type": "date"})
    ),
    QuestionKind.URL: _line(forms.URLInput, limits.URL, placeholder="https://"),
    QuestionKind.SELECT: _select,
    QuestionKind.MULTISELECT: lambda question: AnyOf(
        choices=[(option, option) for option in question.options]
    ),
    QuestionKind.CHECKBOX: lambda question: flag(question.label),
}

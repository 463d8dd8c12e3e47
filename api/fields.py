"""Input fields that take their JSON type and nothing that merely looks like it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.text import format_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from access.sentences import SENTENCES
from config.errors import Invalid
from events.domain.times import read_time


class Text(serializers.CharField):
    """A JSON string; a number is not one. Null and blank are for the domain to judge."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("allow_blank", True)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        """The text as it came."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Flag(serializers.BooleanField):
    """A JSON boolean."""

    default_error_messages = {"invalid": "Must be true or false."}

    def to_internal_value(self, data: Any) -> bool:
        """True or False; no numbers, no words."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Whole(serializers.IntegerField):
    """A JSON integer; neither a boolean nor a string of digits."""

    def to_internal_value(self, data: Any) -> int:
        """The number."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data


class Choice(serializers.ChoiceField):
    """One of a closed set of words; any other is answered with the set."""

    def __init__(self, choices: Any, **options: Any) -> None:
        super().__init__(choices, **options)
        self.error_messages["invalid_choice"] = must_be_one_of(self.choices)


def must_be_one_of(words: Iterable[Any]) -> Any:
    """What is said of a word outside of a closed set, as the domain says it. Lazy."""
    return format_lazy(SENTENCES["not_one_of"], choices=", ".join(map(str, words)))


@extend_schema_field(OpenApiTypes.DATETIME)
class Moment(serializers.Field):  # type: ignore[type-arg]
    """An ISO 8601 time, naive or with an offset; the domain turns it into UTC."""

    default_error_messages = {
        "invalid": "Use an ISO 8601 date and time, like 2026-05-20T18:00:00Z."
    }

    def to_internal_value(self, data: Any) -> datetime:
        """A datetime, naive when the text names no offset."""
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            return read_time(data, field="")
        except Invalid:
            self.fail("invalid")

    def to_representation(self, value: datetime) -> datetime:
        """The time; the renderer writes it in UTC."""
        return value

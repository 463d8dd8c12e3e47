"""What single fields may hold: small functions (field, value) -> value that raise Invalid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from config.errors import Flaws, Invalid
from config.text import clean_text

Cleaner = Callable[[str, Any], Any]
_http_url = URLValidator(schemes=["http", "https"])


def text(limit: int, *, required: bool = False, multiline: bool = False) -> Cleaner:
    """A text of at most ``limit`` characters; see clean_text()."""
    return lambda field, value: clean_text(
        value, field=field, limit=limit, required=required, multiline=multiline
    )


def whole(lowest: int, highest: int) -> Cleaner:
    """A whole number between the two, both included; a boolean is none."""

    def clean(field: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Invalid({field: "A whole number is required."})
        if not lowest <= value <= highest:
            raise Invalid({field: f"This number must lie between {lowest} and {highest}."})
        return value

    return clean


def flag(field: str, value: Any) -> bool:
    """True or false, and nothing that merely looks like it."""
    if not isinstance(value, bool):
        raise Invalid({field: "Must be true or false."})
    return value


def one_of(choices: list[str]) -> Cleaner:
    """One of a closed set of words."""

    def clean(field: str, value: Any) -> str:
        if value not in choices:
            raise Invalid({field: f"Use one of {', '.join(choices)}."})
        return str(value)

    return clean


def web_address(limit: int) -> Cleaner:
    """An http(s) address of at most ``limit`` characters, or an empty text."""

    def clean(field: str, value: Any) -> str:
        if not isinstance(value, str):
            raise Invalid({field: "Use a web address that starts with https://."})
        url = clean_text(value, field=field, limit=limit)
        if url:
            try:
                _http_url(url)
            except ValidationError:
                said = "Use a web address that starts with https://."
                raise Invalid({field: said}) from None
        return url

    return clean


def clean_fields(
    values: Mapping[str, Any], cleaners: Mapping[str, Cleaner], cleared: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Flaws]]:
    """The cleaned values of the fields that have a cleaner, and what is wrong with the others.

    Null turns into what ``cleared`` says for the field, and is an error where it says nothing.
    """
    cleaned: dict[str, Any] = {}
    errors: dict[str, Flaws] = {}
    for field, value in values.items():
        if field not in cleaners:
            continue
        if value is None:
            if field in cleared:
                cleaned[field] = cleared[field]
            else:
                errors[field] = ["This field may not be null."]
            continue
        try:
            cleaned[field] = cleaners[field](field, value)
        except Invalid as problem:
            errors.update(problem.errors)
    return cleaned, errors

"""What single fields may hold: small functions (field, value) -> value that raise Invalid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from config.errors import Invalid
from config.text import clean_text

Cleaner = Callable[[str, Any], Any]


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

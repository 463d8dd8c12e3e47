"""What single fields may hold. A kind cleans a value from outside; a table lists the fields of one
thing, each once, and everything else that names fields is derived from it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from config.errors import Flaws, Invalid, flaw
from config.text import clean_text, holds_link, text_problem

_http_url = URLValidator(schemes=["http", "https"])
# PostgreSQL gives a large float back as a whole number, and JSON is written with 64-bit ones.
_LARGEST_NUMBER = 2**63 - 1


class Kind(Protocol):
    """What a field may hold."""

    def clean(self, field: str, value: Any) -> Any:
        """``value`` as it is stored; it is not None. Raises Invalid naming ``field``."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text of at most ``limit`` characters; see clean_text(). Without ``links`` it holds none."""

    limit: int
    required: bool = False
    multiline: bool = False
    links: bool = True

    def clean(self, field: str, value: Any) -> str:
        """The text trimmed and normalised."""
        if not isinstance(value, str):
            raise Invalid({field: "not_a_string"})
        text = clean_text(
            value,
            field=field,
            limit=self.limit,
            required=self.required,
            multiline=self.multiline,
        )
        if not self.links and holds_link(text):
            raise Invalid({field: "link_in_text"})
        return text


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An http(s) address of at most ``limit`` characters, or an empty text."""

    limit: int
    required: bool = False

    def clean(self, field: str, value: Any) -> str:
        """The address."""
        if not isinstance(value, str):
            raise Invalid({field: "not_a_web_address"})
        url = clean_text(value, field=field, limit=self.limit, required=self.required)
        if url:
            try:
                _http_url(url)
            except ValidationError:
                raise Invalid({field: "not_a_web_address"}) from None
        return url


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail address of at most ``limit`` characters, or an empty text."""

    limit: int
    required: bool = False

    def clean(self, field: str, value: Any) -> str:
        """The address."""
        email = Text(self.limit, required=self.required).clean(field, value)
        if email:
            try:
                validate_email(email)
            except ValidationError:
                raise Invalid({field: "not_an_email"}) from None
        return email


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number between the two, both included. Without ``highest`` another rule bounds it."""

    lowest: int
    highest: int | None = None

    def clean(self, field: str, value: Any) -> int:
        """The number; a boolean is not one."""
        if isinstance(value, bool) or not isinstance(value, int):
            raise Invalid({field: "not_whole"})
        if self.highest is None and value < self.lowest:
            raise Invalid({field: flaw("too_small", lowest=self.lowest)})
        if self.highest is not None and not self.lowest <= value <= self.highest:
            raise Invalid({field: flaw("not_between", lowest=self.lowest, highest=self.highest)})
        return value


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false, and nothing that merely looks like it."""

    def clean(self, field: str, value: Any) -> bool:
        """The boolean."""
        if not isinstance(value, bool):
            raise Invalid({field: "not_a_flag"})
        return value


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a closed set of words; ``choices`` are (word, label), which may be translated."""

    choices: Sequence[tuple[str, Any]]

    def clean(self, field: str, value: Any) -> str:
        """The word."""
        words = [word for word, _ in self.choices]
        if value not in words:
            raise Invalid({field: flaw("not_one_of", choices=", ".join(words))})
        return str(value)


@dataclass(frozen=True, slots=True)
class Id:
    """A UUID, or the text of one."""

    def clean(self, field: str, value: Any) -> UUID:
        """The UUID."""
        try:
            return value if isinstance(value, UUID) else UUID(value)
        except (ValueError, TypeError, AttributeError):
            raise Invalid({field: "not_an_id"}) from None


@dataclass(frozen=True, slots=True)
class Moment:
    """A datetime, or an ISO 8601 text of one. Which zone a naive one is in is decided elsewhere."""

    def clean(self, field: str, value: Any) -> datetime:
        """The datetime, naive when the text names no offset."""
        if isinstance(value, datetime):
            return value
        try:
            text = value.strip()
            if not text.isprintable():  # fromisoformat stops reading at a NUL
                raise ValueError
            return datetime.fromisoformat(text)
        except (ValueError, AttributeError):
            raise Invalid({field: "not_a_time"}) from None


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of at most ``most`` texts of ``limit`` characters each. Repetitions are dropped, kept
    where they ``repeat`` rightly, or refused where every entry has to be ``unique``. Without
    ``links`` no text holds one."""

    limit: int
    most: int
    unique: bool = False
    repeat: bool = False
    links: bool = True

    def clean(self, field: str, value: Any) -> list[str]:
        """The texts in their order."""
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise Invalid({field: "not_strings"})
        one = Text(self.limit, required=True, links=self.links)
        entries = [one.clean(field, entry) for entry in value]
        distinct = entries if self.repeat else list(dict.fromkeys(entries))
        if len(distinct) > self.most:
            raise Invalid({field: flaw("too_many", most=self.most)})
        if self.unique and len(distinct) < len(entries):
            raise Invalid({field: "repeated"})
        return distinct


@dataclass(frozen=True, slots=True)
class Json:
    """An object of plain JSON that every database gives back as it was: at most ``size`` bytes and
    ``depth`` levels, numbers of 64 bits."""

    size: int
    depth: int = 16

    def clean(self, field: str, value: Any) -> dict[str, Any]:
        """The object."""
        if not isinstance(value, dict):
            raise Invalid({field: "not_an_object"})
        if not _storable(value, self.depth):
            raise Invalid({field: flaw("not_plain_json", depth=self.depth)})
        if len(json.dumps(value).encode()) > self.size:
            raise Invalid({field: flaw("too_many_bytes", limit=self.size)})
        return value


class Null(Enum):
    """What null means where it stands for no value."""

    REFUSED = "refused"


@dataclass(frozen=True)
class Field:
    """One field: its name, what it may hold, and what other code has to know of it.

    ``null`` is the value that null turns into; a new thing has to have the field when it is
    ``needed``; a duplicate gets its value when it is ``copied``; ``about`` is a hint for callers.
    One that ``guards`` decides who sees what, who comes in, or when: no API ignores it, whatever
    it is called.
    """

    name: str
    kind: Kind
    null: Any = Null.REFUSED
    needed: bool = False
    copied: bool = True
    guards: bool = False
    about: str = ""


AnyField = TypeVar("AnyField", bound=Field)


class Table(Generic[AnyField]):
    """The fields of one thing, in their order. ``own`` are the columns of its model that no input
    sets."""

    def __init__(self, *fields: AnyField, own: Collection[str] = ()) -> None:
        self._fields = {field.name: field for field in fields}
        self.own = own

    def __iter__(self) -> Iterator[AnyField]:
        return iter(self._fields.values())

    def __getitem__(self, name: str) -> AnyField:
        return self._fields[name]

    def __add__(self, other: Table[AnyField]) -> Table[AnyField]:
        return Table(*self, *other)

    @property
    def names(self) -> list[str]:
        """The names of the fields."""
        return list(self._fields)

    def only(self, *names: str) -> Table[AnyField]:
        """The table with these fields alone."""
        return Table(*(self[name] for name in names))

    def without(self, *names: str) -> Table[AnyField]:
        """The table with all fields but these."""
        return Table(*(field for field in self if field.name not in names))

    def copied(self, row: Any) -> dict[str, Any]:
        """What a duplicate of ``row`` takes over."""
        return {field.name: getattr(row, field.name) for field in self if field.copied}

    def clean(
        self, values: Mapping[str, Any], *, new: bool = False
    ) -> tuple[dict[str, Any], dict[str, Flaws]]:
        """The cleaned values of the fields among ``values``, and what is wrong with the others;
        keys that are not in the table are left out."""
        cleaned: dict[str, Any] = {}
        missing = [field.name for field in self if field.needed and field.name not in values]
        errors: dict[str, Flaws] = {name: ["required"] for name in missing} if new else {}
        for name, value in values.items():
            field = self._fields.get(name)
            if field is None:
                continue
            if value is not None:
                try:
                    cleaned[name] = field.kind.clean(name, value)
                except Invalid as problem:
                    errors.update(problem.errors)
            elif field.null is Null.REFUSED:
                errors[name] = ["null"]
            else:
                cleaned[name] = copy(field.null)
        return cleaned, errors


def _storable(value: Any, depth: int) -> bool:
    if isinstance(value, str):
        return text_problem(value, multiline=True) is None
    if isinstance(value, dict):
        return depth > 0 and all(
            _storable(key, depth) and _storable(entry, depth - 1) for key, entry in value.items()
        )
    if isinstance(value, list):
        return depth > 0 and all(_storable(entry, depth - 1) for entry in value)
    if isinstance(value, int | float):
        return abs(value) <= _LARGEST_NUMBER
    return value is None

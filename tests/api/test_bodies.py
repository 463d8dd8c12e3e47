"""One dataclass, two readings: the JSON that is written and the schema that is published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
import pytest
from rest_framework import serializers

from api.bodies import OMITTED, Body, Omitted, Url, described
from api.json import to_json
from events.enums import Format


class Inner(Body):
    """A part."""

    n: int


class Outer(Body):
    """A whole."""

    _id: UUID | None
    link: Url | Omitted = OMITTED
    self: str = "always"
    format: Annotated[str, Format] | None
    parts: list[Inner]
    at: datetime
    free: Annotated[int, serializers.IntegerField(help_text="Any.")] | Omitted | None = OMITTED
    mapped: dict[str, Any]


class Longer(Outer):
    """More of it."""

    more: int


def outer(**fields: Any) -> dict[str, Any]:
    """What everything but the optional fields is built with."""
    moment = datetime.fromisoformat("2030-05-01T10:00:00+00:00")
    return {"_id": None, "format": None, "parts": [Inner(n=1)], "at": moment, "mapped": {}} | fields


def test_what_is_written() -> None:
    """Fields in their order, names with an underscore too, and those left out not at all; null is
    something else."""
    written = orjson.loads(to_json(Outer(**outer(free=None))))
    assert written == {
        "_id": None,
        "self": "always",
        "format": None,
        "parts": [{"n": 1}],
        "at": "2030-05-01T10:00:00Z",
        "free": None,
        "mapped": {},
    }
    assert list(written) == ["_id", "self", "format", "parts", "at", "free", "mapped"]


def test_a_body_around_another() -> None:
    """What one leaves out, the other leaves out; reading it gives the marker."""
    longer = Longer(**vars(Outer(**outer(link="http://x"))), more=2)
    assert longer.free is OMITTED
    written = orjson.loads(to_json([longer]))[0]
    assert written["link"] == "http://x"
    assert (written["more"], "free" in written) == (2, False)


def test_every_field_has_to_be_given() -> None:
    """Forgetting one is an error, not a hole in the JSON."""
    with pytest.raises(TypeError):
        Outer(**outer(nothing=1))
    incomplete = outer()
    del incomplete["mapped"]
    with pytest.raises(TypeError):
        Outer(**incomplete)


def test_what_is_described() -> None:
    """Types, nullability and choices of the same class; only what may be left out is optional."""
    fields = described(Longer)().fields
    assert described(Longer).__doc__ == "More of it."
    assert [name for name, field in fields.items() if not field.required] == ["link", "free"]
    assert [name for name, field in fields.items() if field.allow_null] == ["_id", "format", "free"]
    assert list(fields["format"].choices) == Format.values
    assert fields["free"].help_text == "Any."
    assert isinstance(fields["link"], serializers.URLField)
    assert isinstance(fields["parts"].child, described(Inner))
    assert isinstance(described(Sequence[Inner]).child, described(Inner))
    assert described(None) is None

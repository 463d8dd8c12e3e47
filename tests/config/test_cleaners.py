"""Kinds: what single fields may hold; tables: what follows from a list of fields."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from config.cleaners import (
    Email,
    Field,
    Flag,
    Id,
    Json,
    Kind,
    Moment,
    OneOf,
    Table,
    Text,
    Texts,
    WebAddress,
    Whole,
)
from config.errors import Invalid

AN_ID = UUID(int=7)
COLOURS = OneOf([("red", "Red"), ("blue", "Blue")])
NOON = datetime(2031, 1, 1, 12)  # noqa: DTZ001 - naive, as it may be sent


@pytest.mark.parametrize(
    ("kind", "value", "cleaned"),
    [
        (Text(3), " abc ", "abc"),
        (Text(9, multiline=True), "a\r\nb", "a\nb"),
        (WebAddress(30), "https://example.org/a", "https://example.org/a"),
        (WebAddress(30), " ", ""),
        (Email(30), "kim@example.org", "kim@example.org"),
        (Email(30), "", ""),
        (Whole(1, 3), 3, 3),
        (Whole(1), 10**30, 10**30),
        (Flag(), False, False),
        (COLOURS, "blue", "blue"),
        (Id(), str(AN_ID), AN_ID),
        (Id(), AN_ID, AN_ID),
        (Moment(), " 2031-01-01T12:00 ", NOON),
        (Moment(), "2031-01-01T12:00Z", NOON.replace(tzinfo=UTC)),
        (Moment(), NOON, NOON),
        (Texts(3, 2), ["a", "b ", "a", "b"], ["a", "b"]),
        (
            Json(99),
            {"a": [1, 2.5, None, True, {"b": "c"}]},
            {"a": [1, 2.5, None, True, {"b": "c"}]},
        ),
    ],
)
def test_what_is_kept(kind: Kind, value: Any, cleaned: Any) -> None:
    """The value as it is stored, of the type it is stored in."""
    kept = kind.clean("x", value)
    assert (kept, type(kept)) == (cleaned, type(cleaned))


@pytest.mark.parametrize(
    ("kind", "value", "key", "params"),
    [
        (Text(3), 5, "not_a_string", {}),
        (Text(3), "abcd", "too_long", {"limit": 3}),
        (Text(3, required=True), " ", "blank", {}),
        (Text(3), "a\nb", "control_characters", {}),
        (Text(3), "\ud800", "unstorable", {}),
        (WebAddress(30), "ftp://example.org", "not_a_web_address", {}),
        (WebAddress(30), None, "not_a_web_address", {}),
        (WebAddress(30, required=True), "", "blank", {}),
        (WebAddress(9), "https://example.org", "too_long", {"limit": 9}),
        (Email(30), "kim", "not_an_email", {}),
        (Whole(1, 3), True, "not_whole", {}),
        (Whole(1, 3), 2.0, "not_whole", {}),
        (Whole(1, 3), "2", "not_whole", {}),
        (Whole(1, 3), 0, "not_between", {"lowest": 1, "highest": 3}),
        (Whole(1, 3), 4, "not_between", {"lowest": 1, "highest": 3}),
        (Whole(1), 0, "too_small", {"lowest": 1}),
        (Flag(), 1, "not_a_flag", {}),
        (Flag(), "true", "not_a_flag", {}),
        (COLOURS, "Red", "not_one_of", {"choices": "red, blue"}),
        (COLOURS, [], "not_one_of", {"choices": "red, blue"}),
        (Id(), "x", "not_an_id", {}),
        (Id(), 7, "not_an_id", {}),
        (Moment(), "tomorrow", "not_a_time", {}),
        (Moment(), "2031-01-01T12:00\0", "not_a_time", {}),
        (Moment(), 7, "not_a_time", {}),
        (Texts(3, 2), "ab", "not_strings", {}),
        (Texts(3, 2), [1], "not_strings", {}),
        (Texts(3, 2), [" "], "blank", {}),
        (Texts(3, 2), ["a", "b", "c"], "too_many", {"most": 2}),
        (Texts(3, 2, unique=True), ["a", "a"], "repeated", {}),
        (Json(99), [], "not_an_object", {}),
        (Json(99), {"a": 2**63}, "not_plain_json", {"depth": 16}),
        (Json(99), {"a": float("inf")}, "not_plain_json", {"depth": 16}),
        (Json(99), {"a\0": 1}, "not_plain_json", {"depth": 16}),
        (Json(99, depth=1), {"a": {"b": {}}}, "not_plain_json", {"depth": 1}),
        (Json(9), {"a": "bcdef"}, "too_many_bytes", {"limit": 9}),
    ],
)
def test_what_is_refused(kind: Kind, value: Any, key: str, params: dict[str, Any]) -> None:
    """Each refusal names the field, a key and what fills its sentence."""
    with pytest.raises(Invalid) as refused:
        kind.clean("x", value)
    assert refused.value.errors == {"x": [(key, params)]}


TABLE = Table(
    Field("name", Text(5, required=True), needed=True),
    Field("tags", Texts(5, 2), null=[]),
    Field("open", Flag(), copied=False),
)


def test_a_table_cleans_what_it_knows() -> None:
    """Null becomes what the field says; other keys are left out; a change needs nothing."""
    values = {"name": " a ", "tags": None, "open": True, "other": 5}
    cleaned, errors = TABLE.clean(values, new=True)
    assert (cleaned, errors) == ({"name": "a", "tags": [], "open": True}, {})
    assert TABLE.clean({}) == ({}, {})
    cleaned["tags"].append("x")
    assert TABLE.clean({"tags": None})[0] == {"tags": []}


def test_a_table_tells_every_problem() -> None:
    """Missing, null and wrong, all at once."""
    cleaned, errors = TABLE.clean({"tags": "x", "open": None}, new=True)
    keys = Invalid(errors).keys
    assert cleaned == {}
    assert keys == {"name": ["required"], "tags": ["not_strings"], "open": ["null"]}


def test_parts_of_a_table() -> None:
    """By name, with or without some, one after the other, and what a duplicate takes over."""
    assert TABLE.names == ["name", "tags", "open"]
    assert (TABLE.only("open", "name") + TABLE.only("tags")).names == ["open", "name", "tags"]
    assert TABLE.without("tags").names == ["name", "open"]
    assert TABLE["open"].kind == Flag()
    row = Field("a", Flag())
    assert Table(Field("name", Text(1)), Field("null", Flag(), copied=False)).copied(row) == {
        "name": "a"
    }

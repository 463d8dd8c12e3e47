"""Positions in lists, and pages by number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st

from config.errors import Invalid
from config.keyset import decode_cursor, encode_cursor
from config.paging import read_page
from events.models import Event

MOMENT = datetime(2031, 1, 1, 12, 30, 15, 999999, tzinfo=UTC)


@given(moment=st.datetimes(timezones=st.just(UTC)), id=st.uuids(), size=st.integers(1, 100))
def test_a_cursor_reads_back(moment: datetime, id: UUID, size: int) -> None:
    """To the microsecond, so that no row is skipped or seen twice; with the size of its pages."""
    cursor = encode_cursor(moment, id, size, of="list")
    assert decode_cursor(cursor, of="list") == (moment, id, size)


def refused(text: str, *, of: str = "list") -> None:
    with pytest.raises(Invalid) as problem:
        decode_cursor(text, of=of, field="after")
    assert problem.value.keys == {"after": ["bad_cursor"]}


def test_a_cursor_belongs_to_its_list() -> None:
    """Another list's is refused."""
    refused(encode_cursor(MOMENT, uuid4(), 20, of="list"), of="other list")


def test_a_changed_cursor_is_refused() -> None:
    """Any one character."""
    cursor = encode_cursor(MOMENT, uuid4(), 20, of="list")
    for position, character in enumerate(cursor):
        other = "A" if character != "A" else "B"
        refused(cursor[:position] + other + cursor[position + 1 :])


def test_a_cursor_signed_with_another_key_is_refused(settings: Any) -> None:
    """The instance's secret signs it."""
    cursor = encode_cursor(MOMENT, uuid4(), 20, of="list")
    settings.SECRET_KEY = "another key"
    refused(cursor)


def test_other_things_that_we_signed_are_refused() -> None:
    """A signature made for another purpose makes no cursor."""
    refused(signing.dumps(["list", MOMENT.isoformat(), uuid4().hex, 20]))


@given(text=st.text(max_size=80))
def test_any_text_is_refused(text: str) -> None:
    """Never another error."""
    refused(text)


# --- Pages by number --------------------------------------------------------------------------


@pytest.fixture
def events(db: None) -> Any:
    Event.objects.bulk_create(
        Event(title=f"{n}", slug=f"{n}", start_time=MOMENT + timedelta(days=n)) for n in range(7)
    )
    return Event.objects.order_by("start_time")


def titles(rows: Any) -> list[str]:
    return [event.title for event in rows]


@pytest.mark.parametrize(
    ("number", "size", "rows", "pages", "more"),
    [
        (1, 3, "012", 3, True),
        (3, 3, "6", 3, False),
        (1, 7, "0123456", 1, False),
        (2, 7, "", 1, False),
        (1, 6, "012345", 2, True),
        (10**9, 50, "", 1, False),
    ],
)
def test_pages(events: Any, number: int, size: int, rows: str, pages: int, more: bool) -> None:
    """Rows, how many pages there are, and whether another follows."""
    page = read_page(events, titles, number=number, size=size)
    assert (page.rows, page.pages, page.has_next) == (list(rows), pages, more)
    assert (page.number, page.size, page.total, page.total_is_capped) == (number, size, 7, False)


def test_an_empty_list_is_one_page(db: None) -> None:
    """Page 1 of 1."""
    page = read_page(Event.objects.order_by("id"), titles, number=1, size=5)
    assert (page.rows, page.total, page.pages, page.has_next) == ([], 0, 1, False)


@pytest.mark.parametrize(("cap", "total", "capped"), [(6, 6, True), (7, 7, False), (8, 7, False)])
def test_totals_stop_at_the_cap(
    events: Any, monkeypatch: pytest.MonkeyPatch, cap: int, total: int, capped: bool
) -> None:
    """And say so; the rows behind it are read all the same."""
    monkeypatch.setattr("config.paging.COUNT_CAP", cap)
    page = read_page(events, titles, number=2, size=6)
    assert (page.total, page.total_is_capped, page.rows) == (total, capped, ["6"])


def test_a_page_costs_two_queries(
    events: Any, queries_of: Callable[[Callable[[], Any]], int]
) -> None:
    """One for the total and one for the rows; none for rows that cannot be."""
    costs = [
        queries_of(lambda number=number: read_page(events, titles, number=number, size=3))
        for number in (1, 3, 4)
    ]
    assert costs == [2, 2, 1]

"""Pages by position: what each token leads to, and what a page costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config.errors import Invalid
from config.keyset import PAGE, KeysetPage, Order, Position, beyond, build_keyset, read_keyset
from events.models import Event

START = datetime(2031, 1, 1, tzinfo=UTC)
ASCENDING = Order("start_time", False, "list")
DESCENDING = Order("start_time", True, "list")


@pytest.fixture
def events(db: None) -> list[Event]:
    """Seven events, three of them at one moment, in their order."""
    hours = (0, 1, 2, 2, 2, 3, 4)
    made = Event.objects.bulk_create(
        Event(title=f"{n}", slug=f"{n}", start_time=START + timedelta(hours=hour))
        for n, hour in enumerate(hours)
    )
    return sorted(made, key=lambda event: (event.start_time, event.pk))


def read(order: Order, token: str | None = None, size: int | None = 3) -> KeysetPage[Event]:
    """One page of all events."""
    return read_keyset(Event.objects.all(), list, order, size=size, token=token)


@pytest.mark.parametrize("order", [ASCENDING, DESCENDING])
@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 8])
def test_there_and_back(events: list[Event], order: Order, size: int) -> None:
    """Every page forwards, and the same pages backwards."""
    rows = events[::-1] if order.descending else events
    expected = [rows[at : at + size] for at in range(0, 7, size)]
    pages = [read(order, size=size)]
    while token := pages[-1].next:
        pages.append(read(order, token, size))
    assert [page.rows for page in pages] == expected
    back = [pages[-1]]
    while token := back[-1].previous:
        back.append(read(order, token, size))
    assert [page.rows for page in back] == expected[::-1]
    only_the_first_lacks_one = [False] + [True] * (len(pages) - 1)
    assert [page.previous is not None for page in pages] == only_the_first_lacks_one
    assert [page.next is not None for page in back] == only_the_first_lacks_one


def test_a_token_keeps_its_size(events: list[Event]) -> None:
    """Both ways, until another size is asked for; without either a page holds PAGE rows."""
    second = read(ASCENDING, read(ASCENDING, size=2).next, size=None)
    assert second.rows == events[2:4]
    assert read(ASCENDING, second.next, size=None).rows == events[4:6]
    assert read(ASCENDING, second.previous, size=None).rows == events[:2]
    other = read(ASCENDING, second.next, size=1)
    assert other.rows == events[4:5]
    assert read(ASCENDING, other.next, size=None).rows == events[5:6]
    Event.objects.bulk_create(Event(title="x", slug=f"x{n}", start_time=START) for n in range(PAGE))
    assert len(read(ASCENDING, size=None).rows) == PAGE


def test_a_row_that_is_gone_still_marks_its_place(events: list[Event]) -> None:
    """A token holds a position, not a row."""
    first = read(ASCENDING)
    events[2].delete()
    assert read(ASCENDING, first.next).rows == events[3:6]


def test_rows_before_the_first(events: list[Event]) -> None:
    """What was put before a page meanwhile is found by going back, and only there."""
    first, second = read(ASCENDING), read(ASCENDING, read(ASCENDING).next)
    early = Event.objects.create(title="early", slug="early", start_time=START - timedelta(1))
    back = read(ASCENDING, second.previous)
    assert back.rows == first.rows
    assert read(ASCENDING, back.previous).rows == [early]


def test_an_empty_list(db: None) -> None:
    """No rows, no neighbours."""
    assert read(ASCENDING) == KeysetPage([], None, None)


def test_a_token_belongs_to_its_list_and_its_way(events: list[Event]) -> None:
    """Another list's is refused under the caller's own word for it."""
    page = read(ASCENDING, read(ASCENDING).next)
    for token in (page.next, page.previous):
        with pytest.raises(Invalid) as problem:
            read_keyset(
                Event.objects.all(),
                list,
                Order("start_time", False, "other list"),
                size=3,
                token=token,
                field="after",
            )
        assert problem.value.keys == {"after": ["bad_cursor"]}
    assert page.next != page.previous


def test_a_page_costs_one_query(
    events: list[Event], queries_of: Callable[[Callable[[], Any]], int]
) -> None:
    """Wherever it lies; a token that is refused costs none."""
    first = read(ASCENDING)
    second = read(ASCENDING, first.next)
    tokens = (None, "", first.next, second.previous)
    assert [queries_of(lambda token=token: read(ASCENDING, token)) for token in tokens] == [1] * 4

    def refused() -> None:
        with pytest.raises(Invalid):
            read(ASCENDING, "x")

    assert queries_of(refused) == 0


def test_one_predicate_for_every_position(events: list[Event]) -> None:
    """Either way, by time and then by id: what follows, and neither the row itself nor more."""
    for number, event in enumerate(events):
        later = Event.objects.filter(beyond("start_time", event.start_time, event.pk))
        assert set(later) == {*events[number + 1 :]}
        earlier = beyond("start_time", event.start_time, event.pk, descending=True)
        assert set(Event.objects.filter(earlier)) == {*events[:number]}


def test_pages_of_what_a_function_reads() -> None:
    """It is asked for one row more than the page holds, from the start or a position on."""
    rows = [Event(start_time=START + timedelta(hours=hours)) for hours in range(5)]
    asked: list[Any] = []

    def read(position: Position | None, most: int) -> list[Event]:
        asked.append((position and position.moment, most))
        start = 0 if position is None else 1 + [row.pk for row in rows].index(position.id)
        return rows[start : start + most]

    token, seen = None, []
    while True:
        page = build_keyset(read, ASCENDING, size=2, token=token, field="token")
        seen += page.rows
        if page.next is None:
            break
        token = page.next
    assert seen == rows
    assert asked == [(None, 3), (rows[1].start_time, 3), (rows[3].start_time, 3)]

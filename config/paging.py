"""Pages of a queryset by number, for the API and the HTML pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

Row = TypeVar("Row")

# Counting a listing of a million rows on each request would cost more than the page itself.
COUNT_CAP = 10_000
# Public lists of events are counted no further than takes a fraction of their page. What is coming
# has to be told from what is over, and of what is found by words each is looked at.
LISTED_CAP, COMING_CAP, SEARCH_CAP = 3_000, 1_000, 200
# What people browse shows no more than that there are many.
BROWSED_CAP = 100


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of rows; ``total`` stops at a cap, which ``total_is_capped`` tells."""

    rows: list[Row]
    number: int
    size: int
    total: int
    total_is_capped: bool
    has_next: bool

    @property
    def pages(self) -> int:
        """How many pages the total makes; 1 for an empty list."""
        return max(-(-self.total // self.size), 1)

    @property
    def total_said(self) -> str:
        """The total in figures, with a plus where there are more."""
        return said(self.total, more=self.total_is_capped)


def said(number: int, *, more: bool) -> str:
    """A number in figures, with a plus where there are more."""
    return f"{number}+" if more else str(number)


def read_page(
    queryset: QuerySet[Any, Any],
    rows_of: Callable[[Any], list[Row]],
    *,
    number: int,
    size: int,
) -> Page[Row]:
    """Page ``number`` (from 1) of an ordered queryset. A page past the end is empty.

    One query for the rows and one for the total, whatever the size of the list.
    """
    return build_page(
        lambda most: queryset.order_by()[:most].count(),
        lambda start, stop: rows_of(queryset[start:stop]),
        number=number,
        size=size,
    )


def build_page(
    count: Callable[[int], int],
    read: Callable[[int, int], list[Row]],
    *,
    number: int,
    size: int,
    cap: int | None = None,
) -> Page[Row]:
    """The same from ``read``, which gives the rows from a start up to a stop, and ``count``, which
    tells how many there are, up to the most that it is given. The total is counted no further than
    ``cap``, or COUNT_CAP."""
    cap = cap or COUNT_CAP
    total = count(cap + 1)
    capped = total > cap
    start = (number - 1) * size
    beyond = start > _FARTHEST or (start >= total and not capped)
    rows = [] if beyond else read(start, start + size + 1)
    return Page(rows[:size], number, size, min(total, cap), capped, len(rows) > size)


# Both databases take a 64-bit OFFSET; nobody pages this far by number.
_FARTHEST = 10**9

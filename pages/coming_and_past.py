"""Lists of events in two parts: what is coming, soonest first, and what was, latest first."""

from __future__ import annotations

from functools import partial

from config.paging import BROWSED_CAP, Page, build_page
from events.querysets import Parts
from events.rows import EventRow, coming_rows, count_coming
from pages.base import PageRequest, page_number


def coming_and_past(
    request: PageRequest, coming: Parts, past: Parts, *, size: int
) -> dict[str, Page[EventRow]]:
    """The page of each part that was asked for, of ``size`` events."""
    asked = {"upcoming": (coming, "page"), "past": (past, "past")}
    return {
        name: build_page(
            partial(count_coming, parts),
            partial(coming_rows, parts),
            number=page_number(request, parameter),
            size=size,
            cap=BROWSED_CAP,
        )
        for name, (parts, parameter) in asked.items()
    }

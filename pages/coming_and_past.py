"""Lists of events in two parts: what is coming, soonest first, and what was, latest first."""

from __future__ import annotations

from functools import partial

from config.paging import BROWSED_CAP, Page, build_page, read_page
from events.querysets import EventQuerySet, Parts
from events.rows import EventRow, coming_rows, count_coming, event_rows
from pages.base import PageRequest, page_number


def coming_and_past(
    request: PageRequest, coming: Parts, past: EventQuerySet, *, size: int
) -> dict[str, Page[EventRow]]:
    """The page of each part that was asked for, of ``size`` events."""
    return {
        "upcoming": build_page(
            partial(count_coming, coming),
            partial(coming_rows, coming),
            number=page_number(request),
            size=size,
            cap=BROWSED_CAP,
        ),
        "past": read_page(
            past.order_by("-start_time", "-id"),
            event_rows,
            number=page_number(request, "past"),
            size=size,
            cap=BROWSED_CAP,
        ),
    }

"""Lists of events in two parts: what is coming, soonest first, and what was, latest first."""

from __future__ import annotations

from config.paging import Page, read_page
from events.querysets import EventQuerySet
from events.rows import EventRow, event_rows
from pages.base import PageRequest, page_number


def coming_and_past(
    request: PageRequest, coming: EventQuerySet, past: EventQuerySet, *, size: int
) -> dict[str, Page[EventRow]]:
    """The page of each part that was asked for, of ``size`` events."""
    return {
        "upcoming": read_page(
            coming.order_by("start_time", "id"),
            event_rows,
            number=page_number(request),
            size=size,
        ),
        "past": read_page(
            past.order_by("-start_time", "-id"),
            event_rows,
            number=page_number(request, "past"),
            size=size,
        ),
    }

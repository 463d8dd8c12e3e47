"""Where an event stands in a search: an integer by which events sort as they do by start and id.

The full-text index numbers its entries by it, so what is found comes in the order of the list, and
the first page is found without looking at the rest. See docs/decisions/013-search.md.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

# Seconds since 1970 up to the year 2200 take 33 bits of the 63, and the first bits of the id the
# others. Starts have no fraction of a second.
_BITS = 30
_HIGHEST = 2**63 - 1
# Two events that start in the same second may have ids that begin alike. The one that comes later
# takes the next position; that so many stand together is out of the question.
_CROWD = 64


def position_of(start: datetime, event_id: UUID) -> int:
    """The position of an event that starts then."""
    return _first(start) | event_id.int >> (128 - _BITS)


def is_near(position: int | None, wanted: int) -> bool:
    """Whether a position is the wanted one, or a free one next to it."""
    return position is not None and 0 <= position - wanted < _CROWD


class Span(NamedTuple):
    """The earliest and the latest start, both included; None leaves a side open."""

    since: datetime | None = None
    until: datetime | None = None

    @property
    def positions(self) -> tuple[int, int]:
        """The first and the last position of events that start between them."""
        first = 0 if self.since is None else _first(self.since)
        last = _HIGHEST if self.until is None else _first(self.until) | (1 << _BITS) - 1
        return _clipped(first), _clipped(last)


def _first(second: datetime) -> int:
    return int(second.timestamp() // 1) << _BITS


def _clipped(position: int) -> int:
    return min(max(position, 0), _HIGHEST)

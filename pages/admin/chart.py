"""Bars of a small chart that the server draws: where each stands and how high it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rsvps.domain.overview import Day

WIDTH, HEIGHT = 600, 120
_GAP = 4


class Bar(NamedTuple):
    """One day's bar, in units of the drawing. ``y`` counts from the top."""

    x: int
    y: int
    width: int
    height: int
    day: Day


def bars(days: Sequence[Day]) -> list[Bar]:
    """A bar for each day, the highest as high as the drawing; a day with any answers shows."""
    most = max((day.answers for day in days), default=0)
    step = WIDTH // max(len(days), 1)
    drawn = []
    for number, day in enumerate(days):
        height = max(HEIGHT * day.answers // most, 2) if day.answers else 0
        drawn.append(Bar(number * step, HEIGHT - height, step - _GAP, height, day))
    return drawn

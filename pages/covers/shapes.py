"""The shapes that covers are made of, in pixels from the top left corner. svg.py writes them and
png.py draws them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

# A point, or a cubic curve to its last point by way of two controls.
Point = tuple[float, float]
Segment = tuple[Point, ...]

# How far the controls of a cubic are from its ends for a quarter of a circle of radius 1.
_ROUND = 0.5523


class Disc(NamedTuple):
    """A filled circle."""

    x: float
    y: float
    radius: float
    fill: str
    opacity: float = 1
    multiply: bool = False


class Path(NamedTuple):
    """A filled outline; each segment is (point,) for a line or (control, control, point)."""

    start: Point
    segments: Sequence[Segment]
    fill: str
    opacity: float = 1
    multiply: bool = False


class Stroke(NamedTuple):
    """An open line."""

    start: Point
    segments: Sequence[Segment]
    colour: str
    width: float
    opacity: float = 1


Shape = Disc | Path | Stroke


class Picture(NamedTuple):
    """Shapes on a ground that goes from ``top`` to ``bottom``."""

    width: float
    height: float
    top: str
    bottom: str
    shapes: list[Shape]


def polygon(points: Iterable[Point], fill: str, opacity: float = 1) -> Path:
    """An outline of straight lines."""
    start, *others = points
    return Path(start, [(point,) for point in others], fill, opacity)


def ellipse(
    centre: Point, radii: Point, angle: float, fill: str, opacity: float = 1, multiply: bool = False
) -> Path:
    """An ellipse turned by ``angle`` radians."""
    cosine, sine = math.cos(angle), math.sin(angle)

    def at(x: float, y: float) -> Point:
        x, y = x * radii[0], y * radii[1]
        return centre[0] + x * cosine - y * sine, centre[1] + x * sine + y * cosine

    quarters = [
        (at(1, _ROUND), at(_ROUND, 1), at(0, 1)),
        (at(-_ROUND, 1), at(-1, _ROUND), at(-1, 0)),
        (at(-1, -_ROUND), at(-_ROUND, -1), at(0, -1)),
        (at(_ROUND, -1), at(1, -_ROUND), at(1, 0)),
    ]
    return Path(at(1, 0), quarters, fill, opacity, multiply)


def arc(centre: Point, start: Point, end: Point) -> Segment:
    """A quarter of a circle around ``centre``, from ``start`` to ``end``."""
    (x, y), (ax, ay), (bx, by) = centre, start, end
    first = ax + (bx - x) * _ROUND, ay + (by - y) * _ROUND
    second = bx + (ax - x) * _ROUND, by + (ay - y) * _ROUND
    return first, second, end


def arch(x: float, top: float, radius: float, bottom: float, fill: str) -> Path:
    """A door with a round top, around ``x``."""
    left, middle, right = x - radius, top + radius, x + radius
    centre, peak = (x, middle), (x, top)
    round_top = [arc(centre, (left, middle), peak), arc(centre, peak, (right, middle))]
    return Path((left, bottom), [((left, middle),), *round_top, ((right, bottom),)], fill)


def rounded(x: float, y: float, width: float, height: float, corner: float, fill: str) -> Path:
    """A rectangle with round corners."""
    right, bottom = x + width, y + height
    segments: list[Segment] = []
    corners = [
        ((right - corner, y), (right - corner, y + corner), (right, y + corner)),
        ((right, bottom - corner), (right - corner, bottom - corner), (right - corner, bottom)),
        ((x + corner, bottom), (x + corner, bottom - corner), (x, bottom - corner)),
        ((x, y + corner), (x + corner, y + corner), (x + corner, y)),
    ]
    for begin, centre, end in corners:
        segments += [(begin,), arc(centre, begin, end)]
    return Path((x + corner, y), segments, fill)


def hill(
    picture: Picture,
    level: float,
    *,
    amplitude: float,
    length: float,
    phase: float,
    fill: str,
    opacity: float = 1,
    multiply: bool = False,
) -> Path:
    """What lies under a line of bows of ``length`` around the height ``level``, which begins
    ``phase`` bows (0 to 2) left of the picture."""
    x, up = -phase * length, 1
    start, segments = (x, level), []
    while x < picture.width:
        y = level - up * 1.25 * amplitude
        segments.append(((x + 0.37 * length, y), (x + 0.63 * length, y), (x + length, level)))
        x, up = x + length, -up
    floor = picture.height + 1
    return Path(start, [*segments, ((x, floor),), ((start[0], floor),)], fill, opacity, multiply)

"""Covers as pixels, for images that have to be PNG."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageOps

from pages.covers.shapes import Disc, Path, Picture, Point, Segment, Stroke

# Edges are smooth because everything is drawn in this many times the size.
_TIMES = 2
_STEPS = 12


def drawn(picture: Picture) -> Image.Image:
    """The picture in RGB. Takes about 30 ms for 500 x 600 pixels."""
    size = round(picture.width) * _TIMES, round(picture.height) * _TIMES
    shade = Image.linear_gradient("L").resize(size)
    canvas = ImageOps.colorize(shade, picture.top, picture.bottom)
    for shape in picture.shapes:
        if isinstance(shape, Stroke):
            points = _flat(shape.start, shape.segments)
            ink = _ink(shape.colour, shape.opacity)
            width = max(round(shape.width * _TIMES), 1)
            ImageDraw.Draw(canvas, "RGBA").line(points, ink, width, joint="curve")
        elif shape.multiply:
            _multiplied(canvas, shape)
        else:
            _fill(ImageDraw.Draw(canvas, "RGBA"), shape, _ink(shape.fill, shape.opacity))
    return canvas.reduce(_TIMES)


def _fill(draw: ImageDraw.ImageDraw, shape: Disc | Path, ink: int | tuple[int, ...]) -> None:
    if isinstance(shape, Disc):
        centre = shape.x * _TIMES, shape.y * _TIMES
        draw.circle(centre, shape.radius * _TIMES, ink)
    else:
        draw.polygon(_flat(shape.start, shape.segments), ink)


def _multiplied(canvas: Image.Image, shape: Disc | Path) -> None:
    mask = Image.new("L", canvas.size)
    _fill(ImageDraw.Draw(mask), shape, round(255 * shape.opacity))
    box = mask.getbbox()
    if box is None:
        return
    under, inked = canvas.crop(box), Image.new("RGB", canvas.size, shape.fill).crop(box)
    canvas.paste(ImageChops.multiply(under, inked), box, mask.crop(box))


def _ink(colour: str, opacity: float) -> tuple[int, ...]:
    return (*ImageColor.getrgb(colour)[:3], round(255 * opacity))


def _flat(start: Point, segments: Sequence[Segment]) -> list[Point]:
    """An outline as points, in pixels of the canvas."""
    points, at = [start], start
    for segment in segments:
        if len(segment) == 3:
            points += [_along(at, *segment, step / _STEPS) for step in range(1, _STEPS + 1)]
        else:
            points.append(segment[0])
        at = segment[-1]
    return [(x * _TIMES, y * _TIMES) for x, y in points]


def _along(start: Point, first: Point, second: Point, end: Point, t: float) -> Point:
    u = 1 - t
    weights = u**3, 3 * u * u * t, 3 * u * t * t, t**3
    x, y = (
        sum(weight * point[axis] for weight, point in zip(weights, points, strict=True))
        for axis, points in ((axis, (start, first, second, end)) for axis in (0, 1))
    )
    return x, y

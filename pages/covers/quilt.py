"""The motif of square tiles."""

from __future__ import annotations

import math

from pages.covers.scene import Scene
from pages.covers.shapes import Disc, Path, Point, Segment, arc, polygon

_BANNER = 2.5


def quilt(scene: Scene) -> None:
    """Tiles in three columns (a square), four, or eight (a banner), each a figure on a ground of
    its own or on the picture's; no two neighbours have the same colour."""
    picture, colours, night, random = scene
    shape = picture.width / picture.height
    columns = 3 if shape < 1.3 else 4 if shape < _BANNER else 8
    side = picture.width / columns
    fills = [colours.main, colours.second, colours.deep]
    fills.append(colours.ground if night else colours.light)
    above: list[str] = [""] * columns
    for row in range(math.ceil(picture.height / side - 0.01)):
        left = ""
        for column in range(columns):
            around = {left, above[column]}
            x, y = column * side, row * side
            ground = ""
            if random.random() < 0.45:
                ground = random.choice([fill for fill in fills if fill not in around])
                scene.add(polygon(_square(x, y, side), ground))
            fill = random.choice([fill for fill in fills if fill not in {*around, ground}])
            _tile(scene, (x, y), side, fill)
            left = above[column] = fill


def _square(x: float, y: float, side: float) -> list[Point]:
    # Half a pixel over, so that no hairline shows between tiles.
    return [
        (x, y),
        (x + side + 0.5, y),
        (x + side + 0.5, y + side + 0.5),
        (x, y + side + 0.5),
    ]


def _tile(scene: Scene, corner: Point, side: float, fill: str) -> None:
    kind, turns = scene.random.randrange(6), scene.random.randrange(4)
    x, y = corner

    def at(across: float, down: float) -> Point:
        for _ in range(turns):
            across, down = 1 - down, across
        return x + across * side, y + down * side

    def bow(centre: Point, start: Point, end: Point) -> Segment:
        return arc(at(*centre), at(*start), at(*end))

    def outline(start: Point, *segments: Segment) -> None:
        scene.add(Path(at(*start), segments, fill))

    if kind == 0:  # a quarter of a disc
        outline((0, 0), (at(1, 0),), bow((0, 0), (1, 0), (0, 1)))
    elif kind == 1:  # a leaf
        outline((0, 0), bow((0, 1), (0, 0), (1, 1)), bow((1, 0), (1, 1), (0, 0)))
    elif kind == 2:  # a dot
        scene.add(Disc(x + side / 2, y + side / 2, 0.36 * side, fill))
    elif kind == 3:  # two halves of a disc
        for down in (0.0, 0.5):
            outline(
                (0, down),
                (at(1, down),),
                bow((0.5, down), (1, down), (0.5, down + 0.5)),
                bow((0.5, down), (0.5, down + 0.5), (0, down)),
            )
    elif kind == 4:  # a quarter of a ring
        outline(
            (0.5, 0),
            (at(1, 0),),
            bow((0, 0), (1, 0), (0, 1)),
            (at(0, 0.5),),
            bow((0, 0), (0, 0.5), (0.5, 0)),
        )
    else:  # four dots
        for across in (0.27, 0.73):
            for down in (0.27, 0.73):
                scene.add(Disc(x + across * side, y + down * side, 0.165 * side, fill))

"""What a motif draws on."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from events.palettes import Palette
from pages.covers.shapes import Picture, Shape


class Scene(NamedTuple):
    """What a motif draws on, and in."""

    picture: Picture
    colours: Palette
    night: bool
    random: Random

    @property
    def short(self) -> float:
        """The shorter side, which sizes follow."""
        return min(self.picture.width, self.picture.height)

    def add(self, *shapes: Shape) -> None:
        """Draws on top of what is there."""
        self.picture.shapes.extend(shapes)

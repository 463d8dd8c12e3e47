"""Which picture a number makes: one of six palettes, one of six motifs, by day or by night."""

from __future__ import annotations

from datetime import datetime
from random import Random

from events.palettes import palette_of_seed
from pages.covers.motifs import MOTIFS
from pages.covers.scene import Scene
from pages.covers.shapes import Picture

_EVENING, _NIGHT, _MORNING = 16, 20, 6


def is_night(seed: int, start: datetime) -> bool:
    """Whether a cover shows the night: from 20:00 to 6:00 by the clock of ``start``, and between
    16:00 and 20:00 as the seed says."""
    if _EVENING <= start.hour < _NIGHT:
        return bool(seed >> 16 & 1)
    return start.hour >= _NIGHT or start.hour < _MORNING


def picture_of(seed: int, *, width: int, height: int, night: bool) -> Picture:
    """The picture of a seed (32 bits) in this size, in pixels: the same every time."""
    colours = palette_of_seed(seed)
    top, bottom = (colours.darkest, colours.deep) if night else (colours.ground, colours.light)
    picture = Picture(width, height, top, bottom, [])
    random = Random(seed)  # noqa: S311 - guessed by nobody who does not see the cover
    MOTIFS[(seed >> 8) % len(MOTIFS)](Scene(picture, colours, night, random))
    return picture

"""The addresses of generated covers. All that is drawn stands in the address, and nothing else: a
number that does not tell the id, a shape, day or night and, where asked for, a date."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.dates import MONTHS_3
from django.utils.text import capfirst

from events.palettes import seed_of
from pages.covers.art import is_night
from pages.covers.glyphs import is_drawable

# To be raised when covers come to look different: browsers keep each address for good.
ART = 2
# Width and height in pixels.
SHAPES = {"wide": (640, 400), "square": (480, 480), "banner": (1120, 240)}
_KEY = re.compile(
    r"(?P<seed>[0-9a-f]{8})-(?P<shape>wide|square|banner)-(?P<time>day|night)"
    r"(?:-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12][0-9]|3[01])-(?P<language>[a-z-]{2,10}))?"
)


class Drawing(NamedTuple):
    """What an address asks for; ``month`` 0 for no date."""

    seed: int
    shape: str
    night: bool
    month: int = 0
    day: int = 0
    language: str = ""

    @property
    def key(self) -> str:
        """Its part of the address."""
        drawn = f"{self.seed:08x}-{self.shape}-{'night' if self.night else 'day'}"
        return f"{drawn}-{self.month:02}-{self.day:02}-{self.language}" if self.month else drawn

    @property
    def date_block(self) -> tuple[str, str] | None:
        """The date as it is to be read; None for no date."""
        if not self.month:
            return None
        return month_name(self.month, self.language), str(self.day)


def drawing_of(
    object_id: UUID, start: datetime | None, shape: str, *, dated: bool = False
) -> Drawing:
    """The drawing for an event that starts at ``start``, on the event's own clock; for a channel
    or a series without one. ``shape`` is a key of SHAPES; ``dated`` adds the date."""
    seed = seed_of(object_id)
    night = start is not None and is_night(seed, start)
    if not dated or start is None:
        return Drawing(seed, shape, night)
    return Drawing(seed, shape, night, start.month, start.day, drawn_language())


def address_of(drawing: Drawing) -> str:
    """Where the drawing is served."""
    return f"/covers/{ART}/{drawing.key}.svg"


def read_key(key: str) -> Drawing | None:
    """The drawing that a part of an address asks for; None if no page writes such a part."""
    match = _KEY.fullmatch(key)
    if match is None:
        return None
    seed, night = int(match["seed"], 16), match["time"] == "night"
    if match["month"] is None:
        return Drawing(seed, match["shape"], night)
    language = match["language"]
    if language not in dict(settings.LANGUAGES):
        return None
    return Drawing(seed, match["shape"], night, int(match["month"]), int(match["day"]), language)


def month_name(month: int, language: str) -> str:
    """A month's short name, in English where there are no outlines for the language's letters."""
    with translation.override(language):
        name = capfirst(str(MONTHS_3[month])).rstrip(".")
    return name if is_drawable(name) else month_name(month, "en")


def drawn_language() -> str:
    """The language that the active one's dates are drawn in."""
    language = translation.get_language() or ""
    return language if language in dict(settings.LANGUAGES) else "en"

"""The six palettes of events: what their covers, pages and mails are coloured by."""

from __future__ import annotations

import hashlib
from typing import NamedTuple
from uuid import UUID


class Palette(NamedTuple):
    """Colours as ``#RRGGBB``. ``accent`` and ``accent_dark`` are for text and buttons on light and
    dark; the rest is what art is drawn in, from the ``ground`` to the ``darkest``."""

    name: str
    accent: str
    accent_dark: str
    ground: str
    main: str
    second: str
    deep: str
    light: str
    darkest: str


def _palette(name: str, colours: str) -> Palette:
    return Palette(name, *(f"#{colour}" for colour in colours.split()))


PALETTES = (
    _palette("tomato", "B2341B FF9C80 F8CFAE E4502F F5A93F 8E2336 FFF4E3 3D0F1E"),
    _palette("marigold", "8A4E00 F5BC52 FADB86 E98A15 D9512C 2B5F63 FFF6DC 1D2B2C"),
    _palette("fern", "2C672F 93CF80 D6E5B6 5C9A43 F3C552 1F5A43 FBF8E4 0E2A20"),
    _palette("harbour", "0C6670 6FCDD0 C4E4DD 1B8C93 F5805E 0F4A5C F8F6E8 07242F"),
    _palette("mulberry", "9B2350 FF9FBC F6CBD0 BE3564 F7AC6E 5A1B45 FFF3EC 2B0B22"),
    _palette("cobalt", "2A4BB0 A2BAFF CCD9F3 365FD0 F8CB4A 1A2F78 FBF7EA 0C1638"),
)


def seed_of(object_id: UUID) -> int:
    """What an event, a series or a channel is drawn from: 32 bits that do not tell its id."""
    return int.from_bytes(hashlib.blake2s(object_id.bytes, digest_size=4).digest())


def palette_of_seed(seed: int) -> Palette:
    """The palette of what seed_of() gave."""
    return PALETTES[seed % len(PALETTES)]


def palette_of(object_id: UUID | None) -> Palette:
    """The palette of an event or a channel; the instance's own for None."""
    return palette_of_seed(seed_of(object_id)) if object_id else PALETTES[0]

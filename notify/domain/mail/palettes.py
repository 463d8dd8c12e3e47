"""The colours of an event's mails: one of six palettes, by its id."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID


class Palette(NamedTuple):
    """``accent`` and ``accent_dark`` are for text and buttons in light and dark mail programs;
    ``ground`` with ``deep`` on it for the band with the date."""

    accent: str
    accent_dark: str
    ground: str
    deep: str


_PALETTES = (
    Palette("#B2341B", "#FF9C80", "#F8CFAE", "#3D0F1E"),
    Palette("#8A4E00", "#F5BC52", "#FADB86", "#1D2B2C"),
    Palette("#2C672F", "#93CF80", "#D6E5B6", "#0E2A20"),
    Palette("#0C6670", "#6FCDD0", "#C4E4DD", "#07242F"),
    Palette("#9B2350", "#FF9FBC", "#F6CBD0", "#2B0B22"),
    Palette("#2A4BB0", "#A2BAFF", "#CCD9F3", "#0C1638"),
)


def palette_of(event_id: UUID | None) -> Palette:
    """An event's palette; the instance's own without an event."""
    return _PALETTES[event_id.int % len(_PALETTES) if event_id else 0]

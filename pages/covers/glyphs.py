"""Dates as outlines: an SVG shown as a picture loads no font. fonts/README.md says where the
outlines come from."""

from __future__ import annotations

import json
from pathlib import Path

# By character: how far it advances, and its outline, in thousandths of the size.
_OUTLINES: dict[str, tuple[int, str]] = json.loads(
    (Path(__file__).parent / "fonts" / "date-outlines.json").read_text("utf-8")
)


def is_drawable(text: str) -> bool:
    """Whether there is an outline of every character."""
    return all(character in _OUTLINES for character in text)


def outlined(text: str, at: tuple[float, float], size: float, *, spacing: float) -> str:
    """``text`` as SVG paths from its base line's left end, in pixels; ``spacing`` between
    characters in parts of the size."""
    scale, x = size / 1000, 0.0
    paths = []
    for character in text:
        advance, outline = _OUTLINES[character]
        shift = f' transform="translate({x:.0f})"' if x else ""
        paths.append(f'<path{shift} d="{outline}"/>')
        x += advance + 1000 * spacing
    return (
        f'<g transform="translate({at[0]:.2f} {at[1]:.2f}) scale({scale:.4f})">{"".join(paths)}</g>'
    )

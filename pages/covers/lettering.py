"""Text in pixels: which font has the letters, and how it breaks into lines."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

_FONTS = Path(__file__).parent / "fonts"
HEADING = str(_FONTS / "besley-700.ttf")
DATES = str(_FONTS / "besley-800-dates.ttf")
# Pillow writes text in one font. What Besley has no letters for is written in the first of these
# that has them; Noto is looked for where the system keeps its fonts.
_OTHERS = (
    str(_FONTS / "dejavu-sans-bold.ttf"),
    "NotoSansCJK-Bold.ttc",
    "NotoSansDevanagari-Bold.ttf",
    "NotoSansBengali-Bold.ttf",
    "NotoSansTamil-Bold.ttf",
    "NotoSansThai-Bold.ttf",
)
# Assigned to no character, so every font draws its sign for a missing one.
_MISSING = "\uffff"


@lru_cache(maxsize=64)
def font_of(name: str, size: int) -> ImageFont.FreeTypeFont | None:
    """The font by its file's name, ``size`` pixels high; None if it is not on this machine."""
    try:
        return ImageFont.truetype(name, size)
    except OSError:
        return None


def lettered(text: str) -> tuple[str, str]:
    """(a font's name, what it can write of the text). The font has all letters, else
    the most of them; signs that it lacks, such as emoji, are left out. The text is empty if no font
    has even half of the letters."""
    letters = {each for each in text if unicodedata.category(each)[0] == "L"}
    letters = letters or {each for each in text if each.isalnum()}
    best, most = HEADING, -1
    for name in (HEADING, *_OTHERS):
        known = sum(_has(name, each) for each in letters)
        if known > most:
            best, most = name, known
        if most == len(letters):
            break
    if most * 2 < len(letters):
        return HEADING, ""
    kept = "".join(each if each.isspace() or _has(best, each) else " " for each in text)
    return best, " ".join(kept.split())


def is_rtl(text: str) -> bool:
    """Whether text begins in a script that is written from right to left."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def fitted(
    text: str, name: str, *, sizes: range, width: int, height: int, most: int, leading: float
) -> tuple[int, list[str]]:
    """The largest of ``sizes`` in which the text fits in ``most`` lines of ``width`` pixels and in
    ``height``, with those lines; in the smallest, what does not fit ends in an ellipsis."""
    lines: list[str] = []
    for size in sizes:
        lines = list(_broken(text, _font(name, size), width))
        if len(lines) <= most and len(lines) * size * leading <= height:
            return size, lines
    most = max(min(most, int(height / (sizes[-1] * leading))), 1)
    last = lines[most - 1]
    font = _font(name, sizes[-1])
    while last and font.getlength(f"{last}…") > width:
        last = last[:-1].rstrip()
    return sizes[-1], [*lines[: most - 1], f"{last}…"]


def _broken(text: str, font: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if font.getlength(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        line = word
        # A word longer than a line, as texts without spaces are.
        while font.getlength(line) > width:
            fits = next(
                at
                for at in range(len(line), 0, -1)
                if at == 1 or font.getlength(line[:at]) <= width
            )
            yield line[:fits]
            line = line[fits:]
    if line:
        yield line


@lru_cache(maxsize=4096)
def _has(name: str, character: str) -> bool:
    font = font_of(name, 32)
    if font is None:
        return False
    return bytes(font.getmask(character)) != bytes(font.getmask(_MISSING))


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    font = font_of(name, size)
    assert font is not None  # noqa: S101 - lettered() found it
    return font

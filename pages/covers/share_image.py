"""Draws share images: 1200 x 630 pixels, text on paper beside the event's art."""

from __future__ import annotations

import io

from PIL import Image, ImageColor, ImageDraw

from config.kept import kept_once
from events.palettes import Palette, palette_of_seed
from pages.covers.art import picture_of
from pages.covers.lettering import DATES, fitted, font_of, is_rtl, lettered
from pages.covers.png import drawn
from pages.covers.share import ShareCard

SIZE = 1200, 630
_ART, _MARGIN = 540, 64
_LEFT, _RIGHT = _MARGIN, SIZE[0] - _ART - 48
_WIDTH = _RIGHT - _LEFT
_PAPER, _INK, _SOFT, _BAD = "#FBF7EF", "#241C14", "#62574A", "#B0261C"
# How much of the palette's ground the paper takes on.
_TINT = 0.42


@kept_once
def share_png(card: ShareCard) -> bytes:
    """The image as PNG. Takes about a tenth of a second; the last ones drawn are kept."""
    colours = palette_of_seed(card.drawing.seed)
    canvas = Image.new("RGB", SIZE, _mixed(_PAPER, colours.ground, _TINT))
    canvas.paste(_art(card, colours), (SIZE[0] - _ART, 0))
    draw = ImageDraw.Draw(canvas)
    top = _MARGIN
    if card.cancelled:
        top += _write(draw, card.cancelled, top, _BAD, sizes=range(34, 33, -1), most=1) + 12
    facts = [(card.when, _INK, 2), (card.where, _SOFT, 2), (card.site, colours.accent, 1)]
    heights = [_measured(text, most) for text, _, most in facts]
    floor = SIZE[1] - _MARGIN - sum(heights) - 12 * (len([each for each in heights if each]) - 1)
    _write(draw, card.title, top, _INK, sizes=range(84, 43, -4), most=5, height=floor - top - 32)
    for (text, ink, most), height in zip(facts, heights, strict=True):
        if height:
            _write(draw, text, floor, ink, sizes=_FACTS, most=most)
            floor += height + 12
    output = io.BytesIO()
    canvas.save(output, "PNG")
    return output.getvalue()


_FACTS = range(30, 29, -1)
_LEADING = 1.14


def _measured(text: str, most: int) -> int:
    name, text = lettered(text)
    if not text:
        return 0
    size, lines = fitted(
        text, name, sizes=_FACTS, width=_WIDTH, height=SIZE[1], most=most, leading=_LEADING
    )
    return round(len(lines) * size * _LEADING)


def _write(
    draw: ImageDraw.ImageDraw,
    text: str,
    top: float,
    ink: str,
    *,
    sizes: range,
    most: int,
    height: float = SIZE[1],
) -> int:
    """Writes a text within the left column from ``top`` down; how high it is, in pixels."""
    name, text = lettered(text)
    if not text:
        return 0
    size, lines = fitted(
        text, name, sizes=sizes, width=_WIDTH, height=int(height), most=most, leading=_LEADING
    )
    x, anchor = (_RIGHT, "rs") if is_rtl(text) else (_LEFT, "ls")
    for number, line in enumerate(lines):
        base = top + (number + 0.82) * size * _LEADING
        draw.text((x, base), line, ink, font_of(name, size), anchor)
    return round(len(lines) * size * _LEADING)


def _art(card: ShareCard, colours: Palette) -> Image.Image:
    drawing = card.drawing
    art = drawn(picture_of(drawing.seed, width=_ART, height=SIZE[1], night=drawing.night))
    if drawing.date_block is None:
        return art
    side = 0.5 * _ART
    ground, ink = (
        (colours.light, colours.darkest) if drawing.night else (colours.deep, colours.light)
    )
    # Drawn twice as large, so that the curve is smooth.
    disc = Image.new("L", (round(2 * side), round(2 * side)))
    ImageDraw.Draw(disc).circle((0, 2 * side), 2 * side, 255)
    art.paste(ground, (0, SIZE[1] - round(side)), disc.reduce(2))
    draw, x = ImageDraw.Draw(art), 0.1 * side
    month, day = drawing.date_block
    for text, base, size in ((month, 0.67, 0.2), (day, 0.13, 0.62)):
        font = font_of(DATES, round(size * side))
        draw.text((x, SIZE[1] - base * side), text, ink, font, "ls")
    return art


def _mixed(paper: str, ground: str, share: float) -> tuple[int, ...]:
    pairs = zip(ImageColor.getrgb(paper), ImageColor.getrgb(ground), strict=True)
    return tuple(round(first + (second - first) * share) for first, second in pairs)

"""Uploaded images: what they are is read from their bytes, and what is kept is re-encoded.

Re-encoding drops EXIF, GPS, colour profiles and whatever else a file carries behind its pixels.
Pages get a stored image in smaller sizes, as WebP: a browser takes the one it needs.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from dataclasses import dataclass
from typing import IO

from django.db import models
from PIL import ExifTags, Image, ImageOps

from config.errors import Invalid, flaw

MOST_BYTES = 5 * 1024 * 1024
# Larger ones are scaled down to this; nobody looks at a cover any closer.
LONGEST_EDGE = 2048
# What is decoded in full holds 16 megapixels. A JPEG that goes over its pixels once may have more:
# it is decoded at a half to an eighth of its size, a line at a time.
_MOST_PIXELS = 4096 * 4096
_MOST_PHOTO_PIXELS = 50_000_000
_MOST_EDGE = 16_384
# A progressive JPEG has ten or so, and each goes over all of the picture.
_MOST_SCANS = 100
READ = ("JPEG", "PNG", "WEBP", "GIF")
# How many rows of a picture are converted and scaled at a time.
_BAND = 256
# What bicubic scaling looks at beyond the edge of a band, in rows of what is kept.
_MARGIN = 3
# The smaller sizes, in pixels. An image that is narrower ends with its own width.
WIDTHS = (480, 960, 1600)
_QUALITY = 80
_MIME_TYPES = {"jpg": "image/jpeg", "png": "image/png"}


@dataclass(frozen=True, slots=True)
class CleanImage:
    """An image as it is stored: a JPEG, or a PNG where there is transparency. Sizes in pixels;
    ``name`` is what its owner called the file."""

    name: str
    content: bytes
    extension: str
    mime_type: str
    width: int
    height: int


def clean_image(upload: IO[bytes], *, field: str, name: str = "") -> CleanImage:
    """The first frame of a JPEG, PNG, WebP or GIF, upright, scaled to LONGEST_EDGE at most.

    Raises Invalid naming ``field`` for anything else, for more than MOST_BYTES, for more pixels
    than 16 megapixels (50 in a JPEG that is not progressive), and for a side of more than 16,384.
    """
    content = upload.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Invalid({field: flaw("image_too_large", limit=MOST_BYTES // 1024**2)})
    most = _MOST_PIXELS
    if content.startswith(_JPEG):
        once, scans = _scans(content)
        if scans > _MOST_SCANS:
            raise Invalid({field: "not_an_image"})
        most = _MOST_PHOTO_PIXELS if once else _MOST_PIXELS
    try:
        canvas = _drawn(content, most)
    except Image.DecompressionBombError:
        raise Invalid({field: flaw("too_many_pixels", limit=most // 10**6)}) from None
    except _TooLong:
        raise Invalid({field: flaw("image_too_long", limit=_MOST_EDGE)}) from None
    except Exception:  # the decoders stumble over broken files in more ways than they tell
        raise Invalid({field: "not_an_image"}) from None
    output = io.BytesIO()
    if canvas.mode == "RGBA":
        extension = "png"
        canvas.save(output, "PNG", optimize=True)
    else:
        extension = "jpg"
        canvas.save(output, "JPEG", quality=85, progressive=True)
    return CleanImage(name, output.getvalue(), extension, _MIME_TYPES[extension], *canvas.size)


class _TooLong(Exception):
    """A side is longer than any camera makes it."""


def _drawn(content: bytes, most: int) -> Image.Image:
    """The first frame, upright, no larger than it is kept, in RGB, or in RGBA where there is
    transparency. A fresh canvas: nothing that the file said of itself comes along."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about sizes, which are checked below, and odd metadata
        image: Image.Image = Image.open(io.BytesIO(content), formats=READ)
        if image.width * image.height > most:
            raise Image.DecompressionBombError
        longest = max(image.size)
        if longest > _MOST_EDGE:
            raise _TooLong
        if longest > LONGEST_EDGE:  # a JPEG is decoded no larger than it is needed
            width, height = (max(side * LONGEST_EDGE // longest, 1) for side in image.size)
            image.draft("RGB", (width, height))
        image.load()
        canvas = _scaled(image)
        clear = canvas.mode == "RGBA"
        if clear and canvas.getchannel("A").getextrema() == (255, 255):
            canvas = canvas.convert("RGB")  # it could be clear, and nowhere is
        canvas.getexif()[ExifTags.Base.Orientation] = image.getexif().get(
            ExifTags.Base.Orientation, 1
        )
        ImageOps.exif_transpose(canvas, in_place=True)
        return canvas


def _scaled(image: Image.Image) -> Image.Image:
    """``image`` within LONGEST_EDGE, in RGB or RGBA: band by band, so that the whole of it is in
    memory once, as it was decoded, and never again in another mode."""
    clear = "A" in image.getbands() or "transparency" in image.info
    if image.mode.startswith("I"):
        clear = False
    mode = "RGBA" if clear else "RGB"
    scale = max(*image.size, LONGEST_EDGE) / LONGEST_EDGE
    width, height = (max(round(side / scale), 1) for side in image.size)
    down, margin = image.height / height, _MARGIN if scale > 1 else 0
    canvas = Image.new(mode, (width, height))
    rows = max(int(_BAND / down), 1)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        first = max(math.floor((top - margin) * down), 0)
        last = min(math.ceil((bottom + margin) * down), image.height)
        band = _plain(image.crop((0, first, image.width, last))).convert(mode)
        if scale > 1:
            end = min(bottom * down, image.height)
            box = (0, top * down - first, image.width, end - first)
            band = band.resize((width, bottom - top), Image.Resampling.BICUBIC, box=box)
        canvas.paste(band, (0, top))
    return canvas


def _plain(band: Image.Image) -> Image.Image:
    """16 bits of grey as 8, which convert() would cut off; anything else as it is."""
    if not band.mode.startswith("I"):
        return band
    grey = band.point(lambda shade: shade / 256).convert("L")
    grey.info.pop("transparency", None)
    return grey


_JPEG = b"\xff\xd8"
# Behind FF in the data of a scan stand 00 and the restart marks, and never these.
_MARKS = re.compile(rb"\xff([\x02-\xcf\xda-\xfe])")
_START_OF_SCAN = 0xDA
_SEQUENTIAL = (0xC0, 0xC1)
_NO_FRAME = (0xC4, 0xC8, 0xCC)


def _scans(jpeg: bytes) -> tuple[bool, int]:
    """(whether a JPEG is decoded line by line, with all colours in one scan; how many scans it
    has). Where it is not, the decoder holds all of it at once."""
    once, scans, colours, at = False, 0, 0, len(_JPEG)
    while mark := _MARKS.search(jpeg, at):
        kind, at = mark[1][0], mark.end()
        segment = jpeg[at : at + 8]
        at += int.from_bytes(segment[:2])
        if len(segment) < 8:
            break
        if kind == _START_OF_SCAN:
            scans += 1
            if scans == 1:
                once = once and segment[2] == colours
        elif kind & 0xF0 == 0xC0 and kind not in _NO_FRAME:
            once, colours = kind in _SEQUENTIAL, segment[7]
    return once, scans


def is_drawn(content: bytes, *, extension: str, width: int, height: int) -> bool:
    """Whether these bytes are an image as clean_image() makes them, of this kind and size."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(content), formats=READ)
            if image.size != (width, height) or max(image.size) > LONGEST_EDGE:
                return False
            image.load()
    except Exception:  # as above
        return False
    return image.get_format_mimetype() == _MIME_TYPES.get(extension)


def mime_type_of(name: str) -> str | None:
    """The type of a stored image, or of one of its sizes, by its name; None for anything that is
    none."""
    extension = name.rpartition(".")[2]
    return "image/webp" if extension == "webp" else _MIME_TYPES.get(extension)


def sizes_of(content: bytes) -> dict[int, bytes]:
    """WebP files of an image as clean_image() makes them, by width in pixels: those of WIDTHS that
    it has, never upscaled. Empty for bytes that are no image."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image: Image.Image = Image.open(io.BytesIO(content), formats=READ)
            image.load()
    except Exception:  # the decoders stumble over broken files in more ways than they tell
        return {}
    sizes = {}
    for width in sorted({min(width, image.width) for width in WIDTHS}, reverse=True):
        if width < image.width:
            height = max(round(image.height * width / image.width), 1)
            # Each from the one before: seen in none, and three times as fast.
            image = image.resize((width, height), Image.Resampling.LANCZOS)
        output = io.BytesIO()
        image.save(output, "WEBP", quality=_QUALITY)
        sizes[width] = output.getvalue()
    return dict(sorted(sizes.items()))


def sized_name(name: str, width: int) -> str:
    """What the size of this width is called in the storage, by the name of the image."""
    return f"{name.rpartition('.')[0]}-{width}.webp"


class CleanImageField(models.ImageField):
    """A stored image that a form takes as a CleanImage only; pages/admin/base.py says how."""

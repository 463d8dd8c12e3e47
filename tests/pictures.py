"""Pictures as people upload them, byte for byte."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

RED, BLUE = (220, 30, 40), (20, 40, 220)
# What a file says of itself besides its pixels; no trace of it may stay.
MARKER = "Zwiebelgasse"


def picture(mode: str = "RGB", size: tuple[int, int] = (80, 40)) -> Image.Image:
    """Red on the left, blue on the right."""
    drawn = Image.new("RGB", size, RED)
    ImageDraw.Draw(drawn).rectangle((size[0] // 2, 0, *size), fill=BLUE)
    return drawn.convert(mode)


def encoded(image: Image.Image, format: str = "PNG", **options: Any) -> bytes:
    """The picture as a file."""
    output = io.BytesIO()
    image.save(output, format, **options)
    return output.getvalue()


def png(size: tuple[int, int] = (80, 40)) -> bytes:
    """A plain one."""
    return encoded(picture(size=size))


def exif(orientation: int = 1) -> Image.Exif:
    """What a camera writes: how it was held, where it was, who made it."""
    told = Image.Exif()
    told[0x0112] = orientation
    told[0x010E] = MARKER
    told[0x8298] = MARKER
    told.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 29: MARKER})
    return told


def talkative_jpeg(orientation: int = 1) -> bytes:
    """A photo with EXIF, GPS, a colour profile, XMP and a comment."""
    extra = {"comment": MARKER, "icc_profile": MARKER.encode(), "xmp": MARKER.encode()}
    return encoded(picture(), "JPEG", exif=exif(orientation), quality=95, **extra)


def talkative_png() -> bytes:
    """The same as a PNG: text chunks of each kind, EXIF, and bytes behind its end."""
    told = PngInfo()
    told.add_text("Author", MARKER)
    told.add_text("Comment", MARKER, zip=True)
    told.add_itxt("Place", MARKER)
    extra = {"pnginfo": told, "exif": exif(), "icc_profile": MARKER.encode()}
    return encoded(picture(), **extra) + MARKER.encode()


def huge_png(width: int, height: int) -> bytes:
    """A small file that says it is huge, and holds no pixel of it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (b"IHDR" + header, b"IDAT" + zlib.compress(b"\0"), b"IEND")
    framed = (
        struct.pack(">I", len(each) - 4) + each + struct.pack(">I", zlib.crc32(each))
        for each in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


def opened(content: bytes) -> Image.Image:
    """A file as a picture, whole."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def near(pixel: Any, wanted: tuple[int, ...]) -> bool:
    """Whether a colour is the wanted one, as far as a JPEG keeps it."""
    return len(pixel) == len(wanted) and all(
        abs(one - other) < 24 for one, other in zip(pixel, wanted, strict=True)
    )

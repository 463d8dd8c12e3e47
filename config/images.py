"""Uploaded images: what they are is read from their bytes, and what is kept is re-encoded.

Re-encoding drops EXIF, GPS, colour profiles and whatever else a file carries behind its pixels.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import IO

from django.db import models
from PIL import Image, ImageOps

from config.errors import Invalid, flaw

MOST_BYTES = 5 * 1024 * 1024
# Larger ones are scaled down to this; nobody looks at a cover any closer.
LONGEST_EDGE = 2048
_BOX = (LONGEST_EDGE, LONGEST_EDGE)
_MOST_PIXELS = 50_000_000
READ = ("JPEG", "PNG", "WEBP", "GIF")
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

    Raises Invalid naming ``field`` for anything else, for more than MOST_BYTES, and for more
    pixels than a camera takes.
    """
    content = upload.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Invalid({field: flaw("image_too_large", limit=MOST_BYTES // 1024**2)})
    try:
        picture = _decoded(content)
    except Image.DecompressionBombError:
        raise Invalid({field: flaw("too_many_pixels", limit=_MOST_PIXELS // 10**6)}) from None
    except Exception:  # the decoders stumble over broken files in more ways than they tell
        raise Invalid({field: "not_an_image"}) from None
    # A fresh canvas: nothing that the file said of itself comes along.
    canvas = Image.new(picture.mode, picture.size)
    canvas.paste(picture)
    output = io.BytesIO()
    if canvas.mode == "RGBA":
        extension = "png"
        canvas.save(output, "PNG", optimize=True)
    else:
        extension = "jpg"
        canvas.save(output, "JPEG", quality=85, progressive=True)
    return CleanImage(name, output.getvalue(), extension, _MIME_TYPES[extension], *canvas.size)


def _decoded(content: bytes) -> Image.Image:
    """The first frame, upright, in RGB, or in RGBA where there is transparency."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about sizes, which are checked below, and odd metadata
        image: Image.Image = Image.open(io.BytesIO(content), formats=READ)
        if image.width * image.height > _MOST_PIXELS:
            raise Image.DecompressionBombError
        image.draft("RGB", _BOX)  # a JPEG is decoded no larger than it is needed
        if image.mode.startswith("I"):  # 16 bits of grey, which convert() would cut off
            image = image.point(lambda grey: grey / 256).convert("L")
            image.info.pop("transparency", None)
        clear = "A" in image.getbands() or "transparency" in image.info
        picture = image.convert("RGBA" if clear else "RGB")
        picture.thumbnail(_BOX)
        opaque = clear and picture.getchannel("A").getextrema() == (255, 255)
        if opaque:  # it could be clear, and nowhere is
            picture = picture.convert("RGB")
        return ImageOps.exif_transpose(picture)


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
    """The type of a stored image by its name; None for anything that is none."""
    return _MIME_TYPES.get(name.rpartition(".")[2])


class CleanImageField(models.ImageField):
    """A stored image that a form takes as a CleanImage only; pages/admin/base.py says how."""

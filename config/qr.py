"""QR codes of short texts, as images."""

from __future__ import annotations

import base64
import io

import segno

# Four modules of quiet zone: scanners want them (ISO/IEC 18004).
_BORDER = 4


def qr_png(text: str, *, scale: int = 6) -> bytes:
    """A black-on-white PNG, ``scale`` pixels to a module."""
    image = io.BytesIO()
    segno.make(text, error="m", micro=False).save(image, kind="png", scale=scale, border=_BORDER)
    return image.getvalue()


def qr_png_base64(text: str) -> str:
    """The same as base64 text, as JSON carries it."""
    return base64.b64encode(qr_png(text)).decode()

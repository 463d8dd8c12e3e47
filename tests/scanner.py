"""A scanner for QR codes, as a door holds one."""

from __future__ import annotations

import base64
import io

import zxingcpp
from PIL import Image


def scanned(png: bytes) -> str:
    """The text of the one QR code in the picture."""
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)).convert("L"))
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    return str(found.text)


def scanned_base64(text: str) -> str:
    """The same out of JSON."""
    return scanned(base64.b64decode(text, validate=True))

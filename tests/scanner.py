"""A scanner for QR codes, as a door holds one."""

from __future__ import annotations

import base64
import io

import zxingcpp
from PIL import Image

from config.qr import qr_png


def scanned(png: bytes) -> str:
    """The text of the one QR code in the picture."""
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)).convert("L"))
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    return str(found.text)


def scanned_base64(text: str) -> str:
    """The same out of JSON."""
    return scanned(base64.b64decode(text, validate=True))


def still(text: str) -> bytes:
    """A video (YUV4MPEG2) that shows the text's QR code on grey, slightly turned."""
    frame = Image.new("L", (640, 480), 120)
    code = Image.open(io.BytesIO(qr_png(text, scale=6))).convert("L")
    frame.paste(code.rotate(7, expand=True, fillcolor=255), (150, 60))
    chroma = bytes([128]) * (320 * 240 * 2)
    return b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + 10 * (
        b"FRAME\n" + frame.tobytes() + chroma
    )

"""QR codes, read back by another library than the one that draws them."""

from __future__ import annotations

import base64
import io
from uuid import UUID

import pytest
from PIL import Image

from accounts.domain.tokens import mint
from accounts.enums import TokenKind
from config.qr import qr_png, qr_png_base64
from tests.scanner import scanned

TICKET = mint(TokenKind.TICKET, UUID(int=7), 1)
BORDER = 4


def opened(png: bytes) -> Image.Image:
    """The picture in grey."""
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG"
    return image.convert("L")


@pytest.mark.parametrize("scale", [1, 2, 6, 12])
@pytest.mark.parametrize(
    "text", [TICKET, "1", "https://example.org/e/1?a=b&c=d", "é ß 漢字 🎟", "x" * 500]
)
def test_a_code_reads_as_its_text(text: str, scale: int) -> None:
    """Whatever the text and the size."""
    assert scanned(qr_png(text, scale=scale)) == text


def test_it_is_black_on_white_in_a_quiet_zone() -> None:
    """Two colours, the modules as large as asked for, four of them white on every side."""
    small, large = opened(qr_png(TICKET, scale=1)), opened(qr_png(TICKET))
    assert {colour for _, colour in small.getcolors() or []} == {0, 255}
    assert large.size == (small.width * 6, small.height * 6)
    ink = small.point([255 - shade for shade in range(256)]).getbbox()
    assert ink == (BORDER, BORDER, small.width - BORDER, small.height - BORDER)


def test_one_text_one_picture() -> None:
    """Drawn twice it is the same file; another text is another file."""
    assert qr_png(TICKET) == qr_png(TICKET)
    assert qr_png(TICKET) != qr_png(TICKET[:-1])


def test_a_stained_ticket_still_reads() -> None:
    """Error correction: a blot of six by six modules in the middle is read past."""
    image = opened(qr_png(TICKET))
    middle = image.width // 2
    image.paste(0, (middle - 18, middle - 18, middle + 18, middle + 18))
    stained = io.BytesIO()
    image.save(stained, "PNG")
    assert stained.getvalue() != qr_png(TICKET)
    assert scanned(stained.getvalue()) == TICKET


def test_base64_is_the_same_picture() -> None:
    """Plain base64 in one line, without a data: prefix."""
    text = qr_png_base64(TICKET)
    assert base64.b64decode(text, validate=True) == qr_png(TICKET)
    assert text.isascii()
    assert "\n" not in text

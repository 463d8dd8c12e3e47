"""How large an image may be, and what the largest ones cost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from PIL import Image, ImageFile

from config.errors import Invalid, flaw
from config.images import LONGEST_EDGE
from tests.config.test_images import NO_IMAGE, TOO_LONG, TOO_MANY, drawn, refused
from tests.pictures import encoded, huge_png, picture

pytestmark = pytest.mark.once


def _colour_by_colour(jpeg: bytes) -> bytes:
    """The file, saying that its first scan holds one of its three colours."""
    start = jpeg.index(b"\xff\xda\x00\x0c\x03")
    return jpeg[:start] + b"\xff\xda\x00\x08\x01" + jpeg[start + 5 :]


@pytest.mark.parametrize(
    "made",
    [
        lambda: huge_png(60_000, 60_000),
        lambda: huge_png(2**31 - 1, 2**31 - 1),
        lambda: huge_png(12_000, 12_000),
        lambda: huge_png(50_000_001, 1),
        lambda: huge_png(4097, 4096),
        lambda: encoded(Image.new("1", (4100, 4100)), "PNG"),
        lambda: encoded(Image.new("P", (4100, 4100)), "GIF"),
        lambda: encoded(Image.new("RGB", (4100, 4100)), "WEBP", method=0),
        lambda: encoded(Image.new("L", (4100, 4100)), "JPEG", progressive=True),
        lambda: _colour_by_colour(encoded(Image.new("RGB", (4100, 4100)), "JPEG")),
        lambda: encoded(Image.new("L", (8000, 6300)), "JPEG", quality=10),
    ],
    ids=[
        "60k",
        "2G",
        "144 MP",
        "one line",
        "a row too many",
        "real PNG",
        "real GIF",
        "real WebP",
        "progressive JPEG",
        "JPEG in several scans",
        "JPEG",
    ],
)
def test_a_decompression_bomb_is_not_decoded(
    made: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small file of enormous size is refused by its header; no pixel is drawn."""
    content = made()
    assert len(content) < 1_000_000
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda *args: pytest.fail("decoded"))
    assert refused(content) == TOO_MANY


def test_a_photo_may_have_more_pixels() -> None:
    """A JPEG that is decoded at a half of its size or less, and is told its own limit."""
    image = drawn(encoded(Image.new("L", (8000, 6200)), "JPEG", quality=10))
    assert (image.width, image.height) == (2048, 1587)
    limits = {}
    for name, content in {
        "JPEG": encoded(Image.new("L", (8000, 6300)), "JPEG", quality=10),
        "PNG": huge_png(4097, 4096),
    }.items():
        with pytest.raises(Invalid) as problem:
            drawn(content)
        limits[name] = problem.value.errors["cover"]
    assert limits == {
        "JPEG": [flaw("too_many_pixels", limit=50)],
        "PNG": [flaw("too_many_pixels", limit=16)],
    }


def test_a_long_and_thin_one_is_refused() -> None:
    """Few pixels, and scaling them would still take half a gigabyte."""
    assert refused(huge_png(16_385, 1)) == refused(huge_png(1, 16_385)) == TOO_LONG
    assert drawn(encoded(Image.new("L", (16_384, 3)))).width == LONGEST_EDGE


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    """Each of them goes over the whole picture, and takes a few bytes."""
    made = encoded(picture(), "JPEG", progressive=True, quality=95)
    last = made.rindex(b"\xff\xda")
    scan = made[last:-2]
    few, many = (made[:-2] + scan * times + b"\xff\xd9" for times in (50, 5_000))
    assert drawn(few).width == 80
    assert refused(many) == NO_IMAGE


# In megabytes; what is decoded is 16 times 4 of them in colour, and half of that is kept.
@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("made", "most"),
    [
        (lambda: encoded(Image.new("P", (4096, 4096), 1), "GIF"), 96),
        (lambda: encoded(Image.new("P", (4096, 4096), 1), "PNG", transparency=1), 96),
        (lambda: encoded(Image.new("I;16", (4096, 4096), 9), "PNG"), 96),
        (lambda: encoded(Image.new("LA", (4096, 4096), (9, 9)), "PNG"), 140),
        (lambda: encoded(Image.new("RGBA", (4096, 4096), (9, 9, 9, 9)), "PNG"), 140),
        (lambda: encoded(Image.new("RGBA", (4096, 4096), (9, 9, 9, 9)), "WEBP", method=0), 320),
        (
            lambda: encoded(
                Image.new("RGB", (4096, 4096)), "JPEG", progressive=True, subsampling=0
            ),
            160,
        ),
        (lambda: encoded(Image.new("RGB", (8000, 6200)), "JPEG"), 100),
    ],
    ids=["GIF", "palette", "16 bits", "grey", "RGBA", "WebP", "progressive JPEG", "photo"],
)
def test_the_largest_ones_take_little_memory(made: Callable[[], bytes], most: int) -> None:
    """What a process needs at most while it draws one, beyond what it needed before."""
    command = [sys.executable, "-c", _WEIGH]
    done = subprocess.run(command, input=made(), capture_output=True, check=True)
    assert int(done.stdout) < most


_WEIGH = """
import io, re, sys
from pathlib import Path
from config.images import clean_image
from tests.pictures import png

def peak():
    return int(re.search("VmHWM:\\s+([0-9]+) kB", Path("/proc/self/status").read_text())[1])

content = sys.stdin.buffer.read()
clean_image(io.BytesIO(png()), field="cover")
Path("/proc/self/clear_refs").write_text("5")
before = peak()
clean_image(io.BytesIO(content), field="cover")
print((peak() - before) // 1024)
"""

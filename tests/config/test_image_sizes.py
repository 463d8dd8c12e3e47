"""Smaller files of an image."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from config.images import sized_name, sizes_of
from tests.pictures import encoded, picture

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((2048, 1024), [(480, 240), (960, 480), (1600, 800)]),
        ((1600, 3), [(480, 1), (960, 2), (1600, 3)]),
        ((1200, 800), [(480, 320), (960, 640), (1200, 800)]),
        ((480, 480), [(480, 480)]),
        ((80, 2000), [(80, 2000)]),
    ],
)
def test_three_sizes_and_none_larger_than_the_image(
    size: tuple[int, int], expected: list[tuple[int, int]]
) -> None:
    sizes = sizes_of(encoded(picture(size=size)))
    opened = {width: Image.open(io.BytesIO(content)) for width, content in sizes.items()}
    assert [(width, image.format) for width, image in opened.items()] == [
        (width, "WEBP") for width, _ in expected
    ]
    assert [image.size for image in opened.values()] == expected


def test_what_is_clear_stays_clear() -> None:
    image = picture("RGBA", (600, 300))
    image.putalpha(0)
    smaller = Image.open(io.BytesIO(sizes_of(encoded(image))[480]))
    assert smaller.getchannel("A").getextrema() == (0, 0)


def test_what_is_no_image_has_no_sizes() -> None:
    assert sizes_of(b"pixels") == {}


def test_names() -> None:
    assert sized_name("images/1f.jpg", 480) == "images/1f-480.webp"

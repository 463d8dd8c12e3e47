"""Uploaded images: re-encoded without what came with them; anything else is refused."""

from __future__ import annotations

import io
import random
import zipfile

import pytest
from PIL import Image, ImageChops

from config.errors import Invalid
from config.images import LONGEST_EDGE, MOST_BYTES, CleanImage, clean_image, mime_type_of
from tests.pictures import (
    BLUE,
    MARKER,
    RED,
    encoded,
    exif,
    near,
    opened,
    picture,
    png,
    talkative_jpeg,
    talkative_png,
)

pytestmark = pytest.mark.once

NO_IMAGE = {"cover": ["not_an_image"]}
TOO_MANY = {"cover": ["too_many_pixels"]}
TOO_LONG = {"cover": ["image_too_long"]}


def drawn(content: bytes) -> CleanImage:
    """The image as it is kept."""
    return clean_image(io.BytesIO(content), field="cover", name="lawn.bin")


def refused(content: bytes) -> dict[str, list[str]]:
    """What is said of a file that is not taken."""
    with pytest.raises(Invalid) as problem:
        drawn(content)
    return problem.value.keys


def sides(image: Image.Image) -> list[object]:
    """The colours in the middle of the left, the right, the top and the bottom edge."""
    width, height = image.size
    places = [(4, height // 2), (width - 5, height // 2), (width // 2, 4), (width // 2, height - 5)]
    return [image.getpixel(place) for place in places]


def _with_a_hole() -> Image.Image:
    image = picture("RGBA")
    image.putpixel((10, 10), (0, 0, 0, 0))
    return image


# --- What is kept -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "extension"),
    [
        (encoded(picture(), "JPEG", quality=95), "jpg"),
        (encoded(picture("CMYK"), "JPEG", quality=95), "jpg"),
        (encoded(picture(), "PNG"), "jpg"),
        (encoded(picture().quantize(4), "PNG"), "jpg"),
        (encoded(picture("RGBA"), "PNG"), "jpg"),
        (encoded(_with_a_hole(), "PNG"), "png"),
        (encoded(_with_a_hole().quantize(8), "PNG"), "png"),
        (encoded(picture(), "WEBP", lossless=True), "jpg"),
        (encoded(_with_a_hole(), "WEBP", lossless=True), "png"),
        (encoded(picture().quantize(4), "GIF"), "jpg"),
    ],
    ids=[
        "JPEG",
        "CMYK",
        "PNG",
        "palette",
        "opaque RGBA",
        "RGBA",
        "palette with a clear colour",
        "WebP",
        "clear WebP",
        "GIF",
    ],
)
def test_every_kind_is_drawn_anew(made: bytes, extension: str) -> None:
    """A JPEG, or a PNG where there may be transparency; its name, size and type are told."""
    image = drawn(made)
    kept = opened(image.content)
    told = (image.name, image.extension, image.mime_type, image.width, image.height)
    assert told == ("lawn.bin", extension, mime_type_of(f"x.{extension}"), 80, 40)
    assert (kept.format, kept.size) == ({"jpg": "JPEG", "png": "PNG"}[extension], (80, 40))
    left, right = (kept.convert("RGB").getpixel((x, 20)) for x in (4, 75))
    assert near(left, RED)
    assert near(right, BLUE)


def test_transparency_stays() -> None:
    """What was clear is clear, what was not is not."""
    kept = opened(drawn(encoded(_with_a_hole())).content)
    assert kept.mode == "RGBA"
    assert [kept.getpixel(place) for place in ((10, 10), (11, 10))] == [(0, 0, 0, 0), (*RED, 255)]


def test_sixteen_bits_of_grey_keep_their_shade() -> None:
    """Half of the light is half of the light, not white."""
    kept = opened(drawn(encoded(Image.new("I;16", (20, 10), 0x8000))).content)
    assert near(kept.getpixel((5, 5)), (128, 128, 128))


def test_of_an_animation_the_first_frame_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything after it is not, and is not even decoded."""
    frames = [Image.new("RGB", (30, 20), colour) for colour in (RED, BLUE, BLUE)]
    for format in ("GIF", "WEBP", "PNG"):
        made = encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=50)
        animation = Image.open(io.BytesIO(made))
        assert getattr(animation, "n_frames", 1) > 1
        with monkeypatch.context() as patch:
            patch.setattr(type(animation), "seek", lambda *args: pytest.fail("a later frame"))
            content = drawn(made).content
        kept = opened(content)
        assert getattr(kept, "n_frames", 1) == 1
        assert near(kept.convert("RGB").getpixel((15, 10)), RED)


@pytest.mark.parametrize("made", [talkative_jpeg(), talkative_png()], ids=["JPEG", "PNG"])
def test_nothing_that_a_file_says_of_itself_stays(made: bytes) -> None:
    """No EXIF, no GPS, no profile, no comment, no XMP, nothing behind the end: first shown to be
    there, then searched for in the kept bytes."""
    told = opened(made)
    assert told.getexif().get_ifd(0x8825)[29] == MARKER
    assert told.info["icc_profile"] == MARKER.encode()
    assert MARKER.encode() in made
    content = drawn(made).content
    for trace in (MARKER.encode(), MARKER.encode("utf-16-le"), b"Exif", b"ICC", b"eXIf", b"GPS"):
        assert trace not in content
    kept = opened(content)
    assert dict(kept.getexif()) == {}
    assert not {"exif", "icc_profile", "comment", "xmp", "Author", "Place"} & kept.info.keys()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "red"),
    [(1, "left"), (2, "right"), (3, "right"), (6, "top"), (8, "bottom")],
)
def test_a_photo_is_upright(format: str, orientation: int, red: str) -> None:
    """However the camera was held: turned once, and never again by whoever shows it."""
    image = drawn(encoded(picture(), format, exif=exif(orientation), quality=95))
    kept = opened(image.content)
    turned = orientation in (6, 8)
    assert (image.width, image.height) == kept.size == ((40, 80) if turned else (80, 40))
    left, right, top, bottom = sides(kept)
    told = {"left": left, "right": right} | ({"top": top, "bottom": bottom} if turned else {})
    pair = ("top", "bottom") if turned else ("left", "right")
    assert [near(told[side], RED) for side in pair] == [side == red for side in pair]
    assert [near(told[side], BLUE) for side in pair] == [side != red for side in pair]


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((LONGEST_EDGE, 10), (LONGEST_EDGE, 10)),
        ((LONGEST_EDGE * 2, 400), (LONGEST_EDGE, 200)),
        ((300, LONGEST_EDGE * 3), (100, LONGEST_EDGE)),
        ((2500, 2000), (2048, 1638)),
        ((1, 9000), (1, LONGEST_EDGE)),
    ],
)
@pytest.mark.parametrize("format", ["JPEG", "PNG"])
def test_large_ones_are_scaled_down(
    format: str, size: tuple[int, int], kept: tuple[int, int]
) -> None:
    """To the longest edge, in proportion; small ones stay as they are."""
    image = drawn(encoded(Image.new("RGB", size, RED), format))
    assert (image.width, image.height) == opened(image.content).size == kept


@pytest.mark.slow
def test_scaling_leaves_no_seam() -> None:
    """A picture is scaled in bands, and comes out as if it had been scaled whole."""
    made = Image.effect_noise((500, 300), 90).resize((5000, 2999), 0).convert("RGBA")
    made.putpixel((0, 0), (0, 0, 0, 0))
    kept = opened(drawn(encoded(made)).content)
    whole = made.resize((2048, 1228), Image.Resampling.BICUBIC)
    assert kept.size == whole.size
    apart = ImageChops.difference(kept, whole).getextrema()
    assert max(most for _, most in apart) <= 1


@pytest.mark.slow
@pytest.mark.parametrize("size", [(2049, 2047), (2048, 2049), (4096, 4095), (1, 16_384), (9999, 7)])
@pytest.mark.parametrize("mode", ["RGB", "P", "LA", "I;16"])
def test_any_size_and_mode_is_scaled(mode: str, size: tuple[int, int]) -> None:
    """However uneven the bands are."""
    image = drawn(encoded(Image.new(mode, size), compress_level=1))
    assert max(image.width, image.height) == LONGEST_EDGE


# --- What is refused ----------------------------------------------------------------------------


def _zip() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("image.png", png())
    return output.getvalue()


SCRIPT = b"<script>alert(1)</script>"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"GIF89a/*" + SCRIPT + b"*/=1;" + SCRIPT,
        b"\xff\xd8\xff\xe0" + SCRIPT,
        b"\x89PNG\r\n\x1a\n" + SCRIPT,
        b"RIFF\x20\0\0\0WEBPVP8 " + SCRIPT,
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg>&x;",
        b"<!doctype html><title>x</title>" + SCRIPT,
        b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n",
        _zip(),
        encoded(picture(), "BMP"),
        encoded(picture(), "TIFF"),
        encoded(picture(), "ICO"),
        encoded(picture(), "PPM"),
        b"\0" * 5000,
    ],
    ids=[
        "nothing",
        "GIF header",
        "script in a GIF's clothes",
        "script in a JPEG's clothes",
        "script in a PNG's clothes",
        "script in a WebP's clothes",
        "SVG",
        "XML entity",
        "HTML",
        "PDF",
        "PostScript",
        "zip",
        "BMP",
        "TIFF",
        "ICO",
        "PPM",
        "zeros",
    ],
)
def test_what_is_no_image_is_refused(content: bytes) -> None:
    """By its bytes, whatever it calls itself."""
    assert refused(content) == NO_IMAGE


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_script_behind_an_image_is_gone(format: str) -> None:
    """A file that is an image and something else as well is kept as the image alone."""
    made = encoded(picture(), format) + SCRIPT
    assert SCRIPT not in drawn(made).content


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_cut_off_files_are_refused(format: str) -> None:
    """At a tenth, in the middle and near the end."""
    noise = Image.effect_noise((200, 150), 60).convert("RGB")
    made = encoded(noise, format)
    for part in (0.1, 0.5, 0.9):
        assert refused(made[: int(len(made) * part)]) == NO_IMAGE


def test_five_megabytes_and_not_a_byte_more() -> None:
    """The limit holds for the file, before anything of it is decoded."""
    filled = png() + b"\0" * (MOST_BYTES - len(png()))
    assert drawn(filled).width == 80
    assert refused(filled + b"\0") == {"cover": ["image_too_large"]}


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_broken_files_are_refused_or_drawn_and_nothing_else(format: str) -> None:
    """Bytes changed by chance: whatever the decoders make of it, it is an answer."""
    chance = random.Random(format)
    extra = {} if format == "GIF" else {"exif": exif(6)}
    made = encoded(Image.effect_noise((40, 30), 60).convert("RGB"), format, **extra)
    for _ in range(150):
        broken = bytearray(made)
        for _ in range(chance.choice((1, 2, 8))):
            broken[chance.randrange(min(len(broken), chance.choice((60, 300))))] = chance.randrange(
                256
            )
        assert _outcome(bytes(broken)) in ("drawn", NO_IMAGE, TOO_MANY, TOO_LONG)


def _outcome(content: bytes) -> object:
    try:
        opened(drawn(content).content)
    except Invalid as problem:
        return problem.keys
    return "drawn"


def test_types_of_stored_names() -> None:
    """Two of them; any other name is none of ours."""
    names = ("a.jpg", "a.png", "a.PNG", "a.svg", "a.html", "a", "jpg", "a.jpg.html", "")
    assert [mime_type_of(name) for name in names] == [
        "image/jpeg",
        "image/png",
        *[None] * 4,
        "image/jpeg",
        *[None] * 2,
    ]

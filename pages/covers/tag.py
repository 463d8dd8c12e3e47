"""The template tag ``{% cover %}``."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.storage import default_storage
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.images import sized_name
from events.facts.event import EventCover
from pages.covers.addresses import SHAPES, address_of, drawing_of

# How wide a picture is shown, for a browser that chooses among its sizes.
_SHOWN = {
    "wide": "(min-width: 720px) 640px, 100vw",
    "square": "(min-width: 720px) 480px, 100vw",
    "banner": "(min-width: 1160px) 1120px, 100vw",
    "thumb": "160px",
}
_THUMB = (160, 100)


def cover_tag(shown: Any, shape: str, *, date: bool = False, lazy: bool = False) -> SafeString:
    """``{% cover event "wide" %}``: the picture of an event (EventFacts), a series or a channel
    (ChannelFacts) as an ``<img>``, or the generated one where it has none.

    ``shape`` is "wide" (16:10), "square", "banner" (14:3) or "thumb" (16:10, small). ``date=True``
    draws the start's month and day on a generated cover, in the event's zone and the page's
    language. ``lazy=True`` waits until it comes into view; for all but the first screen.

    The image has the classes ``cover`` and ``cover-{shape}`` and its width and height. An uploaded
    picture keeps its proportions, so a style sheet has to set ``aspect-ratio`` by shape and
    ``object-fit: cover`` (with a date also ``object-position: left bottom``, by
    ``cover-dated``). A generated cover has an empty alt text: it says nothing the page does not.
    """
    if shape not in _SHOWN:
        raise ValueError(f"{shape!r} is no shape of a cover")
    if picture := getattr(shown, "cover", None):
        return _image(
            shape,
            default_storage.url(picture.file),
            picture.width,
            picture.height,
            alt=picture.alt_text,
            lazy=lazy,
            sources=_sources(picture),
        )
    width, height = SHAPES.get(shape, _THUMB)
    if banner := getattr(shown, "banner", ""):
        return _image(shape, default_storage.url(banner), width, height, lazy=lazy)
    start = getattr(shown, "start_time", None)
    local = start and start.astimezone(ZoneInfo(shown.timezone))
    drawn = "wide" if shape == "thumb" else shape
    address = address_of(drawing_of(shown.id, local, drawn, dated=date))
    return _image(f"{shape} cover-dated" if date else shape, address, width, height, lazy=lazy)


def _sources(picture: EventCover) -> str:
    return ", ".join(
        f"{default_storage.url(sized_name(picture.file, width))} {width}w"
        for width in picture.widths
    )


def _image(
    shape: str,
    src: str,
    width: int,
    height: int,
    *,
    alt: str = "",
    lazy: bool = False,
    sources: str = "",
) -> SafeString:
    return format_html(
        '<img class="cover cover-{}" src="{}"{} alt="{}" width="{}" height="{}"{} '
        'decoding="async">',
        shape,
        src,
        format_html(' srcset="{}" sizes="{}"', sources, _SHOWN[shape]) if sources else "",
        alt,
        width,
        height,
        SafeString(' loading="lazy"') if lazy else "",
    )

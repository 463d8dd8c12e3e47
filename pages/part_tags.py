"""Tags for the designed parts that need more than a class: icons, avatars, date tiles."""

from __future__ import annotations

import unicodedata
import zlib
from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# Colours that static/css/components.css has for avatars.
_COLOURS = 8


@register.simple_tag
def icon(name: str, label: str = "", *, flips: bool = False) -> SafeString:
    """A Lucide icon of static/vendor/icons, as large as the text around it.

    With a label it is an image of that name, else mere decoration. ``flips``: it points forwards
    or backwards, and is mirrored where text runs from right to left.
    """
    said = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="icon{}" width="20" height="20" {}><use href="{}#{}"></use></svg>',
        " icon-flips" if flips else "",
        SafeString(said),
        static("vendor/icons/icons.svg"),
        name,
    )


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """Initials on a colour that the name decides; size "large" (48 px), "" (36), "small" (28).

    Decoration: the name stands beside it.
    """
    colour = zlib.crc32(name.encode()) % _COLOURS
    return format_html(
        '<span class="avatar avatar-{}{}" aria-hidden="true">{}</span>',
        colour,
        f" avatar-{size}" if size else "",
        initials(name)[: 1 if size == "small" else 2],
    )


@register.simple_tag
def date_tile(when: datetime, zone: str, size: str = "") -> SafeString:
    """Month and day in a zone as a calendar leaf; size "large" (76 px), "" (60), "small" (48).

    Decoration: the date stands beside it in words.
    """
    local = when.astimezone(ZoneInfo(zone))
    return format_html(
        '<span class="tile{}" aria-hidden="true"><span class="tile-month">{}</span>'
        '<span class="tile-day">{}</span></span>',
        f" tile-{size}" if size else "",
        date_format(local, "M"),
        local.day,
    )


def initials(name: str) -> str:
    """The first letters of a name's first and last word: "Ada Lindqvist" is "AL"."""
    words = [word for word in name.split() if unicodedata.category(word[0])[0] in "LN"]
    chosen = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in chosen).upper()

"""Tags for the designed parts that need more than a class: icons, avatars, date tiles."""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()

# Colours that static/css/parts.css has for avatars.
_COLOURS = 8


@register.simple_tag
@lru_cache(maxsize=512)
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


@register.simple_tag
def hosted_by(names: Sequence[str]) -> SafeString:
    """Who hosts: "Hosted by **Ada** and **Samir**"."""
    listed = [format_html('<strong dir="auto">{}</strong>', name) for name in names]
    return format_html(_("Hosted by {names}"), names=_listed(listed))


@register.filter
def in_a_row(names: Sequence[str]) -> SafeString:
    """Names in a sentence: "Ada, Zoe and Samir"."""
    return _listed([format_html("{}", name) for name in names])


@register.filter
def going_first(rsvps: Sequence[Any], most: int) -> list[Any]:
    """The first ``most`` answers of a list, those who are going before the others."""
    return sorted(rsvps, key=lambda rsvp: rsvp.attendance != "going")[:most]


@register.simple_tag
def place_parts(location: str) -> tuple[str, str]:
    """A place in two lines: what stands before its first comma, and the rest."""
    head, _comma, rest = location.partition(",")
    return (head.strip(), rest.strip()) if head.strip() and rest.strip() else (location, "")


@register.filter
def site_of(url: str) -> str:
    """A web address without its scheme."""
    return url.partition("://")[2].rstrip("/") or url


def _listed(names: list[SafeString]) -> SafeString:
    if len(names) < 2:
        return names[0] if names else SafeString("")
    last_two = format_html(_("{all_before} and {last}"), all_before=names[-2], last=names[-1])
    return format_html_join(", ", "{}", ((each,) for each in [*names[:-2], last_two]))


def initials(name: str) -> str:
    """The first letters of a name's first and last word: "Ada Lindqvist" is "AL"."""
    words = [word for word in name.split() if unicodedata.category(word[0])[0] in "LN"]
    chosen = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in chosen).upper()

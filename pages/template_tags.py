"""Tags and filters of the pages: Markdown, moments in the event's own zone, words for states."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import nh3
from django import template
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from accounts.domain.actors import ANONYMOUS
from accounts.enums import LinkRole
from events.domain.open_events import may_make_events
from events.enums import Format, QuestionKind, Status
from events.palettes import palette_of
from pages.canonical import canonical_links
from pages.covers.tag import cover_tag
from pages.form_keys import key_field
from pages.markdown import as_html
from pages.series_words import rule_words
from rsvps.enums import Approval, Attendance

register = template.Library()

# How the pages say what a guest answered.
ANSWERS = {
    Attendance.GOING.value: "Going",
    Attendance.INTERESTED.value: "Maybe",
    Attendance.NOT_GOING.value: "Can't go",
}
APPROVALS = {
    Approval.APPROVED.value: "Approved",
    Approval.PENDING.value: "Waiting for approval",
    Approval.REJECTED.value: "Declined",
    Approval.WAITLISTED.value: "On the waitlist",
}
_STATUSES = {
    Status.SCHEDULED.value: "Scheduled",
    Status.LIVE.value: "Happening now",
    Status.ENDED.value: "Ended",
    Status.CANCELLED.value: "Cancelled",
}
_CHOICES = (*Format.choices, *QuestionKind.choices, *LinkRole.choices)
_WORDS = APPROVALS | ANSWERS | _STATUSES | dict(_CHOICES)

# --- Forms --------------------------------------------------------------------------------------
register.simple_tag(key_field, name="form_key")


@register.simple_tag(takes_context=True, name="may_make_events")
def _may_make_events(context: Mapping[str, Any]) -> bool:
    """Whether whoever looks at this page may make an event."""
    return may_make_events(getattr(context.get("request"), "actor", ANONYMOUS))


# --- Markdown -----------------------------------------------------------------------------------
register.filter("markdown", as_html)

# What an excerpt is taken from: the start of a text that may go on for pages.
_EXCERPT_FROM = 2_000


@register.filter
def excerpt(text: str, length: int = 200) -> str:
    """The start of a Markdown text, without its markup, on one line."""
    plain = html.unescape(nh3.clean(as_html(text[:_EXCERPT_FROM]), tags=set()))
    return Truncator(" ".join(plain.split())).chars(length)


# --- Files ----------------------------------------------------------------------------------------
@register.filter
def stored(name: str) -> str:
    """The address of a stored file, by its name in the storage."""
    return default_storage.url(name)


# --- Addresses ----------------------------------------------------------------------------------
register.simple_tag(canonical_links, takes_context=True, name="canonical")

# --- Covers -------------------------------------------------------------------------------------
register.simple_tag(cover_tag, name="cover")


@register.filter
def palette(shown: Any) -> str:
    """The palette of an event, a series or a channel: tomato, marigold, fern, harbour, mulberry or
    cobalt. By its id, with a picture as well."""
    return palette_of(shown.id).name


# --- Moments ------------------------------------------------------------------------------------
_TO = "\N{EN DASH}"


@register.simple_tag
def event_time(start: datetime, end: datetime | None, zone: str) -> SafeString:
    """When an event takes place, in its own zone: "Sat 20 March 2027, 19:00-21:30 CET"."""
    local = start.astimezone(ZoneInfo(zone))
    said = f"{day(local)}, {local:%H:%M}"
    last = local
    if end is not None:
        last = end.astimezone(ZoneInfo(zone))
        if last.date() == local.date():
            said += f"{_TO}{last:%H:%M}"
        else:
            said += f" {_TO} {day(last)}, {last:%H:%M}"
    return format_html(
        '<time datetime="{}"{} data-zone="{}">{} {}</time>',
        _iso(start),
        format_html(' data-end="{}"', _iso(end)) if end else "",
        zone,
        said,
        zone_name(last),
    )


@register.simple_tag
def moment(when: datetime, zone: str = "UTC") -> SafeString:
    """One moment in a zone: "Sat 20 March 2027, 19:00 CET"."""
    local = when.astimezone(ZoneInfo(zone))
    return format_html(
        '<time datetime="{}" data-zone="{}">{}, {} {}</time>',
        _iso(when),
        zone,
        day(local),
        f"{local:%H:%M}",
        zone_name(local),
    )


@register.filter
def clock(when: datetime, zone: str) -> str:
    """The time of day in a zone: "19:04", and of another day "19:04 on Sat 20 March 2027"."""
    local = when.astimezone(ZoneInfo(zone))
    today = timezone.now().astimezone(ZoneInfo(zone)).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%H:%M} on {day(local)}"


def zone_name(local: datetime) -> str:
    """A zone's short name, or its offset where it has no name but a number: UTC-05:00."""
    name = local.tzname() or ""
    if name[:1] not in ("+", "-"):
        return name
    offset = local.utcoffset() or timedelta()
    minutes = abs(int(offset.total_seconds())) // 60
    sign = "\N{MINUS SIGN}" if offset < timedelta() else "+"
    return f"UTC{sign}{minutes // 60:02}:{minutes % 60:02}"


def day(local: datetime) -> str:
    """A day as the pages write it: "Sat 20 March 2027"."""
    return f"{local:%a} {local.day} {local:%B} {local.year}"


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


# --- Words --------------------------------------------------------------------------------------
@register.filter
def words(value: str) -> str:
    """How the pages call a state, an answer, an approval, a format or a kind of question."""
    return _WORDS.get(value, value)


register.filter("rule_words", rule_words)


@register.filter
def zone_words(zone: str) -> str:
    """A zone by its place, "New York time"; nothing for the zones that are mere offsets."""
    place = zone.rpartition("/")[2].replace("_", " ")
    return "" if zone == "UTC" or zone.startswith("Etc/") else f"{place} time"


@register.filter
def at(entries: Mapping[Any, Any], key: Any) -> Any:
    """What a mapping holds for a key; nothing when it holds none."""
    return entries.get(key, "") if entries else ""


@register.simple_tag(takes_context=True)
def page_query(context: dict[str, Any], name: str, number: int) -> str:
    """The present query string, with another page number."""
    query = {key: value for key, value in context["request"].GET.items() if key != name}
    return "?" + urlencode({**query, name: number})

"""Tags and filters of the pages: Markdown, moments in the event's own zone, words for states."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import nh3
from django import template
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from accounts.domain.actors import ANONYMOUS
from accounts.enums import LinkRole
from config import dates
from config.localising import PARAMETER
from events.domain.open_events import may_make_events
from events.enums import Format, QuestionKind, Status
from events.facts import EventFacts
from events.palettes import palette_of
from pages.canonical import canonical_links
from pages.covers.tag import cover_tag
from pages.form_keys import key_field
from pages.markdown import as_html
from pages.series_words import rule_words
from rsvps.enums import Approval, Attendance

register = template.Library()

# How the pages say what a guest answered.
ANSWERS: dict[str, Any] = dict(Attendance.choices)
# The same of somebody else: other languages tell "I am going" from "is going".
THEIR_ANSWERS: dict[str, Any] = ANSWERS | {
    Attendance.GOING.value: pgettext_lazy("answer of a guest", "Going"),
    Attendance.NOT_GOING.value: pgettext_lazy("answer of a guest", "Can’t go"),
}
APPROVALS: dict[str, Any] = dict(Approval.choices)
_STATUSES = {
    Status.SCHEDULED.value: gettext_lazy("Scheduled"),
    Status.LIVE.value: gettext_lazy("Happening now"),
    Status.ENDED.value: gettext_lazy("Ended"),
    Status.CANCELLED.value: gettext_lazy("Cancelled"),
}
_CHOICES = (*Format.choices, *QuestionKind.choices, *LinkRole.choices)
_ONE_DAY = timedelta(days=1)
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


# Minutes that are counted down, rather than told by the clock.
_SOON = 90


# --- Moments ------------------------------------------------------------------------------------
@register.simple_tag
def event_time(start: datetime, end: datetime | None, zone: str) -> SafeString:
    """When an event takes place, in its own zone: "Sat 20 March 2027, 19:00-21:30 CET"."""
    first, last = _local(start, zone), end and _local(end, zone)
    said = f"{dates.span(first, last)} {dates.zone_name(last or first)}"
    return _time(start, said, zone, end)


@register.simple_tag
def event_date(start: datetime, zone: str) -> SafeString:
    """The day of an event on its own page: "Saturday, 20 March 2027", without the year when it is
    this one."""
    return _time(start, dates.full_day(_local(start, zone), timezone.now()), zone)


@register.simple_tag
def event_hours(start: datetime, end: datetime | None, zone: str) -> SafeString:
    """The time of day below it: "19:00-21:30", over several days "19:00 - Sun 21 Mar, 01:30"."""
    said = dates.hours(_local(start, zone), end and _local(end, zone), timezone.now())
    return _time(start, said, zone, end)


@register.simple_tag
def event_zone(start: datetime, zone: str) -> str:
    """Whose clock that is: "Berlin time", or "UTC-05:00" where the zone is called by no place."""
    return zone_words(zone) or dates.zone_name(_local(start, zone))


@register.simple_tag
def ends_in(end: datetime, zone: str) -> str:
    """How long something that is under way goes on: "ends in 48 minutes", "ends at 21:30"."""
    minutes = ceil((end - timezone.now()).total_seconds() / 60)
    if minutes > _SOON:
        return _("ends at %(time)s") % {"time": clock(end, zone)}
    return ngettext("ends in %(n)s minute", "ends in %(n)s minutes", minutes) % {"n": minutes}


@register.simple_tag
def event_clock(start: datetime, zone: str) -> SafeString:
    """The time an event begins at, below the heading of its day: "19:00"."""
    return _time(start, dates.time_of_day(_local(start, zone)), zone)


@register.simple_tag
def list_hours(event: EventFacts) -> SafeString:
    """When an event takes place, in a list of its day: "19:00", while it goes on "19:00-21:30", and
    over several days as event_span()."""
    start, end, zone = event.start_time, event.end_time, event.timezone
    first, last = _local(start, zone), end and _local(end, zone)
    if last and last - first > _ONE_DAY:
        return event_span(start, end, zone)
    return _time(start, _hours(event, first, last), zone, end)


@register.simple_tag
def row_time(event: EventFacts) -> SafeString:
    """When an event takes place, in a row beside its date tile: "Today, 19:00-21:30", "Sat, 19:00";
    over several days as event_span(). Where the tile cannot be seen, the day is said in full."""
    start, end, zone, now = event.start_time, event.end_time, event.timezone, timezone.now()
    first, last = _local(start, zone), end and _local(end, zone)
    if last and last - first > _ONE_DAY:
        return event_span(start, end, zone)
    hours, full = _hours(event, first, last), dates.near_day(first, now)
    away = (first.date() - now.astimezone(first.tzinfo).date()).days
    short = full if away in (0, 1) else date_format(first, "D")
    said = format_html(
        '<span aria-hidden="true">{}</span><span class="visually-hidden">{}</span>',
        pgettext("date", "%(day)s, %(time)s") % {"day": short, "time": hours},
        pgettext("date", "%(day)s, %(time)s") % {"day": full, "time": hours},
    )
    return _time(start, said, zone, end)


def _hours(event: EventFacts, first: datetime, last: datetime | None) -> str:
    if event.status != Status.LIVE or last is None:
        return dates.time_of_day(first)
    return f"{dates.time_of_day(first)}\N{EN DASH}{dates.time_of_day(last)}"


@register.simple_tag
def event_span(start: datetime, end: datetime | None, zone: str) -> SafeString:
    """When an event takes place, for lists: "Sat 20 Mar, 19:00-21:30"; over several days
    "Sat 20 Mar - Sun 21 Mar"."""
    first, last = _local(start, zone), end and _local(end, zone)
    return _time(start, dates.short_span(first, last, timezone.now()), zone, end)


@register.simple_tag
def moment(when: datetime, zone: str = "UTC") -> SafeString:
    """One moment in a zone: "Sat 20 March 2027, 19:00 CET"."""
    local = _local(when, zone)
    said = f"{dates.day_and_time(dates.day(local), local)} {dates.zone_name(local)}"
    return _time(when, said, zone)


@register.filter
def clock(when: datetime, zone: str) -> str:
    """The time of day in a zone: "19:04", and of another day "19:04 on Sat 20 March 2027"."""
    local, said = _local(when, zone), dates.time_of_day(_local(when, zone))
    if local.date() == _local(timezone.now(), zone).date():
        return said
    return _("%(time)s on %(day)s") % {"time": said, "day": dates.day(local)}


@register.filter
def near_day(when: datetime, zone: str) -> str:
    """The day of a moment in a zone as a heading: "Today", "Tomorrow", "Sat 20 Mar"."""
    return dates.near_day(_local(when, zone), timezone.now())


@register.filter
def clock_time(when: datetime, zone: str) -> str:
    """The time of day in a zone, whatever the day: "19:04"."""
    return dates.time_of_day(_local(when, zone))


@register.filter
def ago(when: datetime, zone: str) -> str:
    """How long a moment is gone: "12 min", "3 h", "yesterday", "Thu", "Sat 20 Mar"."""
    return dates.ago(_local(when, zone), timezone.now())


@register.filter
def days_away(when: datetime, zone: str) -> str:
    """How far off a day is: "in 10 days"; nothing for one that is far off."""
    return dates.days_away(_local(when, zone), timezone.now())


register.filter("month_heading", dates.month)


@register.filter
def zone_words(zone: str) -> str:
    """A zone by its place, "New York time"; nothing for the zones that are mere offsets."""
    place = dates.zone_place(zone)
    return _("%(place)s time") % {"place": place} if place else ""


def _time(start: datetime, said: str, zone: str, end: datetime | None = None) -> SafeString:
    return format_html(
        '<time datetime="{}"{} data-zone="{}">{}</time>',
        _iso(start),
        format_html(' data-end="{}"', _iso(end)) if end else "",
        zone,
        said,
    )


def _local(when: datetime, zone: str) -> datetime:
    return when.astimezone(ZoneInfo(zone))


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


# --- Words --------------------------------------------------------------------------------------
@register.filter
def words(value: str) -> str:
    """How the pages call a state, an answer, an approval, a format or a kind of question."""
    return str(_WORDS.get(value, value))


@register.filter
def their_answer(value: str) -> str:
    """How others read what a guest answered."""
    return str(THEIR_ANSWERS.get(value, value))


register.filter("rule_words", rule_words)


@register.filter
def at(entries: Mapping[Any, Any], key: Any) -> Any:
    """What a mapping holds for a key; nothing when it holds none."""
    return entries.get(key, "") if entries else ""


@register.simple_tag(takes_context=True)
def page_query(context: dict[str, Any], name: str, number: int) -> str:
    """The present query string, with another page number."""
    query = {key: value for key, value in context["request"].GET.items() if key != name}
    return "?" + urlencode({**query, name: number})


# --- Languages ----------------------------------------------------------------------------------
class Spoken(NamedTuple):
    """A language that this page can be had in: ``query`` switches to it and keeps the rest of the
    query string."""

    code: str
    name: str
    current: bool
    query: str


@register.simple_tag(takes_context=True)
def languages(context: Mapping[str, Any]) -> list[Spoken]:
    """The languages this instance speaks, for the switch and for search engines. None on pages that
    were made without a request."""
    request = context.get("request")
    if request is None:
        return []
    active = get_language()
    spoken = []
    for code, name in settings.LANGUAGES:
        query = request.GET.copy()
        query[PARAMETER] = code
        spoken.append(Spoken(code, name, code == active, f"?{query.urlencode()}"))
    return spoken

"""How a page asks for an event's times: a day, when it starts and ends, in a zone from a list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from events.kinds import zone_names

# Behind the name of a field: its day, and the time of that day.
_DAY, _AT = "_day", "_at"
_REGIONS = frozenset(
    {
        *("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia"),
        *("Europe", "Indian", "Pacific"),
    }
)


class DayAndTime(forms.DateTimeInput):
    """A local date and time from two inputs, ``<name>_day`` and ``<name>_at``: one ISO 8601 text.
    A text that was sent under the field's own name is taken as it is.

    With ``follows`` the day may be left out: it is that of the field of this name, or the next one
    when the time is earlier.
    """

    def __init__(self, *, follows: str = "") -> None:
        super().__init__(attrs={"type": "datetime-local"})
        self.follows = follows

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """The text; None when nothing was sent."""
        whole, at = data.get(name), data.get(name + _AT)
        if whole or at is None:
            return whole
        day = data.get(name + _DAY, "")
        if at and not day and self.follows:
            day = _day_of_end(*_parts(_start_in(data, self.follows)), at)
        return f"{day}T{at}" if day or at else ""


class ZoneSelect(forms.Select):
    """The list of zones, written in one go: Django renders each of its hundreds of options by a
    template of its own."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The <select>. ``choices`` are zone_choices()."""
        groups = tuple((str(region), tuple(zones)) for region, zones in self.choices)
        chosen = format_html('value="{}"', str(value or ""))
        options = _options(groups).replace(chosen, f"{chosen} selected", 1)
        named = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        return format_html("<select{}>{}</select>", named, SafeString(options))


class When(NamedTuple):
    """What the inputs show. ``end_day`` is empty while it goes without saying."""

    day: str
    start: str
    end_day: str
    end: str


def when_shown(start: str, end: str) -> When:
    """Two texts of DayAndTime as the inputs show them."""
    day, first = _parts(start)
    end_day, last = _parts(end)
    goes_without_saying = end_day == _day_of_end(day, first, last)
    return When(day, first, "" if goes_without_saying else end_day, last)


def zone_choices(also: str, now: datetime) -> list[tuple[str, list[tuple[str, str]]]]:
    """The zones by region, each by its place and its offset at ``now``; ``also`` is among them if
    it is a zone at all."""
    regions = _regions(now.astimezone(UTC).replace(minute=0, second=0, microsecond=0))
    known = {zone for _, zones in regions for zone, _ in zones}
    if also in known or also not in zone_names():
        return regions
    return [(also, [(also, also)]), *regions]


@lru_cache(maxsize=4)
def _options(groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]) -> str:
    return format_html_join(
        "",
        '<optgroup label="{}">{}</optgroup>',
        (
            (region, format_html_join("", '<option value="{}">{}</option>', zones))
            for region, zones in groups
        ),
    )


@lru_cache(maxsize=1)
def _regions(now: datetime) -> list[tuple[str, list[tuple[str, str]]]]:
    """Places and UTC, without old names, abbreviations and fixed offsets."""
    regions: dict[str, list[tuple[str, str]]] = {"UTC": [("UTC", "UTC")]}
    for zone in zone_names():
        region, _, place = zone.partition("/")
        if place and region in _REGIONS:
            city = ", ".join(reversed(place.replace("_", " ").split("/")))
            offset = short_offset(now.astimezone(ZoneInfo(zone)))
            regions.setdefault(region, []).append((zone, f"{city} ({offset})"))
    return [
        (region, sorted(zones, key=lambda zone: zone[1]))
        for region, zones in sorted(regions.items(), key=lambda each: (each[0] != "UTC", each[0]))
    ]


def short_offset(local: datetime) -> str:
    """How far a clock is from UTC, as people write it: "UTC+1", "UTC+5:30", "UTC"."""
    minutes = (local.utcoffset() or timedelta()) // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    sign = "\N{MINUS SIGN}" if minutes < 0 else "+"
    return f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"


def _start_in(data: Mapping[str, Any], name: str) -> str:
    return data.get(name) or f"{data.get(name + _DAY, '')}T{data.get(name + _AT, '')}"


def _parts(text: str) -> tuple[str, str]:
    day, _, at = text.partition("T")
    return day, at[:5]


def _day_of_end(day: str, start: str, end: str) -> str:
    if not end or end >= start:
        return day
    try:
        return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return day

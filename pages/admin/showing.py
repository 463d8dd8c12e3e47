"""How lists and pages of the admin show values: states as a coloured word, moments in their event's
zone, prices in units, JSON as rows. Each function that ends in ``_column`` makes a column."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from config.dates import day_and_time, short_day, zone_name
from pages.row_names import COLUMNS

Column = Callable[[Any], Any]


def badge(state: str, word: Any) -> SafeString:
    """A state as a word on the colour that the pages give it."""
    return format_html('<span class="badge badge-{}">{}</span>', state, word)


def moment(when: datetime | None, zone: str) -> SafeString | str:
    """A moment on the clock of a zone: "Sat 28 Nov, 19:00 CET"; empty for none."""
    if when is None:
        return ""
    local = when.astimezone(ZoneInfo(zone))
    said = f"{day_and_time(short_day(local, timezone.now()), local)} {zone_name(local)}"
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), said)


def pretty(value: Any) -> SafeString | str:
    """JSON to be read: an object as rows of names and values, deeper ones indented."""
    if not value:
        return "-"
    if isinstance(value, Mapping):
        return rows_of([(name, _text(each)) for name, each in value.items()])
    return format_html('<pre class="convene-json">{}</pre>', _text(value))


def rows_of(pairs: list[tuple[Any, Any]]) -> SafeString | str:
    """Names and values as a list of both."""
    row = '<div><dt dir="auto">{}</dt><dd dir="auto">{}</dd></div>'
    lines = format_html_join("", row, pairs)
    return format_html('<dl class="convene-rows">{}</dl>', lines) if pairs else "-"


def state_column(name: str) -> Column:
    """A column of choices, as badges."""

    @admin.display(description=COLUMNS[name], ordering=name)
    def column(row: Any) -> Any:
        state = getattr(row, name)
        return badge(state, getattr(row, f"get_{name}_display")()) if state else ""

    return _called(column, name)


def moment_column(name: str, event: str = "") -> Column:
    """A column of moments in the zone of the row's event, found at ``event``; in UTC without."""

    @admin.display(description=COLUMNS[name], ordering=name)
    def column(row: Any) -> Any:
        return moment(getattr(row, name), getattr(row, event).timezone if event else "UTC")

    return _called(column, name)


def zone_of(row: Any) -> str:
    """The zone that a row's page shows times in: its event's, else UTC."""
    event = getattr(row, "event", row)
    zone = getattr(event, "timezone", None)
    return zone if isinstance(zone, str) and zone else "UTC"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)


def _called(column: Column, name: str) -> Column:
    column.__name__ = name
    return column

"""What changed about an event, old and new, as far as a guest may know it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from config.cleaners import WebAddress
from config.text import unlinked
from events.domain.visibility import PlaceGuards, seen_places
from events.enums import Standing
from events.fields import EVENT
from events.rows import EventRow
from notify.domain.mail.letter import Change
from notify.domain.mail.wording import format_words, when_line

_TIMES = frozenset({"start_time", "end_time", "timezone"})
# Guests are told of what is in their calendars; a capacity or a tag is not worth a mail's line.
TOLD = frozenset(field.name for field in EVENT if field.in_calendar)


def told_changes(
    changed: Mapping[str, Any], event: EventRow, standing: Standing, *, trusted: bool = True
) -> list[Change]:
    """``changed`` is {field: [old, new]} with times as ISO 8601 strings. A place is told to
    guests who may see it now; the old one only to those who could see that, too."""
    lines = []
    if "title" in changed:
        old, new = changed["title"]
        lines.append(Change(_("Title"), unlinked(old), unlinked(new)))
    if _TIMES & changed.keys():
        lines.append(Change(_("When"), _when(changed, event, 0), _when(changed, event, 1)))
    if "format" in changed:
        old, new = (format_words(value) for value in changed["format"])
        lines.append(Change(_("Format"), old, new))
    known = seen_places(_before(changed, event), standing)
    for name in seen_places(event, standing):
        is_link = isinstance(EVENT[name].kind, WebAddress)
        if name not in changed or (is_link and not trusted):
            continue
        old, new = (value or _("none") for value in changed[name])
        old, new = (old, new) if trusted else (unlinked(old), unlinked(new))
        label = _("Online link") if is_link else _("Where")
        lines.append(Change(label, old if name in known else "", new))
    return lines


def _before(changed: Mapping[str, Any], event: EventRow) -> PlaceGuards:
    """What guarded the place before the change."""
    was = {
        name: changed[name][0] if name in changed else getattr(event, name)
        for name in PlaceGuards._fields
    }
    return PlaceGuards(**was)


def _when(changed: Mapping[str, Any], event: EventRow, side: int) -> str:
    """The old (0) or new (1) time in words."""

    def value(name: str) -> Any:
        told = changed[name][side] if name in changed else getattr(event, name)
        return (
            datetime.fromisoformat(told) if isinstance(told, str) and name != "timezone" else told
        )

    return when_line(value("start_time"), value("end_time"), value("timezone"))

"""What changed about an event, old and new, as far as a guest may know it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from config.text import unlinked
from events.domain.visibility import sees_online, sees_place
from events.enums import Format, Standing
from events.rows import EventRow
from notify.domain.mail.letter import Change
from notify.domain.mail.wording import when_line

_TIMES = frozenset({"start_time", "end_time", "timezone"})
# What guests are told of; a capacity or a tag is not worth a mail's line.
TOLD = _TIMES | {"title", "location", "online_url", "format"}


class _Before(NamedTuple):
    """What guarded the place before the change."""

    approval_required: bool
    hide_location: bool
    show_online_url: bool


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
        labels = dict(Format.choices)
        old, new = (str(labels.get(value, value)) for value in changed["format"])
        lines.append(Change(_("Format"), old, new))
    before = _before(changed, event)
    for name, label, sees in (
        ("location", _("Where"), sees_place),
        ("online_url", _("Online link"), sees_online),
    ):
        if name not in changed or not sees(event, standing):
            continue
        if name == "online_url" and not trusted:
            continue
        old, new = (value or _("none") for value in changed[name])
        old, new = (old, new) if trusted else (unlinked(old), unlinked(new))
        lines.append(Change(label, old if sees(before, standing) else "", new))
    return lines


def _before(changed: Mapping[str, Any], event: EventRow) -> _Before:
    was = {
        name: changed[name][0] if name in changed else getattr(event, name)
        for name in _Before._fields
    }
    return _Before(**was)


def _when(changed: Mapping[str, Any], event: EventRow, side: int) -> str:
    """The old (0) or new (1) time in words."""

    def value(name: str) -> Any:
        told = changed[name][side] if name in changed else getattr(event, name)
        return (
            datetime.fromisoformat(told) if isinstance(told, str) and name != "timezone" else told
        )

    return when_line(value("start_time"), value("end_time"), value("timezone"))

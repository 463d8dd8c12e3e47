"""What an event's fields may hold together. Every door's input passes here before it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from channels.enums import Visibility
from config.errors import Flaws, Invalid
from events.domain import times
from events.fields import EVENT, TIMES


class Scheduled(Protocol):
    """What a change is checked against."""

    @property
    def start_time(self) -> datetime: ...
    @property
    def end_time(self) -> datetime | None: ...
    @property
    def timezone(self) -> str: ...


def clean_event(values: Mapping[str, Any], *, stored: Scheduled | None = None) -> dict[str, Any]:
    """Model values for the event fields among ``values``; the other keys are left out.

    ``stored`` is the event being changed: its zone reads naive times and its start bounds a new
    end. Times come as ISO 8601 text or datetimes. Raises Invalid with every field that is wrong.
    """
    cleaned, errors = EVENT.clean(values, new=stored is None)
    if (values.get("channel_visibility") or Visibility.PUBLIC) not in Visibility.values:
        errors["channel_visibility"] = ["not_a_visibility"]
    _clean_times(values, cleaned, errors, stored)
    if errors:
        raise Invalid(errors)
    return cleaned


def _clean_times(
    values: Mapping[str, Any],
    cleaned: dict[str, Any],
    errors: dict[str, Flaws],
    stored: Scheduled | None,
) -> None:
    zone, offset = cleaned.pop("timezone", None), values.get("timezone_offset_minutes")
    try:
        if offset is not None:
            times.check_offset(offset)
    except Invalid as problem:
        errors.update(problem.errors)
    if "timezone" in errors or "timezone_offset_minutes" in errors:
        return
    if zone:
        cleaned["timezone"] = zone
    elif stored is None and offset is not None:
        cleaned["timezone"] = times.zone_of_offset(offset) or "UTC"
    for field in TIMES:
        if cleaned.get(field) is None:
            continue
        try:
            cleaned[field] = times.to_utc(
                cleaned[field],
                field=field,
                zone=zone,
                offset_minutes=offset,
                stored_zone=stored.timezone if stored else None,
            )
        except Invalid as problem:
            del cleaned[field]
            errors.update(problem.errors)
    start = cleaned.get("start_time", stored.start_time if stored else None)
    end = cleaned.get("end_time", stored.end_time if stored else None)
    if start and end and end <= start and not {"start_time", "end_time"} & errors.keys():
        errors["end_time" if "end_time" in cleaned else "start_time"] = ["ends_before_start"]

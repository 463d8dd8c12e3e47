"""What an event's fields may hold. Every door's input passes here before it is stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from channels.enums import Visibility
from config.cleaners import Cleaner, flag, one_of, text, web_address, whole
from config.errors import Flaws, Invalid
from config.text import clean_text, text_problem
from events import limits
from events.domain import times
from events.enums import Format

_TIMES = ("start_time", "end_time", "rsvp_close_at")
_METADATA_DEPTH = 16
# PostgreSQL gives a large float back as a whole number, and JSON is written with 64-bit ones.
_LARGEST_NUMBER = 2**63 - 1

# What null turns into, for the fields that can be cleared.
_CLEARED: dict[str, Any] = {
    "description": "",
    "location": "",
    "online_url": "",
    "end_time": None,
    "rsvp_close_at": None,
    "capacity": None,
    "tags": [],
    "metadata": {},
    "cover_id": None,
}


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
    cleaned: dict[str, Any] = {}
    errors: dict[str, Flaws] = {}

    def attempt(field: str, clean: Callable[[], Any]) -> None:
        try:
            cleaned[field] = clean()
        except Invalid as problem:
            errors.update(problem.errors)

    if stored is None:
        for field in ("title", "start_time"):
            if field not in values:
                errors[field] = ["This field is required."]
    for field, value in values.items():
        if value is None and field in _CLEARED:
            cleaned[field] = _CLEARED[field]
        elif value is None and (field in _CLEANERS or field in _TIMES or field == "timezone"):
            errors[field] = ["This field may not be null."]
        elif field in _CLEANERS:
            attempt(field, lambda field=field, value=value: _CLEANERS[field](field, value))  # type: ignore[misc]
    if (values.get("channel_visibility") or Visibility.PUBLIC) not in Visibility.values:
        errors["channel_visibility"] = ["Use public or private."]
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
    try:
        zone = times.check_zone(values["timezone"]) if values.get("timezone") else None
        offset = values.get("timezone_offset_minutes")
        if offset is not None:
            times.check_offset(offset)
    except Invalid as problem:
        errors.update(problem.errors)
        return
    if zone is not None:
        cleaned["timezone"] = zone
    elif stored is None and offset is not None:
        cleaned["timezone"] = times.zone_of_offset(offset) or "UTC"
    for field in _TIMES:
        value = values.get(field)
        if value is None:
            continue
        try:
            cleaned[field] = times.to_utc(
                value if isinstance(value, datetime) else times.read_time(value, field=field),
                field=field,
                zone=zone,
                offset_minutes=offset,
                stored_zone=stored.timezone if stored else None,
            )
        except Invalid as problem:
            errors.update(problem.errors)
    start = cleaned.get("start_time", stored.start_time if stored else None)
    end = cleaned.get("end_time", stored.end_time if stored else None)
    if start and end and end <= start and not {"start_time", "end_time"} & errors.keys():
        errors["end_time" if "end_time" in cleaned else "start_time"] = [
            "The event must end after it starts."
        ]


def _id(field: str, value: Any) -> UUID:
    try:
        return value if isinstance(value, UUID) else UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise Invalid({field: "Must be a valid UUID."}) from None


def _tags(field: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        raise Invalid({field: "Tags are a list of texts."})
    tags = dict.fromkeys(
        clean_text(tag, field=field, limit=limits.TAG, required=True) for tag in value
    )
    if len(tags) > limits.TAGS:
        raise Invalid({field: f"An event has at most {limits.TAGS} tags."})
    return list(tags)


def _metadata(field: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Invalid({field: "Metadata is an object."})
    if not _storable(value, _METADATA_DEPTH):
        kept = f"plain JSON with 64-bit numbers, at most {_METADATA_DEPTH} levels deep"
        raise Invalid({field: f"Metadata holds {kept}."})
    if len(json.dumps(value).encode()) > limits.METADATA_BYTES:
        raise Invalid({field: f"Metadata takes at most {limits.METADATA_BYTES} bytes."})
    return value


def _storable(value: Any, depth: int) -> bool:
    if isinstance(value, str):
        return text_problem(value, multiline=True) is None
    if isinstance(value, dict):
        return depth > 0 and all(
            _storable(key, depth) and _storable(entry, depth - 1) for key, entry in value.items()
        )
    if isinstance(value, list):
        return depth > 0 and all(_storable(entry, depth - 1) for entry in value)
    if isinstance(value, int | float):
        return abs(value) <= _LARGEST_NUMBER
    return value is None


_CLEANERS: dict[str, Cleaner] = {
    "title": text(limits.TITLE, required=True),
    "description": text(limits.DESCRIPTION, multiline=True),
    "location": text(limits.LOCATION),
    "online_url": web_address(limits.URL),
    "format": one_of(Format.values),
    "capacity": whole(1, limits.CAPACITY),
    "max_guests_per_rsvp": whole(0, limits.GUESTS_PER_RSVP),
    "is_private": flag,
    "approval_required": flag,
    "hide_location": flag,
    "rsvps_closed": flag,
    "featured": flag,
    "cover_id": _id,
    "tags": _tags,
    "metadata": _metadata,
}

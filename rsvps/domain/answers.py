"""What an answer's fields may hold. Every door's input passes here before it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from config.cleaners import Cleaner, clean_fields, flag, one_of, text
from config.errors import Invalid
from config.text import clean_text
from rsvps import limits
from rsvps.enums import Attendance


def clean_answer(values: Mapping[str, Any], *, new: bool) -> dict[str, Any]:
    """Model values for the RSVP fields among ``values``; the other keys are left out.

    A ``new`` answer needs name and attendance. Whether the party is small enough is asked under
    the event's lock. Raises Invalid with every field that is wrong.
    """
    cleaned, errors = clean_fields(values, _CLEANERS, _CLEARED)
    if new:
        missing = [field for field in ("name", "attendance") if field not in values]
        errors = {field: ["This field is required."] for field in missing} | errors
    if errors:
        raise Invalid(errors)
    return cleaned


def ensure_party(guest_count: int, *, at_most: int) -> None:
    """Raises Invalid when a party brings more guests than the event allows for each answer."""
    if guest_count > at_most:
        allowed = "no guests" if at_most == 0 else f"at most {at_most}"
        raise Invalid({"guest_count": f"You can bring {allowed} to this event."})


def _email(field: str, value: Any) -> str:
    email = clean_text(value, field=field, limit=limits.EMAIL)
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise Invalid({field: "Use a valid e-mail address."}) from None
    return email


def _guest_count(field: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Invalid({field: "A whole number from 0 on is required."})
    return value


_CLEARED = {"email": "", "pronouns": "", "note": ""}
_CLEANERS: dict[str, Cleaner] = {
    "name": text(limits.NAME, required=True),
    "email": _email,
    "pronouns": text(limits.PRONOUNS),
    "attendance": one_of(Attendance.values),
    "guest_count": _guest_count,
    "note": text(limits.NOTE, multiline=True),
    "is_private": flag,
}

"""What an RSVP's fields may hold together. Every door's input passes here before it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.errors import Invalid, flaw
from rsvps.fields import RSVP, WAITING


def clean_answer(values: Mapping[str, Any], *, new: bool) -> dict[str, Any]:
    """Model values for the RSVP fields among ``values``; the other keys are left out.

    A ``new`` answer needs name and attendance. Whether the party is small enough is asked under
    the event's lock. Raises Invalid with every field that is wrong.
    """
    cleaned, errors = RSVP.clean(values, new=new)
    if errors:
        raise Invalid(errors)
    return cleaned


def asks_to_wait(values: Mapping[str, Any]) -> bool:
    """Whether an answer that finds no seat is to wait for one (``join_waitlist``). Raises
    Invalid."""
    cleaned, errors = WAITING.clean(values, new=False)
    if errors:
        raise Invalid(errors)
    return bool(cleaned.get("join_waitlist"))


def ensure_named(guest_names: list[str], guest_count: int) -> None:
    """Raises Invalid when more guests are named than a party brings."""
    if len(guest_names) > guest_count:
        raise Invalid({"guest_names": flaw("more_names_than_guests", most=guest_count)})


def ensure_party(guest_count: int, *, at_most: int) -> None:
    """Raises Invalid when a party brings more guests than the event allows for each answer."""
    if guest_count > at_most:
        refused = flaw("too_many_guests", most=at_most) if at_most else "no_guests"
        raise Invalid({"guest_count": refused})

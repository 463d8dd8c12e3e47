"""Opaque, signed positions in a list: a client hands back what it was given, or gets a 400."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core import signing

from config.errors import Invalid

_SALT = "convene.cursor"


def encode_cursor(moment: datetime, id: UUID, *, of: str) -> str:
    """The cursor behind the row (moment, id) of the list called ``of``."""
    return signing.dumps([of, moment.isoformat(), id.hex], salt=_SALT)


def decode_cursor(text: str, *, of: str, field: str = "cursor") -> tuple[datetime, UUID]:
    """The position a cursor of the list ``of`` stands for. Raises Invalid naming ``field``."""
    try:
        made_for, moment, id = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError):
        made_for = None
    if made_for != of:
        raise Invalid({field: "This cursor was not made for this list."})
    return datetime.fromisoformat(moment), UUID(id)

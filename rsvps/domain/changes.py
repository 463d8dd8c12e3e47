"""What is told of a change to an answer that its row does not tell afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from rsvps.domain.capacity import Holding
from rsvps.models import Rsvp


def differences(before: Holding, after: Holding) -> dict[str, list[Any]]:
    """What changed of how the answer counts, as {field: [old, new]}. Names, addresses and notes
    are left out: they stay in the answer alone."""
    fields = zip(Holding._fields, before, after, strict=True)
    return {name: [old, new] for name, old, new in fields if old != new}


def erased_answers(rsvps: Iterable[Rsvp]) -> dict[str, Any]:
    """What mail must know of answers that are about to be deleted: ``guests``, those who left an
    address. Empty where the instance sends no mail."""
    if not settings.MAIL_ENABLED:
        return {}
    guests = [
        {
            "rsvp_id": rsvp.id,
            "name": rsvp.name,
            "email": rsvp.email,
            "attendance": rsvp.attendance,
            "approval": rsvp.approval,
            "language": rsvp.language,
        }
        for rsvp in rsvps
        if rsvp.email
    ]
    return {"guests": guests}

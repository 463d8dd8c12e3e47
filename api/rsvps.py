"""What the inputs of RSVPs have in common in all APIs."""

from __future__ import annotations

from typing import Any

from api.inputs import Input
from api.words import RSVP_WORDS
from rsvps.enums import Approval


class RsvpWords(Input):
    """Base of the inputs of RSVPs."""

    words = RSVP_WORDS

    def is_stale(self, name: str, value: Any, told: Any) -> bool:
        """Waiting, as it was before its organizers decided."""
        return bool(value == Approval.PENDING)

"""What the inputs of RSVPs have in common in all APIs."""

from __future__ import annotations

from typing import Any

from api.inputs import Input
from api.words import RSVP_WORDS, folded
from rsvps.enums import Approval

_PLACE = folded("waitlist_position")


class RsvpWords(Input):
    """Base of the inputs of RSVPs."""

    words = RSVP_WORDS

    def is_stale(self, name: str, value: Any, told: Any) -> bool:
        """Waiting, as it was before its organizers decided or seats came free, and any place in
        line: others leave."""
        return folded(name) == _PLACE or value in (Approval.PENDING, Approval.WAITLISTED)

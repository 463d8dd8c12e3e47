"""What the inputs of events have in common in all APIs."""

from __future__ import annotations

from typing import Any, ClassVar

from api.inputs import Input
from api.words import EVENT_WORDS, folded
from events.enums import Status

# How an event passes from one status to the next by the clock alone.
_BY_CLOCK = [Status.SCHEDULED.value, Status.LIVE.value, Status.ENDED.value]


class EventWords(Input):
    """Base of the inputs of events. Status and ``rsvps_closed`` are answered by the clock, so that
    the clock may have changed them since they were read."""

    words = EVENT_WORDS
    untold: ClassVar = {"status": Status.SCHEDULED.value}

    def is_stale(self, name: str, value: Any, told: Any) -> bool:
        """An earlier status of an event that was not called off."""
        known = folded(name) == "status" and told in _BY_CLOCK
        return known and value in _BY_CLOCK[: _BY_CLOCK.index(told)]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Closed by the clock and written back so, an event is not closed by its organizer."""
        if (
            attrs.get("rsvps_closed")
            and self.is_written_back()
            and self.answered.get("rsvps_closed")
        ):
            del attrs["rsvps_closed"]
        return attrs

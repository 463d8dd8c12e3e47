"""What the inputs of events have in common in all APIs."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from access.sentences import sentence
from api.fields import Choice
from api.inputs import Input, input_of
from api.previews import PreviewQuery
from api.words import EVENT_WORDS, folded
from config.errors import flaw
from events.enums import Status
from events.errors import IsCancelled
from events.fields import NOTICE

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


# What may be sent beside a status that takes a cancellation back.
_BESIDE = frozenset(map(folded, ("status", *NOTICE.names)))
_SET = (Status.SCHEDULED.value, Status.CANCELLED.value)


class EventChanges(EventWords):
    """Base of the inputs of changes to events: with the status, and who is told."""

    status = Choice(
        choices=Status.choices,
        required=False,
        help_text="cancelled cancels the event. scheduled, with nothing else but notify and "
        "notify_message, takes that back. The present status changes nothing.",
    )
    notify = input_of(NOTICE["notify"])
    notify_message = input_of(NOTICE["notify_message"])

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Leaves a status out that changes nothing; by itself it may change other occurrences of a
        series. Raises IsCancelled when more than the status
        is sent to an event that is cancelled: what was read before that does not revive it."""
        attrs = super().validate(attrs)
        status, present = attrs.get("status"), self.answered["status"]
        if status is None:
            return attrs
        written_back = self.is_written_back() and self.is_stale("status", status, present)
        alone = all(folded(name) in _BESIDE for name in self.initial_data)
        if written_back or (status == present and not alone):
            del attrs["status"]
        elif status == Status.SCHEDULED and present == Status.CANCELLED:
            if not alone:
                raise IsCancelled
        elif status != present and status != Status.CANCELLED:
            wrong = sentence(flaw("not_one_of", choices=", ".join(_SET)))
            raise serializers.ValidationError({"status": [wrong]})
        return attrs


class NoticeQuery(PreviewQuery):
    """Who is told of a deletion or a cancellation, which has no body to say it in."""

    notify = input_of(NOTICE["notify"])
    notify_message = input_of(NOTICE["notify_message"])

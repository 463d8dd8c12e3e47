"""What the bodies of events have in common: how an event reaches its hosts, and its series."""

from __future__ import annotations

from typing import Annotated, Any, Self
from uuid import UUID

from rest_framework.serializers import CharField, IntegerField

from api.bodies import Body, Url
from events.addresses import series_url
from events.facts import EventFacts

_RULE = CharField(help_text="RFC 5545, like FREQ=WEEKLY;BYDAY=TU.")
_INDEX = IntegerField(help_text="The occurrence's number, from 0, in the order they were made.")


class EventSeriesBody(Body):
    """The series an event is an occurrence of. ``url`` is its page."""

    id: UUID
    rrule: Annotated[str, _RULE]
    index: Annotated[int, _INDEX]
    url: Url

    @classmethod
    def of(cls, facts: EventFacts, base_url: str) -> Self | None:
        """That of an event; None for an event that does not repeat."""
        if facts.series is None:
            return None
        return cls.like(facts.series, url=series_url(base_url, facts.series.id))


def hosts_side(facts: EventFacts) -> dict[str, Any]:
    """``host_email``, ``host_digest`` and ``reminders`` of a body, and of an event that was taken
    down when and why, for whoever may know them; empty for others."""
    if facts.host_digest is None:
        return {}
    taken_down: dict[str, Any] = {}
    if facts.taken_down_at is not None:
        reason = facts.takedown_reason or None
        taken_down = {"taken_down_at": facts.taken_down_at, "takedown_reason": reason}
    return taken_down | {
        "host_email": facts.host_email or None,
        "host_digest": facts.host_digest,
        "reminders": facts.reminders,
    }

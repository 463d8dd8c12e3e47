"""What doors read of an event: redacted, counted, ready to render."""

from events.facts.event import (
    EventChannel,
    EventCover,
    EventFacts,
    EventSeries,
    event_facts,
    many_event_facts,
)
from events.facts.links import LinkFacts, event_link_facts, link_facts
from events.facts.streams import StreamFacts, event_of_stream, streams_of
from events.facts.tiers import (
    QuestionFacts,
    TierFacts,
    event_tiers,
    tier_form,
    tiers_of_events,
)

__all__ = [
    "EventChannel",
    "EventCover",
    "EventFacts",
    "EventSeries",
    "LinkFacts",
    "QuestionFacts",
    "StreamFacts",
    "TierFacts",
    "event_facts",
    "event_link_facts",
    "event_of_stream",
    "event_tiers",
    "link_facts",
    "many_event_facts",
    "streams_of",
    "tier_form",
    "tiers_of_events",
]

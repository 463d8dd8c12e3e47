"""Events as they are read: flat rows, one by one and in lists."""

from events.rows.event import (
    EventRow,
    LinkRow,
    QuestionRow,
    TierRow,
    event_row,
    event_rows,
    event_versions,
    link_row,
    link_rows,
    question_rows,
    series_event_ids,
    tier_rows,
    tier_rows_of,
)
from events.rows.lists import (
    TaggedRow,
    coming_rows,
    count_coming,
    count_public_listing,
    public_listing_rows,
    public_listing_versions,
    tagged_rows,
)

__all__ = [
    "EventRow",
    "LinkRow",
    "QuestionRow",
    "TaggedRow",
    "TierRow",
    "coming_rows",
    "count_coming",
    "count_public_listing",
    "event_row",
    "event_rows",
    "event_versions",
    "link_row",
    "link_rows",
    "public_listing_rows",
    "public_listing_versions",
    "question_rows",
    "series_event_ids",
    "tagged_rows",
    "tier_rows",
    "tier_rows_of",
]

"""Events, their links, tiers, questions and streams in the admin."""

from events.admin.events import EventAdmin
from events.admin.links import EventLinkAdmin
from events.admin.series import SeriesAdmin
from events.admin.streams import LiveRoomAdmin
from events.admin.tiers import QuestionAdmin, TierAdmin

__all__ = [
    "EventAdmin",
    "EventLinkAdmin",
    "LiveRoomAdmin",
    "QuestionAdmin",
    "SeriesAdmin",
    "TierAdmin",
]

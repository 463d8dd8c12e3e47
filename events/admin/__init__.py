"""Events, their links, tiers and questions in the admin."""

from events.admin.events import EventAdmin, EventLinkAdmin
from events.admin.tiers import QuestionAdmin, TierAdmin

__all__ = ["EventAdmin", "EventLinkAdmin", "QuestionAdmin", "TierAdmin"]

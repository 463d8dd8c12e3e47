"""How many guests hear of a change."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q

from events.enums import Notify
from rsvps.enums import Approval, Attendance
from rsvps.models import Rsvp


class Audience(NamedTuple):
    """How many guests with an address each choice reaches; see Notify."""

    going: int
    all: int

    def notified(self, notify: str) -> int:
        """How many get a mail. Without mail nobody does."""
        if not settings.MAIL_ENABLED or notify == Notify.NONE:
            return 0
        return self.going if notify == Notify.GOING else self.all


def audience_of(event_id: UUID) -> Audience:
    """The guests of an event who can be told. One query."""
    return audience_of_all([event_id])


def audience_of_all(event_ids: Collection[UUID]) -> Audience:
    """The guests of several events, each as often as they answered. One query."""
    going = Q(attendance=Attendance.GOING, approval=Approval.APPROVED)
    told = Rsvp.objects.filter(event_id__in=event_ids).reached_by(Notify.ALL)
    return Audience(**told.aggregate(going=Count("id", filter=going), all=Count("id")))

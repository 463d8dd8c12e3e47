"""How many guests hear of a change."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from config.text import mailbox_of
from events.enums import Notify
from rsvps.enums import Approval, Attendance
from rsvps.models import Rsvp

_CHUNK = 1000


class Audience(NamedTuple):
    """How many mails each choice sends; see Notify."""

    going: int
    all: int

    def notified(self, notify: str) -> int:
        """How many get a mail. Without mail nobody does."""
        if not settings.MAIL_ENABLED or notify == Notify.NONE:
            return 0
        return self.going if notify == Notify.GOING else self.all


def audience_of(event_id: UUID) -> Audience:
    """How many can be told of an event. One query."""
    return audience_of_all([event_id])


def audience_of_all(event_ids: Collection[UUID]) -> Audience:
    """How many can be told of these: a mailbox counts once for each event, as it gets one mail. One
    query."""
    attends = Q(attendance=Attendance.GOING, approval=Approval.APPROVED)
    answers = Rsvp.objects.filter(event_id__in=event_ids)
    told = answers.reached_by(Notify.ALL).annotate(attends=attends).order_by()
    going, everybody = set(), set()
    rows = told.values_list("event_id", "email", "attends")
    for event_id, email, is_going in rows.iterator(_CHUNK):
        everybody.add((event_id, mailbox_of(email)))
        if is_going:
            going.add((event_id, mailbox_of(email)))
    return Audience(going=len(going), all=len(everybody))

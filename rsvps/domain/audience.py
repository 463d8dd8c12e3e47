"""How many guests hear of a change."""

from __future__ import annotations

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
    """How many can be told of an event: a mailbox counts once, as it gets one mail. One query."""
    attends = Q(attendance=Attendance.GOING, approval=Approval.APPROVED)
    told = Rsvp.objects.of_event(event_id).reached_by(Notify.ALL).annotate(attends=attends)
    going, everybody = set(), set()
    for email, is_going in told.order_by().values_list("email", "attends").iterator(_CHUNK):
        everybody.add(mailbox_of(email))
        if is_going:
            going.add(mailbox_of(email))
    return Audience(going=len(going), all=len(everybody))

"""What the RSVP filters mean."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from events.enums import Notify
from rsvps.enums import Approval, Attendance

if TYPE_CHECKING:
    from rsvps.models import Rsvp  # noqa: F401 - names the model in the annotation below


# Stands for answers without a ticket.
NO_TIER = "none"


class RsvpQuerySet(models.QuerySet["Rsvp"]):
    """Lists start with of_event()."""

    def of_event(self, event_id: UUID) -> RsvpQuerySet:
        """All answers to one event."""
        return self.filter(event_id=event_id)

    def listed(self) -> RsvpQuerySet:
        """Answers the public attendee list names: approved and not private."""
        return self.filter(approval=Approval.APPROVED, is_private=False)

    def attending(self) -> RsvpQuerySet:
        """Answers that hold seats: going and approved."""
        return self.filter(attendance=Attendance.GOING, approval=Approval.APPROVED)

    def of_approval(self, approval: str) -> RsvpQuerySet:
        """Those of one state, for organizers: who waits for seats as they stand in line."""
        return self.in_line() if approval == Approval.WAITLISTED else self.filter(approval=approval)

    def in_line(self) -> RsvpQuerySet:
        """Answers that wait for seats, the front of the line first. Needs of_event()."""
        return self.filter(approval=Approval.WAITLISTED).order_by("waitlisted_at", "id")

    def reached_by(self, notify: str) -> RsvpQuerySet:
        """Answers whose guests are told by mail when an organizer tells these (see Notify): those
        with an address, first come, first."""
        if notify == Notify.GOING:
            told = self.attending()
        elif notify == Notify.ALL:
            told = self.exclude(approval=Approval.REJECTED)
        else:
            return self.none()
        return told.exclude(email="").order_by("created_at", "id")

    def of_email(self, email: str) -> RsvpQuerySet:
        """Answers with this address, whatever its case. Needs of_event() to be fast."""
        return self.alias(address=Lower("email")).filter(address=email.lower())

    def narrowed(
        self, *, attendance: str = "", approval: str = "", tier: str = "", q: str = ""
    ) -> RsvpQuerySet:
        """What an organizer's list is narrowed to; an empty word narrows nothing. ``tier`` is an id
        or NO_TIER, ``q`` a text as in matching()."""
        rsvps = self
        if attendance:
            rsvps = rsvps.filter(attendance=attendance)
        if approval:
            rsvps = rsvps.of_approval(approval)
        if tier:
            rsvps = rsvps.filter(tier=None if tier == NO_TIER else UUID(tier))
        return rsvps.matching(q) if q else rsvps

    def matching(self, text: str) -> RsvpQuerySet:
        """Answers with ``text`` in name or e-mail address; for organizers only."""
        return self.filter(Q(name__icontains=text) | Q(email__icontains=text))

"""What the RSVP filters mean."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from events.enums import Audience
from rsvps.enums import Approval, Attendance

if TYPE_CHECKING:
    from rsvps.models import Rsvp  # noqa: F401 - names the model in the annotation below


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

    def audience(self, event_id: UUID, audience: str) -> RsvpQuerySet:
        """Answers of whom organizers tell something by mail; see Audience. First come, first."""
        answers = self.of_event(event_id)._in(audience)
        return answers.exclude(email="").order_by("created_at", "id")

    def silent_audience(self, event_id: UUID, audience: str) -> RsvpQuerySet:
        """Those among them who left no address."""
        return self.of_event(event_id)._in(audience).filter(email="")

    def _in(self, audience: str) -> RsvpQuerySet:
        if audience == Audience.GOING:
            return self.attending()
        return self.exclude(approval=Approval.REJECTED) if audience == Audience.ALL else self.none()

    def of_email(self, email: str) -> RsvpQuerySet:
        """Answers with this address, whatever its case. Needs of_event() to be fast."""
        return self.alias(address=Lower("email")).filter(address=email.lower())

    def matching(self, text: str) -> RsvpQuerySet:
        """Answers with ``text`` in name or e-mail address; for organizers only."""
        return self.filter(Q(name__icontains=text) | Q(email__icontains=text))

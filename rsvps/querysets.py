"""What the RSVP filters mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from events.enums import Notify
from rsvps.enums import Approval, Attendance

if TYPE_CHECKING:
    from rsvps.models import Rsvp  # noqa: F401 - names the model in the annotation below


class _Lines(models.Func):
    """A JSON list of strings as one text, an entry on each line; NULL for an empty list."""

    output_field = models.TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """By walking the list."""
        template = "(SELECT group_concat(value, char(10)) FROM JSON_EACH(%(expressions)s))"
        return super().as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """By aggregating its elements."""
        template = (
            "(SELECT string_agg(entry, chr(10)) FROM"
            " jsonb_array_elements_text(%(expressions)s) AS entries(entry))"
        )
        return super().as_sql(compiler, connection, template=template, **context)


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

    def named(self, text: str) -> RsvpQuerySet:
        """Answers with ``text`` in the guest's name, or in that of somebody they bring; for
        organizers and the door."""
        return self._with_names().filter(_named(text))

    def matching(self, text: str) -> RsvpQuerySet:
        """Answers with ``text`` in a name, as named(), or in the e-mail address; for organizers
        only."""
        return self._with_names().filter(_named(text) | Q(email__icontains=text))

    def _with_names(self) -> RsvpQuerySet:
        return self.alias(brought=_Lines("guest_names"))


def _named(text: str) -> Q:
    return Q(name__icontains=text) | Q(brought__icontains=text)

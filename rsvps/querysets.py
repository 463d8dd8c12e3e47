"""What the RSVP filters mean."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q
from django.db.models.functions import Coalesce, Lower

from accounts.enums import LinkRole
from config.fulltext import part_of
from events.enums import Notify
from rsvps import limits
from rsvps.enums import Approval, Attendance

if TYPE_CHECKING:
    from rsvps.models import KeptEvent, Rsvp  # noqa: F401 - names of the annotations below


# Stands for answers without a ticket.
NO_TIER = "none"


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

    def of_emails(self, emails: Collection[str]) -> RsvpQuerySet:
        """Answers with one of these addresses, given in lower case. Needs of_event() to be fast."""
        return self.alias(address=Lower("email")).filter(address__in=emails)

    def with_same_email(self) -> RsvpQuerySet:
        """``has_same_email``: whether another answer to the event came from the same address."""
        others = self.model.objects.filter(event=OuterRef("event")).exclude(pk=OuterRef("pk"))
        same = others.alias(address=Lower("email")).filter(address=Lower(OuterRef("email")))
        return self.annotate(has_same_email=Exists(same) & ~Q(email=""))

    def named(self, text: str) -> RsvpQuerySet:
        """Answers with each word of ``text`` in the guest's name, or in that of somebody they
        bring, as part_of() compares; for organizers and the door."""
        return self._with_names().filter(part_of("name", "brought", text=text))

    def matching(self, text: str) -> RsvpQuerySet:
        """The same with the e-mail address; for organizers only."""
        return self._with_names().filter(part_of("name", "brought", "email", text=text))

    def _with_names(self) -> RsvpQuerySet:
        return self.alias(brought=_Lines("guest_names"))


class KeptEventQuerySet(models.QuerySet["KeptEvent"]):
    """What browsers keep."""

    def of_device(self, device_id: UUID, now: datetime) -> KeptEventQuerySet:
        """What a device keeps whose link or answer is still the one it was."""
        link_opens = Q(
            link__version=F("version"),
            link__revoked_at=None,
            link__role__in=(LinkRole.OWNER, LinkRole.COHOST),
        ) & (Q(link__expires_at=None) | Q(link__expires_at__gt=now))
        answer_opens = Q(rsvp__token_version=F("version"))
        return self.filter(link_opens | answer_opens, device_id=device_id)

    def with_events(self, now: datetime) -> models.QuerySet[Any]:
        """``occurrence``: the id of the event. The link of a series is there once for each of its
        occurrences, but for those that have been over for KEPT_DAYS."""
        recent = Q(link__series__events__over_at__gt=now - timedelta(days=limits.KEPT_DAYS))
        of_series = FilteredRelation("link__series__events", condition=recent)
        kept = self.alias(each=of_series).annotate(occurrence=Coalesce("event_id", "each__id"))
        return kept.filter(occurrence__isnull=False)

    def of_event(self, event_id: UUID) -> KeptEventQuerySet:
        """What is kept of an event, be it with the rest of its series."""
        return self.filter(Q(event_id=event_id) | Q(link__series__events=event_id))

    def hosted_or_attended(self) -> KeptEventQuerySet:
        """Those that are hosted, or answered with going and approved."""
        attends = Q(rsvp__attendance=Attendance.GOING, rsvp__approval=Approval.APPROVED)
        return self.filter(Q(link__isnull=False) | attends)

    def offered_before(self, moment: datetime) -> KeptEventQuerySet:
        """Offers that nobody took up."""
        return self.filter(device=None, created_at__lte=moment)

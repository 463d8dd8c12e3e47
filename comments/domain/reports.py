"""Reporting an event to whoever runs the instance. Its hosts hear nothing of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone

from comments import limits
from comments.enums import ReportReason
from comments.models import Report
from config.cleaners import Email, Field, OneOf, Table, Text
from config.errors import Invalid
from events.domain.locking import locked_event
from outbox.domain.emitting import tell
from outbox.enums import Kind

# What a visitor says.
REPORT = Table(
    Field("reason", OneOf(ReportReason.choices), needed=True),
    Field("text", Text(limits.REPORT, multiline=True), null=""),
    Field("email", Email(limits.EMAIL), null=""),
)


def report_event(*, event_id: UUID, **values: Any) -> UUID:
    """Keeps a visitor's report (reason, text, email) for the admin, and has it mailed to
    ADMIN_EMAIL; its id. Raises Invalid, NotFound."""
    cleaned, errors = REPORT.clean(values, new=True)
    if errors:
        raise Invalid(errors)
    with locked_event(event_id) as event:
        report = Report.objects.create(event_id=event_id, **cleaned)
        tell(event, Kind.EVENT_REPORTED, report.pk)
    return report.pk


def settle_report(*, report_id: UUID) -> None:
    """Notes that somebody dealt with it."""
    Report.objects.filter(pk=report_id, settled_at=None).update(settled_at=timezone.now())

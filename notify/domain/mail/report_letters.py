"""What whoever runs the instance is told of a reported event."""

from __future__ import annotations

from django.utils.translation import gettext as _

from comments.models import Report
from config.links import site_url
from config.text import unlinked
from events.addresses import page_url
from notify.domain.mail.guest_letters import said
from notify.domain.mail.letter import Letter
from notify.domain.mail.sources import Sources
from notify.domain.mail.wording import when_lines
from notify.models import Mail


def report_letter(mail: Mail, sources: Sources) -> Letter | None:
    """The report in words, which only its reader sees; answering writes to the visitor who left an
    address. None when it is gone."""
    event = sources.event(mail)
    if event is None or mail.object_id is None:
        return None
    report = Report.objects.filter(pk=mail.object_id).first()
    if report is None:
        return None
    here = site_url()
    return Letter(
        subject=_("An event was reported"),
        kicker=_("An event was reported"),
        heading=unlinked(event.title),
        quote=said(report.text, trusted=False),
        facts=[
            (_("Reason"), [report.get_reason_display()]),
            (_("When"), when_lines(event.start_time, event.end_time, event.timezone)),
        ],
        buttons=[
            (_("Open the report"), f"{here}/admin/comments/report/{report.pk}/change/"),
            (_("See the event"), page_url(here, event.id)),
        ],
        reply_to=report.email,
    )

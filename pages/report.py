"""Reporting an event to whoever runs this site."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from access.events import seen
from comments.domain.reports import REPORT, report_event
from pages.base import PageRequest, page, see_other
from pages.forms import DomainForm, email, shown


class ReportForm(DomainForm):
    """What is wrong, and where the operator may ask back."""

    reason = shown(REPORT["reason"], _("What is wrong?"))
    text = shown(REPORT["text"], _("What should we know?"), attrs={"rows": 6})
    email = email(
        REPORT["email"],
        _("Your e-mail address"),
        help_text=_("Only the people who run this site see it. Leave it empty to stay anonymous."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="reports")
def report(request: PageRequest, event_id: UUID) -> HttpResponse:
    """A visitor's report, which the hosts never see."""
    facts = seen(request.actor, event_id).facts
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            report_event(event_id=event_id, **form.cleaned_data)
            messages.success(request, _("Thank you. The people who run this site will look at it."))
            return see_other("event", event_id)
    context = {"event": facts, "form": form}
    return render(request, "event/report.html", context, status=400 if form.errors else 200)

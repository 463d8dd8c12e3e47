"""Inviting people by mail: addresses that are typed, or those of a CSV file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from access.events import owned
from access.sentences import sentence
from config.errors import flaw
from notify.domain.mail.invitations import invited_guests
from pages.base import PageRequest, page, page_number, see_other
from pages.forms import DomainForm, long_text
from rsvps import limits
from rsvps.domain.invitations import invite, read_addresses

_A_PAGE = 100
_MOST_BYTES = 512 * 1024


class InvitationForm(DomainForm):
    """Whom to invite."""

    emails = long_text("E-mail addresses", limit=_MOST_BYTES, rows=6, help_text="One on each line.")
    file = forms.FileField(
        label="Or a CSV file",
        required=False,
        help_text="A column called “email”, or one address on each line.",
    )
    message = long_text(
        "Your message",
        limit=limits.INVITATION_MESSAGE,
        rows=4,
        help_text="It is added to the e-mail.",
    )

    def clean_file(self) -> str:
        """What the file says."""
        file = self.cleaned_data["file"]
        if file is None:
            return ""
        if file.size > _MOST_BYTES:
            raise forms.ValidationError(sentence(flaw("too_many_bytes", limit=_MOST_BYTES)))
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(sentence(flaw("not_utf8"))) from None

    def values(self) -> dict[str, Any]:
        """What invite() takes. Raises Invalid (emails)."""
        said = self.cleaned_data
        addresses = [each for name in ("emails", "file") for each in read_addresses(said[name])]
        return {"emails": addresses, "message": said["message"]}


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def invitations(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Who was invited, and a form to invite more."""
    event = owned(request.actor, event_id).facts
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = InvitationForm(*sent)
    if form.is_valid():
        with form.refusals():
            outcome = invite(event_id=event_id, **form.values())
            messages.success(request, _said(len(outcome.invited), len(outcome.already)))
            return see_other("invitations", event_id)
    context = {
        "event": event,
        "form": form,
        "page": invited_guests(event_id, number=page_number(request), size=_A_PAGE),
    }
    status = 400 if form.errors else 200
    return render(request, "organizer/invitations.html", context, status=status)


def _said(invited: int, already: int) -> str:
    said = f"{invited} {'person is' if invited == 1 else 'people are'} invited."
    if already:
        said += f" {already} had been invited before, or answered already."
    return said

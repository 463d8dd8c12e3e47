"""Inviting people by mail: addresses that are typed, or those of a CSV file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from access.events import owned
from access.sentences import field_messages, sentence
from config.errors import Invalid, flaw
from notify.domain.mail.invitations import invited_guests
from pages.base import PageRequest, page, page_number, see_other
from pages.forms import DomainForm, long_text
from rsvps import limits
from rsvps.domain.invitations import invite, read_addresses

_A_PAGE = 100
_MOST_BYTES = 512 * 1024


class InvitationForm(DomainForm):
    """Whom to invite."""

    emails = long_text(
        _("E-mail addresses"), limit=_MOST_BYTES, rows=6, help_text=_("One per line.")
    )
    file = forms.FileField(
        label=_("Or a CSV file"),
        required=False,
        help_text=_("A column called “email”, or one address per line."),
    )
    message = long_text(
        _("Your message"),
        limit=limits.INVITATION_MESSAGE,
        rows=4,
        help_text=_("It is added to the e-mail."),
    )

    def clean_emails(self) -> list[str]:
        """The addresses that were typed."""
        return _read(self.cleaned_data["emails"])

    def clean_file(self) -> list[str]:
        """The addresses of the file."""
        file = self.cleaned_data["file"]
        if file is None:
            return []
        if file.size > _MOST_BYTES:
            raise forms.ValidationError(sentence(flaw("too_many_bytes", limit=_MOST_BYTES)))
        try:
            return _read(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(sentence(flaw("not_utf8"))) from None

    def values(self) -> dict[str, Any]:
        """What invite() takes."""
        said = self.cleaned_data
        return {"emails": said["emails"] + said["file"], "message": said["message"]}

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """The same, with each wrong address named beside where it came from."""
        with super().refusals():
            try:
                yield
            except Invalid as problem:
                addresses, typed = self.values()["emails"], len(self.cleaned_data["emails"])
                places = {f"emails.{place}": place for place in range(len(addresses))}
                said = field_messages(problem)
                if said.keys() - places.keys():
                    raise
                for field, told in said.items():
                    place = places[field]
                    name = "emails" if place < typed else "file"
                    self.add_error(name, [f"{addresses[place]}: {each}" for each in told])


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
    said = ngettext("%(number)s person invited.", "%(number)s people invited.", invited)
    told = said % {"number": invited}
    if already:
        others = ngettext(
            "%(number)s had already been invited or had already answered.",
            "%(number)s had already been invited or had already answered.",
            already,
        )
        told += " " + others % {"number": already}
    return told


def _read(text: str) -> list[str]:
    try:
        return read_addresses(text)
    except Invalid as problem:
        raise forms.ValidationError(field_messages(problem)["emails"]) from None

"""What is held about one e-mail address: looked at, handed out, erased."""

from __future__ import annotations

from typing import Any

import orjson
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import limits
from accounts.models import User
from config.downloads import json_download
from notify.domain.people import Held, data_of, erase_person
from pages.admin.acting import refusals_as_messages
from pages.admin.scoping import actor_of

_SEES, _CHANGES = "rsvps.view_rsvp", "rsvps.change_rsvp"
_KINDS = {
    "rsvps": gettext_lazy("RSVPs, which become anonymous"),
    "messages": gettext_lazy("Messages, which are blanked"),
    "comments": gettext_lazy("Comments, which are deleted"),
    "invitations": gettext_lazy("Invitations, which are deleted"),
    "hosted_events": gettext_lazy("Events that lose their host’s name and address"),
    "links": gettext_lazy("Links that lose their holder’s name and address"),
    "reports": gettext_lazy("Reports, which are blanked"),
    "mails": gettext_lazy("Records of e-mails, which are blanked"),
}


class AddressForm(forms.Form):
    """Whose data. It is posted: an address in a URL would end up in logs."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=limits.EMAIL)


def guest_data(site: Any, request: HttpRequest) -> HttpResponse:
    """Asks for an address; then how much there is, as a file, or its end. Organizers reach what is
    on events of their organisation, root everything."""
    user = request.user
    if not (isinstance(user, User) and user.has_perm(_SEES)):
        raise PermissionDenied
    form = AddressForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "may_erase": user.has_perm(_CHANGES)}
    if form.is_valid():
        actor, email = actor_of(request), form.cleaned_data["email"]
        with refusals_as_messages(request):
            if "download" in request.POST:
                body = orjson.dumps(
                    data_of(actor, email, timezone.now()),
                    option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z,
                )
                return json_download(body, "guest-data")
            if "erase" in request.POST:
                if not context["may_erase"]:
                    raise PermissionDenied
                erase_person(actor, email)
                messages.success(request, _("What was held about this address is erased."))
            held = erase_person(actor, email, dry_run=True)
            context |= {"email": email, "held": held, "kinds": _kinds(held)}
    context |= {**site.each_context(request), "title": _("Data of a guest")}
    return TemplateResponse(request, "admin/guest_data.html", context)


def _kinds(held: Held) -> list[tuple[int, Any]]:
    return [(number, words) for name, words in _KINDS.items() if (number := getattr(held, name))]

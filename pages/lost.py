"""Asking for the links that belong to one's address."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from notify.domain.mail.lost_links import ask_for_lost_links
from notify.fields import LOST_LINKS
from pages.base import PageRequest, page
from pages.forms import DomainForm, email

_ASKED = "asked"


class LostLinksForm(DomainForm):
    """Whose links."""

    email = email(LOST_LINKS["email"], _("Your e-mail address"))


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="lost_links")
def lost_links(request: PageRequest) -> HttpResponse:
    """Has links mailed to the address they belong to. Nothing tells whether there are any."""
    form = LostLinksForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            ask_for_lost_links(**form.cleaned_data)
            return HttpResponseRedirect(f"{reverse('lost-links')}?{_ASKED}=1", status=303)
    context = {"form": form, "asked": _ASKED in request.GET}
    return render(request, "lost/lost.html", context, status=400 if form.errors else 200)

"""Fewer mails, or none: the page that every mail links to. It knows nobody by a cookie: the code in
its address stands for the recipient, and stops mail only."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from config.errors import Invalid, flaw
from events.rows import event_row
from notify.domain.mail.unsubscribing import (
    Unsubscriber,
    resume_mail,
    stop_mail,
    stops_of,
    unsubscriber,
)
from notify.enums import Stop
from pages.base import PageRequest, page
from pages.samples import SAMPLES

# RFC 8058: what a mail program posts for its reader.
_ONE_CLICK = ("List-Unsubscribe", "One-Click")
_RESUME = "resume"
_ASKED = (Stop.EVENT.value, Stop.REMINDERS.value, Stop.SITE.value, _RESUME)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True)
def unsubscribe(request: PageRequest, code: str) -> HttpResponse:
    """Asks what to stop; a POST stops it. What a mail program posts stops mail about the event."""
    who = unsubscriber(code)
    done = ""
    if request.method == "POST":
        done = _carry_out(who, _asked(request))
    event = event_row(who.event_id) if who.event_id else None
    context = {
        "event": event if event and event.taken_down_at is None else None,
        "stops": stops_of(who),
        "done": done,
        "art": SAMPLES["hills"],
    }
    return render(request, "unsubscribe/unsubscribe.html", context)


def _asked(request: PageRequest) -> str:
    name, value = _ONE_CLICK
    if request.POST.get(name) == value:
        return Stop.EVENT.value
    asked = request.POST.get("stop", "")
    if asked not in _ASKED:
        raise Invalid({"stop": flaw("not_one_of", choices=", ".join(_ASKED))})
    return asked


def _carry_out(who: Unsubscriber, asked: str) -> str:
    if asked == _RESUME:
        resume_mail(who)
        return _RESUME
    return stop_mail(who, Stop(asked)).value

"""Making an event, and looking at its description before."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from access.throttling import count_occurrences
from events.domain.covers import create_with_cover
from events.domain.open_events import ensure_may_make
from events.domain.series import occurrences_of
from events.palettes import palette_of_seed
from pages.base import (
    OWNER_COOKIE,
    PageRequest,
    hand_over,
    hand_over_series,
    keep_private,
    page,
    see_other,
)
from pages.covers.addresses import Drawing, address_of, drawn_language
from pages.covers.art import is_night
from pages.event_form import event_form_page
from pages.mine import by_way_of_keeping
from pages.series_forms import NewEventForm

_SEED = re.compile("[0-9a-f]{8}")
_PAST = gettext_lazy(
    "Your event is ready. Keep the organizer link below: it is the key to this page."
)
_EVENING = datetime(2000, 1, 1, 18, tzinfo=UTC)


class Art(NamedTuple):
    """The cover on the card beside the form: its number in hexadecimal, its palette, where it is,
    and where it is with a date, of which a script changes the time and the date. ``evening`` is
    what it shows from 16:00 to 20:00: "day" or "night"."""

    seed: str
    palette: str
    cover: str
    dated: str
    evening: str


@require_http_methods(["GET", "HEAD", "POST"])
@page(throttle="events")
def new(request: PageRequest) -> HttpResponse:
    """Makes an event and hands its maker the owner link."""
    ensure_may_make(request.actor)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = NewEventForm(*sent)
    if form.is_valid():
        with form.refusals():
            values = form.values()
            number = occurrences_of(values)
            count_occurrences(request, request.actor, number)
            made = create_with_cover(
                actor=request.actor, values=values, drawn=form.cleaned_data["cover"]
            )
            past = form.cleaned_data["past"] and made.series_id is None
            messages.success(request, _PAST if past else _live(number))
            response = by_way_of_keeping(see_other("owner", made.event_id), made.owner_token)
            hand_over(response, OWNER_COOKIE, made.event_id, made.owner_token)
            if made.series_id is not None:
                hand_over_series(response, made.series_id, made.owner_token)
            return response
    return event_form_page(request, "create/create.html", form, art=_art(request))


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The description in the form as readers will see it. Whoever may see the form may see this:
    nothing is stored, and the form's key is not used up."""
    context = {"title": request.POST.get("title", ""), "text": request.POST.get("description", "")}
    response = render(request, "create/preview.html", context)
    keep_private(response)
    return response


def _live(number: int) -> str:
    """What was made, and what to keep."""
    said = ngettext(
        "Your event is live. Keep the organizer link below: it is the key to this page.",
        "Your %(number)s events are live. Keep the organizer link below: it opens all of them.",
        number,
    )
    return said % {"number": number}


def _art(request: HttpRequest) -> Art:
    """Drawn anew for each visitor; the same while they fill the form in."""
    kept = request.POST.get("art", "")
    seed = kept if _SEED.fullmatch(kept) else secrets.token_hex(4)
    number = int(seed, 16)
    day = Drawing(number, "square", night=False)
    dated = day._replace(month=1, day=1, language=drawn_language())
    evening = "night" if is_night(number, _EVENING) else "day"
    palette = palette_of_seed(number).name
    return Art(seed, palette, address_of(day), address_of(dated), evening)

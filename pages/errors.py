"""What a caller reads when no view answered: JSON on the APIs, a page everywhere else."""

from __future__ import annotations

import sys
from contextlib import suppress

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, get_language_bidi, gettext
from django.utils.translation import gettext_lazy as _

from access.sentences import message_of
from api.json import to_json
from api.refusals import error_body
from api.social.errors import told
from config.errors import Unavailable
from config.images import MOST_BYTES
from config.outages import outage_of
from pages.samples import SAMPLES

# Statuses of an event's pages that the right link would have opened.
_CLOSED = (401, 403, 404)
# How a page names what happened, and what to do then.
_TITLES = {
    400: _("That didn’t work"),
    401: _("You need a private link for this page"),
    403: _("This page isn’t open to you"),
    404: _("There’s nothing at this address"),
    410: _("It’s too late for that"),
    413: _("That’s too large"),
    422: _("You have sent this form before"),
    429: _("A little slower, please"),
    500: _("Something went wrong on our side"),
    503: _("Back in a moment"),
}
_ADVICE = {
    400: _("Go back, check what you entered, and send it again."),
    401: _("It’s the link you got with your event or your RSVP. Look in your mail or your chats."),
    403: _("If you have another link for this page, open that one."),
    404: _(
        "The link may be incomplete, or what it led to was removed. Ask whoever sent it to you."
    ),
    410: _("The event’s page says how things stand now."),
    422: _("Nothing was lost. Open the page again to see what is saved."),
    429: _("Nothing was lost. Wait a little, go back, and send it again."),
    500: _("It has been noted. Please try again in a moment."),
}
# What is said where no domain error says more, and its code on the APIs.
_SAID = {
    400: (_("This request could not be understood."), "bad_request"),
    403: (_("You are not allowed to do this."), "not_allowed"),
    404: (_("This page does not exist or has been removed."), "not_found"),
    413: (
        _(
            "What you sent is too large. Images can be up to {most} MB, and everything else up to "
            "1 MB in total."
        ),
        "payload_too_large",
    ),
    500: (_("This is our fault. Please try again."), "server_error"),
}
_STYLES = ("tokens", "base", "buttons", "forms")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 for a body that was cut off."""
    return _answer(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return _answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database or the disk cannot be used: whatever nobody caught comes here,
    from views, admin and middleware. Renders no template: what broke may be there."""
    if outage := outage_of(sys.exc_info()[1]):
        return _unavailable(request, outage)
    return _plain(request, 500, *_said(500))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing or stale."""
    return error_page(
        request,
        403,
        gettext("Go back, reload the page, and send it again."),
        title=gettext("This page has expired"),
        advice=gettext(
            "That happens when a page stays open for a long time, or when cookies are off."
        ),
    )


def error_page(
    request: HttpRequest, status: int, said: str, *, title: str = "", advice: str = ""
) -> HttpResponse:
    """An error as a page: what happened, and what to do. Where a link to an event did not open it,
    it leads to where links are mailed again."""
    lost = status in _CLOSED and request.path_info.startswith(("/e/", "/s/"))
    context = {
        "title": title or _TITLES.get(status, _TITLES[400]),
        "said": said,
        "advice": advice or _ADVICE.get(status, ""),
        "lost_link": lost,
        "art": SAMPLES["waves"],
    }
    return render(request, "errors/error.html", context, status=status)


def _unavailable(request: HttpRequest, outage: Unavailable) -> HttpResponse:
    if hasattr(request, "session"):
        # Storing it would only be waited for once more, in vain.
        request.session.modified = False
    response = _plain(request, 503, message_of(outage), outage.code)
    response.headers["Retry-After"] = str(outage.wait)
    return response


def _plain(request: HttpRequest, status: int, said: str, code: str) -> HttpResponse:
    if request.path_info.startswith(settings.API_PREFIXES):
        return _json(request, said, code, status)
    page = format_html(
        '<!doctype html><html lang="{}" dir="{}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><title>{}</title>{}'
        '<main class="wrap"><div class="narrow stack"><h1>{}</h1><p class="lede">{}</p>'
        '<p><a class="button button-primary" href="">{}</a></p></div></main></html>',
        get_language() or "en",
        "rtl" if get_language_bidi() else "ltr",
        _TITLES[status],
        _styles(),
        _TITLES[status],
        said,
        gettext("Try again"),
    )
    return HttpResponse(page, status=status)


def _styles() -> str:
    """Links to the style sheets; none where their addresses cannot be told: that may be what
    broke."""
    with suppress(Exception):
        sheets = [(static(f"css/{name}.css"),) for name in _STYLES]
        return format_html_join("", '<link rel="stylesheet" href="{}">', sheets)
    return ""


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    said, code = _said(status)
    if request.path_info.startswith(settings.API_PREFIXES):
        return _json(request, said, code, status)
    return error_page(request, status, said)


def _said(status: int) -> tuple[str, str]:
    said, code = _SAID[status]
    return str(said).format(most=MOST_BYTES // 1024**2), code


def _json(request: HttpRequest, said: str, code: str, status: int) -> HttpResponse:
    body = error_body(said, code)
    if request.path_info.startswith("/social/"):
        body = told(body)
    return HttpResponse(to_json(body), content_type="application/json", status=status)

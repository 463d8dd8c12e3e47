"""What a caller reads when no view answered: JSON on the APIs, a page everywhere else."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import format_lazy
from django.utils.translation import get_language, get_language_bidi, gettext
from django.utils.translation import gettext_lazy as _

from access.sentences import message_of
from api.json import to_json
from api.refusals import error_body
from api.social.errors import told
from config.errors import Unavailable
from config.images import MOST_BYTES
from config.outages import outage_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Statuses of an event's pages that the right link would have opened.
_CLOSED = (401, 403, 404)
_SAID = {
    400: (_("Bad request"), _("This request could not be understood."), "bad_request"),
    403: (_("Not allowed"), _("You are not allowed to do this."), "not_allowed"),
    413: (
        _("Too large"),
        format_lazy(
            _(
                "What you sent is too large. An image can be at most {most} MB, everything else "
                "together 1 MB."
            ),
            most=MOST_BYTES // 1024**2,
        ),
        "payload_too_large",
    ),
    404: (_("Not found"), _("This page does not exist or has been removed."), "not_found"),
    500: (_("Something went wrong"), _("This is our fault. Please try again."), "server_error"),
}


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
    return _plain(request, 500, *_SAID[500])


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing or stale."""
    return error_page(
        request,
        403,
        gettext("This page expired"),
        gettext("Please go back, reload the page and send it again."),
    )


def error_page(
    request: HttpRequest, status: int, title: StrOrPromise, said: StrOrPromise
) -> HttpResponse:
    """An error as a page. Where a link to an event did not open it, it leads to where links are
    mailed anew."""
    lost = status in _CLOSED and request.path_info.startswith(("/e/", "/s/"))
    context = {"status": status, "title": title, "said": said, "lost_link": lost}
    return render(request, "errors/error.html", context, status=status)


def _unavailable(request: HttpRequest, outage: Unavailable) -> HttpResponse:
    if hasattr(request, "session"):
        # Storing it would only be waited for once more, in vain.
        request.session.modified = False
    response = _plain(
        request, 503, gettext("Not available right now"), message_of(outage), outage.code
    )
    response.headers["Retry-After"] = str(outage.wait)
    return response


def _plain(
    request: HttpRequest, status: int, title: StrOrPromise, said: StrOrPromise, code: str
) -> HttpResponse:
    if request.path_info.startswith(settings.API_PREFIXES):
        return _json(request, said, code, status)
    return HttpResponse(
        f"<!doctype html><html lang={get_language()} dir={'rtl' if get_language_bidi() else 'ltr'}>"
        f"<title>{title}</title><h1>{title}</h1><p>{said}</p>",
        status=status,
    )


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    title, said, code = _SAID[status]
    if request.path_info.startswith(settings.API_PREFIXES):
        return _json(request, said, code, status)
    return error_page(request, status, title, said)


def _json(request: HttpRequest, said: StrOrPromise, code: str, status: int) -> HttpResponse:
    body = error_body(str(said), code)
    if request.path_info.startswith("/social/"):
        body = told(body)
    return HttpResponse(to_json(body), content_type="application/json", status=status)

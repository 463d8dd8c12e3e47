"""Which language an answer is in: what ``?lang=`` or the cookie says on pages, else the first of
``Accept-Language`` that this instance speaks, else the instance's own. APIs know no cookies.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_supported_language_variant, override
from django.utils.translation.trans_real import parse_accept_lang_header

PARAMETER = "lang"
# What holds words, and therefore is in a language.
_WORDED = ("text/html", "application/json", "text/calendar", "application/atom+xml")


def speak(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: has each request answered in its reader's language, and tells caches so.

    ``?lang=de`` on a page also keeps the choice in a cookie; a language that is not spoken here is
    ignored. Addresses under ``settings.WORDLESS_PREFIXES`` say the same to everybody, in English.
    """

    def localised(request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if path.startswith(settings.WORDLESS_PREFIXES):
            with override("en"):
                return get_response(request)
        is_api = path.startswith(settings.API_PREFIXES)
        has_cookies = not path.startswith(settings.COOKIELESS_PREFIXES)
        chosen = None if is_api else _spoken(request.GET.get(PARAMETER))
        kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) if has_cookies else None
        language = chosen or _spoken(kept) or _accepted(request)
        with override(language):
            response = get_response(request)
        patch_vary_headers(response, ["Accept-Language", *(["Cookie"] if has_cookies else [])])
        if response.headers.get("Content-Type", "").partition(";")[0] in _WORDED:
            response.headers.setdefault("Content-Language", language)
        if chosen and chosen != kept and has_cookies and request.method == "GET":
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                chosen,
                max_age=settings.LANGUAGE_COOKIE_AGE,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response

    return localised


def _accepted(request: HttpRequest) -> str:
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if found := _spoken(code):
            return found
    return str(settings.LANGUAGE_CODE)


def _spoken(code: str | None) -> str | None:
    """The language of ours that a code means: ``de`` for ``de-AT``."""
    if code:
        with suppress(LookupError, ValueError):
            return get_supported_language_variant(code.lower())
    return None

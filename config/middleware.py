"""Django's own middleware, kept off the JSON APIs, which use none of it.

Each class is the stock one; requests under ``settings.API_PREFIXES`` pass straight through.
"""

from __future__ import annotations

from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers


class _PagesOnly:
    """Mixin: leaves API requests to the next layer untouched."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith(settings.API_PREFIXES):
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc]


class CompressedPages(GZipMiddleware):
    """HTML goes out compressed, padded with random bytes so that its length tells nothing of what
    stands in it. What programs read has entity tags and streams of its own, and stays as it is."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        """The answer, compressed where it is a page and the browser reads gzip. Pages that are kept
        come compressed (pages/kept.py)."""
        if not response.get("Content-Type", "").startswith("text/html"):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        return super().process_response(request, response)


class ContentSecurityPolicy(_PagesOnly, CSPMiddleware):
    """django-csp on pages, admin and API documentation."""


class Sessions(_PagesOnly, SessionMiddleware):
    """Sessions for the admin and signed-in visitors of pages."""

    def process_request(self, request: HttpRequest) -> None:
        """Leaves out cookies with a NUL, written \\000 in quotes: PostgreSQL takes none."""
        cookies = request.COOKIES.items()
        request.COOKIES = {name: value for name, value in cookies if "\0" not in value}
        super().process_request(request)


class Common(_PagesOnly, CommonMiddleware):
    """Slash redirects for pages; API paths are exact."""


class Csrf(_PagesOnly, CsrfViewMiddleware):
    """CSRF protection of forms; an API call carries its key in a header instead of a cookie."""

    def process_view(self, request: HttpRequest, *args: Any) -> Any:
        """Checks the token of an unsafe page request."""
        if request.path_info.startswith(settings.API_PREFIXES):
            return None
        return super().process_view(request, *args)


class Authentication(_PagesOnly, AuthenticationMiddleware):
    """``request.user`` from the session."""


class Messages(_PagesOnly, MessageMiddleware):
    """One-time notices on pages and in the admin."""

"""Where this instance is reached: what links start with, and where stored files are."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import HttpRequest
from django.utils.http import is_same_domain
from rest_framework.request import Request


def base_url(request: HttpRequest | Request) -> str:
    """Scheme and host that links start with: SITE_URL, else the request's own."""
    return settings.SITE_URL or request.build_absolute_uri("/")[:-1]


def site_url() -> str:
    """The same where there is no request: SITE_URL, else where the server listens."""
    return settings.SITE_URL or f"http://{settings.HOST}:{settings.PORT}"


def from_another_site(request: HttpRequest | Request) -> bool:
    """Whether a browser says that a page of another site sent this: its ``Origin`` is neither
    SITE_URL nor where the request arrived nor in CSRF_TRUSTED_ORIGINS. ``null`` is another site."""
    origin = request.headers.get("origin")
    if origin is None:
        return False
    scheme, _, host = origin.partition("://")
    arrived = request.build_absolute_uri("/")
    own = map(urlsplit, (settings.SITE_URL, arrived, *settings.CSRF_TRUSTED_ORIGINS))
    return not any(
        scheme == each.scheme and is_same_domain(host, each.netloc.lstrip("*")) for each in own
    )


def file_url(base_url: str, name: str) -> str:
    """A stored file, by its name in the storage. Absolute."""
    return urljoin(f"{base_url}/", default_storage.url(name))

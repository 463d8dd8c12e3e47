"""Where this instance is reached: what links start with, and where stored files are."""

from __future__ import annotations

from urllib.parse import urljoin

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import HttpRequest
from rest_framework.request import Request


def base_url(request: HttpRequest | Request) -> str:
    """Scheme and host that links start with: SITE_URL, else the request's own."""
    return settings.SITE_URL or request.build_absolute_uri("/")[:-1]


def site_url() -> str:
    """The same where there is no request: SITE_URL, else where the server listens."""
    return settings.SITE_URL or f"http://{settings.HOST}:{settings.PORT}"


def file_url(base_url: str, name: str) -> str:
    """A stored file, by its name in the storage. Absolute."""
    return urljoin(f"{base_url}/", default_storage.url(name))

"""Who runs this instance, and whom it is for: from the environment, checked at the start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

env = environ.Env()


def read_open_events(said: str) -> str:
    """Whether people without an account may make events: ``on``, ``unlisted`` (found by their links
    alone), ``off``. Raises ImproperlyConfigured."""
    if said not in ("on", "unlisted", "off"):
        raise ImproperlyConfigured("OPEN_EVENTS is on, unlisted or off.")
    return said


def read_page(name: str, said: str) -> str:
    """An http(s) address, a path of this site, or nothing. Raises ImproperlyConfigured."""
    try:
        parts = urlsplit(said)
    except ValueError:
        parts = urlsplit("")
    elsewhere = parts.scheme in ("http", "https") and bool(parts.hostname)
    here = said.startswith("/") and not said.startswith(("//", "/\\"))
    if said and (not (elsewhere or here) or any(c.isspace() for c in said)):
        raise ImproperlyConfigured(f"{name} is an http(s) address, or a path of this site.")
    return said


def read_address(name: str, said: str) -> str:
    """An e-mail address, or nothing. Raises ImproperlyConfigured."""
    try:
        if said:
            validate_email(said)
    except ValidationError:
        raise ImproperlyConfigured(f"{name} is not an e-mail address.") from None
    return said


def legal_pages(settings: Any, site: str = "") -> Mapping[str, str]:
    """The addresses of imprint and privacy notice for templates; empty where there is none. Paths
    begin with ``site``."""
    return {
        "imprint_url": _under(site, settings.IMPRINT_URL),
        "privacy_url": _under(site, settings.PRIVACY_URL),
    }


def _under(site: str, page: str) -> str:
    return f"{site}{page}" if page.startswith("/") else page


OPEN_EVENTS = read_open_events(env.str("OPEN_EVENTS", default="on"))
IMPRINT_URL = read_page("IMPRINT_URL", env.str("IMPRINT_URL", default=""))
PRIVACY_URL = read_page("PRIVACY_URL", env.str("PRIVACY_URL", default=""))
# Who hears of reported events.
ADMIN_EMAIL = read_address("ADMIN_EMAIL", env.str("ADMIN_EMAIL", default=""))

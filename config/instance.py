"""How settings are read from the environment, checked at the start; who runs this instance, and
whom it is for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

_NOTSET = environ.Env.NOTSET
_OFF = ("false", "off", "no", "n", "0")


class Environment(environ.Env):  # type: ignore[misc]
    """Takes what is written as it stands: a ``$`` names no other variable, blanks around the
    entries of a list do not count, and an empty number, switch, list or address is none. What
    cannot be read is ImproperlyConfigured, which names the setting and never tells what it held."""

    def get_value(
        self, var: str, cast: Any = None, default: Any = _NOTSET, parse_default: bool = False
    ) -> Any:
        """The setting, else the default. Raises ImproperlyConfigured."""
        said = self.ENVIRON.get(var)
        if said is None:
            return super().get_value(var, cast, default, parse_default)
        if not said.strip() and cast is not str and default is not _NOTSET:
            return default
        try:
            return self.parse_value(said, cast) if said or default is not None else None
        except ValueError:
            kind = {bool: "on or off", int: "a whole number", float: "a number"}
            raise ImproperlyConfigured(f"{var} is not {kind.get(cast, 'readable')}.") from None

    @classmethod
    def parse_value(cls, value: Any, cast: Any) -> Any:
        """The same of one value. Raises ValueError."""
        if cast is list:
            return [entry.strip() for entry in value.split(",") if entry.strip()]
        if cast is bool and value.strip().lower() not in (*cls.BOOLEAN_TRUE_STRINGS, *_OFF):
            raise ValueError
        return super().parse_value(value, cast)

    def db_url(self, var: str = "DATABASE_URL", **options: Any) -> Any:
        """A database by its address."""
        return self._by_address(super().db_url, var, **options)

    def cache_url(self, var: str = "CACHE_URL", **options: Any) -> Any:
        """A cache by its address."""
        return self._by_address(super().cache_url, var, **options)

    def email_url(self, var: str = "EMAIL_URL", **options: Any) -> Any:
        """A mail server by its address."""
        return self._by_address(super().email_url, var, **options)

    def _by_address(self, read: Callable[..., Any], var: str, **options: Any) -> Any:
        try:
            return read(var, **options)
        except (ValueError, KeyError, ImproperlyConfigured):
            raise ImproperlyConfigured(
                f"{var} is not an address that can be read. In its user and password, "
                "percent-encode what is neither letter nor digit: / is %2F, @ is %40."
            ) from None


env = Environment()


def read_open_events(said: str) -> str:
    """Whether people without an account may make events: ``on``, ``unlisted`` (found by their links
    alone), ``off``. Raises ImproperlyConfigured."""
    if said not in ("on", "unlisted", "off"):
        raise ImproperlyConfigured("OPEN_EVENTS is on, unlisted or off.")
    return said


def read_site(said: str) -> str:
    """Scheme and host that links start with, or nothing. Raises ImproperlyConfigured."""
    try:
        parts = urlsplit(said)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    there = parts.scheme in ("http", "https") and host and said.isprintable()
    plain = said.rstrip("/") == f"{parts.scheme}://{parts.netloc}"
    if said and not (there and plain and " " not in said and "@" not in said):
        raise ImproperlyConfigured("SITE_URL is http:// or https:// and a host, without a path.")
    return said.rstrip("/")


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

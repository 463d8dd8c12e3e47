"""Checks of what the environment says: keys, HTTPS, debugging."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host

from operations.doctor.findings import Found, error, ok, warning

# What Django asks of a secret key; a generated one has 67 characters.
_LENGTH, _DIFFERENT = 50, 5
_OPEN_TO_OTHERS = 0o077
_LOCAL = {"localhost", "127.0.0.1", "::1"}


def check_keys() -> Found:
    """Keys are long and varied, and only their owner can read their file."""
    keys = {
        "SECRET_KEY": settings.SECRET_KEY,
        "CAPABILITY_KEY": settings.CAPABILITY_KEYS[0],
        **{f"fallback {n}": key for n, key in enumerate(settings.SECRET_KEY_FALLBACKS, 1)},
    }
    weak = [name for name, key in keys.items() if not _is_strong(key)]
    if weak:
        wanted = f"at least {_LENGTH} characters, {_DIFFERENT} of them different"
        return error(f"Too easy to guess: {', '.join(weak)}. A key needs {wanted}.")
    file = settings.DATA_DIR / "secret_key"
    if file.exists() and file.stat().st_mode & _OPEN_TO_OTHERS:
        return error(f"Others can read {file}: chmod 600 it.")
    return ok("The keys are strong and kept private.")


def check_debug() -> Found:
    """Debug pages show settings and rows to anyone."""
    if settings.DEBUG:
        return error("DEBUG is on: error pages show settings and data to anyone.")
    return ok("DEBUG is off.")


def check_https() -> Found:
    """Links, cookies and host names are right for an instance on the internet."""
    site = urlsplit(settings.SITE_URL)
    if "*" in settings.ALLOWED_HOSTS:
        return error("ALLOWED_HOSTS allows any name: links could point to somebody else's host.")
    if site.hostname and not validate_host(site.hostname, settings.ALLOWED_HOSTS):
        return error(f"ALLOWED_HOSTS does not contain {site.hostname}, the host of SITE_URL.")
    if site.scheme != "https":
        if site.hostname in _LOCAL | {None}:
            return warning("SITE_URL is not set: links only work on this machine.")
        return error("SITE_URL is not https: links are keys and would travel unencrypted.")
    lacking = [
        name
        for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS")
        if not getattr(settings, name)
    ]
    if lacking:
        return error(f"SITE_URL is https, but {', '.join(lacking)} is off.")
    return ok(f"HTTPS only, at {settings.SITE_URL}.")


def check_strangers() -> Found:
    """Who may make events here, and whether anybody is told when one is reported."""
    if settings.OPEN_EVENTS == "off":
        return ok("Only accounts make events.")
    if settings.MAIL_ENABLED and not settings.ADMIN_EMAIL:
        return warning(
            "Anyone may make events, and no mail tells of reported ones: set ADMIN_EMAIL, or "
            "OPEN_EVENTS to off."
        )
    listed = "" if settings.OPEN_EVENTS == "on" else ", found by their links alone"
    return ok(f"Anyone may make events{listed}.")


def _is_strong(key: str) -> bool:
    generated = not key.startswith("django-insecure-")
    return generated and len(key) >= _LENGTH and len(set(key)) >= _DIFFERENT

"""How many anonymous writes one client address may make, by the settings THROTTLE_*."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.throttling import SimpleRateThrottle

from config.errors import TooManyRequests


class ClientThrottle(SimpleRateThrottle):
    """Counts the unauthenticated writes of one client address.

    ``scope`` is ``events`` (making events) or ``writes`` (everything else). A caller whose
    credential was recognised is not counted. Behind proxies, settings.NUM_PROXIES says which
    address of X-Forwarded-For is the client's.
    """

    def __init__(self, scope: str = "writes") -> None:
        self.scope: str = scope
        super().__init__()

    def get_rate(self) -> str | None:
        """The configured rate, like ``1200/hour``; None switches the limit off."""
        if not settings.THROTTLE:
            return None
        rate: str = getattr(settings, f"THROTTLE_{self.scope.upper()}")
        return rate

    def get_cache_key(self, request: Any, view: Any) -> str | None:
        """One counter for each scope and address; None lets the request pass uncounted."""
        actor = getattr(request, "auth", None) or getattr(request, "actor", None)
        if actor is not None and (actor.is_root or actor.link or actor.rsvp or actor.user_id):
            return None
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


def throttle_page(request: Any, scope: str) -> None:
    """Counts a form that a page received. Raises TooManyRequests."""
    throttle = ClientThrottle(scope)
    if not throttle.allow_request(request, None):  # type: ignore[arg-type]
        raise TooManyRequests(int(throttle.wait() or 1) + 1)

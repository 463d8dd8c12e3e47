"""Which addresses a browser's page of another site may read: the APIs that know their callers by a
header, and the documents that describe them. Pages, admin and Tenant API open to nobody."""

from __future__ import annotations

import re

from corsheaders.middleware import CorsMiddleware
from django.http import HttpRequest

from api.urls import DOCUMENTS, MOUNTS, api_urls

# The Tenant API is for back ends: its keys are secret.
OPEN_APIS = ("capability", "communities", "social")


def _open_roots() -> set[str]:
    """Where the open APIs and the documents begin. Three APIs share a mount, so each is told from
    the others by the first part of its addresses behind it."""
    roots = {
        MOUNTS[name] + str(each.pattern).partition("/")[0]
        for name in OPEN_APIS
        for each in api_urls(name)
    }
    return roots | {DOCUMENTS.rstrip("/")}


class Cors(CorsMiddleware):
    """django-cors-headers on these addresses; unknown ones beneath them included, so that a script
    can read every refusal."""

    _open = re.compile(rf"/(?:{'|'.join(map(re.escape, sorted(_open_roots())))})(?:/|\Z)")

    def is_enabled(self, request: HttpRequest) -> bool:
        """Whether this address is open to other sites."""
        return self._open.match(request.path_info) is not None

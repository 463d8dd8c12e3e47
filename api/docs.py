"""The API documentation pages' own needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.decorators import csp_update

# Not OPTIONS: drf-spectacular's pages have no template to describe themselves with.
PAGE_METHODS = ["get", "head"]


def loosen_styles(view: Callable[..., Any]) -> Callable[..., Any]:
    """Swagger UI and Redoc style themselves inline and Redoc works in a blob; these pages alone
    may."""
    loosened: Callable[..., Any] = csp_update(
        {"style-src": ["'self'", "'unsafe-inline'"], "worker-src": ["'self'", "blob:"]}
    )(view)
    return loosened

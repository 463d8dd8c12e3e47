"""The API documentation pages' own needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.decorators import csp_update


def loosen_for_redoc(view: Callable[..., Any]) -> Callable[..., Any]:
    """Redoc styles itself inline and works in a blob worker; this page alone may."""
    loosened: Callable[..., Any] = csp_update(
        {"style-src": ["'self'", "'unsafe-inline'"], "worker-src": ["'self'", "blob:"]}
    )(view)
    return loosened

"""A mail server that cannot be reached."""

from __future__ import annotations

from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Refuses the connection."""

    def open(self) -> bool:
        """Raises OSError."""
        raise ConnectionRefusedError

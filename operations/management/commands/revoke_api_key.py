"""`manage.py revoke_api_key PREFIX`: ends a key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.domain.api_keys import revoke_key
from operations.commands import RootCommand


class Command(RootCommand):
    """Revokes an API key."""

    help = "Revoke an API key. It stops working at once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which key."""
        parser.add_argument("prefix", help="The visible first part, as list_api_keys shows it.")
        super().add_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """The key's prefix and when it was revoked."""
        key = revoke_key(options["prefix"])
        return {"prefix": key.prefix, "revoked_at": key.revoked_at}

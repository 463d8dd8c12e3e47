"""`manage.py list_api_keys`: every key by its visible prefix."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.domain.tenants import tenant_by_slug
from accounts.models import ApiKey
from operations.commands import RootCommand


class Command(RootCommand):
    """Lists API keys, newest first."""

    help = "List API keys with their prefix, user, tenant, scopes, last use and state."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose keys."""
        parser.add_argument("--tenant", metavar="SLUG", help="Only keys of this tenant.")
        super().add_arguments(parser)

    def work(self, **options: Any) -> list[dict[str, Any]]:
        """One entry for each key."""
        keys = ApiKey.objects.select_related("user", "tenant", "channel")
        if options["tenant"]:
            keys = keys.filter(tenant=tenant_by_slug(options["tenant"]))
        return [
            {
                "prefix": key.prefix,
                "state": self._state(key),
                "user": key.user.email,
                "tenant": key.tenant.slug if key.tenant else None,
                "channel": key.channel.slug if key.channel else None,
                "scopes": ",".join(key.scopes),
                "name": key.name,
                "created_at": key.created_at,
                "expires_at": key.expires_at,
                "last_used_at": key.last_used_at,
            }
            for key in keys
        ]

    def _state(self, key: ApiKey) -> str:
        if key.revoked_at is not None:
            return "revoked"
        if key.expires_at is not None and key.expires_at <= timezone.now():
            return "expired"
        return "active" if key.user.is_active else "inactive"

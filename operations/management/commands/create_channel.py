"""`manage.py create_channel NAME --tenant SLUG`: a tenant's channel."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.domain.tenants import tenant_by_slug
from channels.domain.rooms import create_channel
from channels.enums import Visibility
from operations.commands import RootCommand


class Command(RootCommand):
    """Creates a channel."""

    help = "Create a channel for a tenant."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to create."""
        parser.add_argument("name")
        parser.add_argument("--tenant", metavar="SLUG", required=True)
        parser.add_argument(
            "--private", action="store_true", help="Hide it from listings; its slug works as a key."
        )
        super().add_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """id, slug, name and visibility of the new channel."""
        channel = create_channel(
            name=options["name"],
            tenant_id=tenant_by_slug(options["tenant"]).pk,
            visibility=Visibility.PRIVATE if options["private"] else Visibility.PUBLIC,
        )
        return {
            "id": channel.id,
            "slug": channel.slug,
            "name": channel.name,
            "visibility": channel.visibility,
        }

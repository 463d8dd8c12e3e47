"""`manage.py create_user EMAIL --tenant SLUG`: a person with an account."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.domain.tenants import create_user, tenant_by_slug
from operations.commands import RootCommand


class Command(RootCommand):
    """Makes a user."""

    help = "Make a user. Without a password until `manage.py changepassword EMAIL` sets one."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to make."""
        parser.add_argument("email")
        parser.add_argument("--tenant", metavar="SLUG", help="The organisation they belong to.")
        parser.add_argument("--name", default="", help="What others call them.")
        parser.add_argument(
            "--organizer", action="store_true", help="May run the tenant's events in the admin."
        )
        super().add_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """id, address, tenant and role of the new user."""
        tenant = tenant_by_slug(options["tenant"]) if options["tenant"] else None
        user = create_user(
            email=options["email"],
            tenant=tenant,
            organizer=options["organizer"],
            display_name=options["name"],
        )
        return {
            "id": user.id,
            "email": user.email,
            "tenant": tenant.slug if tenant else None,
            "role": "organizer" if user.is_staff else "member",
        }

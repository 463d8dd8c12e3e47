"""`manage.py create_tenant NAME`: a new organisation."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.domain.tenants import create_tenant
from operations.commands import RootCommand


class Command(RootCommand):
    """Creates a tenant."""

    help = "Create a tenant (an organisation)."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to create."""
        parser.add_argument("name")
        parser.add_argument("--slug", default="", help="Default: made from the name.")
        super().add_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """id, slug and name of the new tenant."""
        tenant = create_tenant(name=options["name"], slug=options["slug"])
        return {"id": tenant.id, "slug": tenant.slug, "name": tenant.name}

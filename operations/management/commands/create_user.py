"""`manage.py create_user EMAIL --tenant SLUG`: a person with an account."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts.domain.tenants import create_user, tenant_by_slug
from operations.commands import RootCommand


class Command(RootCommand):
    """Creates a user."""

    help = (
        "Create a user. Without --password or --password-stdin they cannot sign in until "
        "`manage.py changepassword EMAIL` sets a password."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Who to create."""
        parser.add_argument("email")
        parser.add_argument("--tenant", metavar="SLUG", help="The tenant they belong to.")
        parser.add_argument("--name", default="", help="Their display name.")
        parser.add_argument(
            "--organizer",
            action="store_true",
            help="Let them run the tenant's events in the admin.",
        )
        # Never as a value: other users of the machine can read a command line.
        password = parser.add_mutually_exclusive_group()
        password.add_argument(
            "--password", action="store_true", help="Ask for a password on the terminal."
        )
        password.add_argument(
            "--password-stdin",
            action="store_true",
            help="Read the password from the first line of standard input.",
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
            password=_password(options),
        )
        return {
            "id": user.id,
            "email": user.email,
            "tenant": tenant.slug if tenant else None,
            "role": "organizer" if user.is_staff else "member",
        }


def _password(options: dict[str, Any]) -> str | None:
    if options["password_stdin"]:
        return sys.stdin.readline().rstrip("\r\n")
    if not options["password"]:
        return None
    password = getpass.getpass("Password: ")
    if getpass.getpass("Password (again): ") != password:
        raise CommandError("The passwords do not match.")
    return password

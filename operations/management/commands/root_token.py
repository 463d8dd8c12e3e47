"""`manage.py root_token`: shows or rotates the root token."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.domain.root import root_token, rotate_root_token


class Command(BaseCommand):
    """Prints the one token that works in place of any organizer's."""

    help = "Print the root token, which works in place of any organizer's token."

    def add_arguments(self, parser: CommandParser) -> None:
        """``--rotate`` replaces the current token."""
        parser.add_argument(
            "--rotate",
            action="store_true",
            help="Make a new token. The old one stops working at once.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Writes the token alone to standard output."""
        self.stdout.write(rotate_root_token() if options["rotate"] else root_token())

"""`manage.py create_api_key EMAIL`: a key for a program."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.domain.api_keys import issue_key
from accounts.domain.tenants import user_by_email
from accounts.enums import KeyKind, Scope
from channels.domain.rooms import channel_by_slug
from events.domain.times import read_time, to_utc
from operations.commands import RootCommand


class Command(RootCommand):
    """Creates an API key and prints it, once."""

    help = "Create an API key for a user and print it. It cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to create."""
        parser.add_argument("email")
        parser.add_argument(
            "--kind", choices=[kind.name.lower() for kind in KeyKind], default="secret"
        )
        parser.add_argument(
            "--scope",
            action="append",
            choices=Scope.values,
            help="Repeatable. Default: every scope of the kind.",
        )
        parser.add_argument("--channel", metavar="SLUG", help="Limit the key to one channel.")
        parser.add_argument("--expires", metavar="DATE", help="ISO 8601 date or time, in UTC.")
        parser.add_argument("--name", default="", help="What the key is for.")
        super().add_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """The key itself first, then its visible prefix."""
        expires = options["expires"]
        key = issue_key(
            user=user_by_email(options["email"]),
            kind=KeyKind[options["kind"].upper()],
            scopes=options["scope"],
            channel=channel_by_slug(options["channel"]) if options["channel"] else None,
            expires_at=expires and to_utc(read_time(expires, field="expires"), field="expires"),
            name=options["name"],
        )
        return {"key": key.text, "prefix": key.prefix}

    def text(self, entry: dict[str, Any]) -> str:
        """The key alone, so that a shell can catch it."""
        return str(entry["key"])

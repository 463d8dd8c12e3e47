"""`manage.py import_tenant FILE`: load an organisation from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from operations.archive import import_tenant
from operations.commands import RootCommand, draw_progress


class Command(RootCommand):
    """Loads a tenant that export_tenant wrote."""

    help = (
        "Load a tenant that export_tenant wrote. Links keep working if CAPABILITY_KEY is the same "
        "here. Accounts need new passwords, and API keys have to be made anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What to import."""
        parser.add_argument("file", metavar="FILE", type=Path)
        super().add_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """The tenant, how much came with it, and notes on what could not be imported."""
        watched = self.stdout.isatty() and not options["json"]
        done = import_tenant(
            source=options["file"].absolute(),
            **({"progress": self._progress} if watched else {}),
        )
        return done._asdict()

    def text(self, entry: dict[str, Any]) -> str:
        """What was loaded, and a line for each note."""
        first = (
            f"{entry['tenant']}: {entry['events']} events, {entry['rsvps']} RSVPs, "
            f"{entry['users']} accounts, {entry['channels']} channels, {entry['images']} images, "
            f"{entry['api_keys']} API keys, {entry['comments']} comments"
        )
        notes = (f"Note ({times}x): {note}" for note, times in entry["notes"].items())
        passwords = "Set passwords with `manage.py changepassword EMAIL`."
        return "\n".join([first, *notes, *([passwords] if entry["users"] else [])])

    def _progress(self, done: int, of: int) -> None:
        draw_progress(self.stdout, done, of, "events")

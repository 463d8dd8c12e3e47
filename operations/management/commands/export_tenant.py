"""`manage.py export_tenant SLUG FILE`: save an organisation to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from operations.archive import export_tenant
from operations.commands import RootCommand, draw_progress


class Command(RootCommand):
    """Writes everything that belongs to a tenant to a file for import_tenant."""

    help = (
        "Write a tenant's accounts, channels, images, API keys (without their secrets), comments "
        "and events with everything on them to one file."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which tenant, and where to write it."""
        parser.add_argument("slug", metavar="SLUG")
        parser.add_argument("file", metavar="FILE", type=Path)
        super().add_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """Where the archive is, and what is in it."""
        watched = self.stdout.isatty() and not options["json"]
        done = export_tenant(
            slug=options["slug"],
            target=options["file"].absolute(),
            now=timezone.now(),
            **({"progress": self._progress} if watched else {}),
        )
        return done._asdict() | {"file": str(done.file)}

    def text(self, entry: dict[str, Any]) -> str:
        """One line."""
        return (
            f"{entry['file']}  {entry['tenant']}: {entry['events']} events, "
            f"{entry['rsvps']} RSVPs, "
            f"{entry['users']} accounts, {entry['channels']} channels, {entry['images']} images, "
            f"{entry['api_keys']} API keys, {entry['comments']} comments, {entry['bytes']} bytes"
        )

    def _progress(self, done: int, of: int) -> None:
        draw_progress(self.stdout, done, of, "events")

"""`manage.py export_event EVENT_ID FILE`: save one event to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from operations.archive import export_event
from operations.commands import RootCommand, uuid_argument


class Command(RootCommand):
    """Writes an event and all that belongs to it to a file for import_event."""

    help = "Write an event with its RSVPs, messages, comments and cover to one file."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which event, and where to write it."""
        parser.add_argument("event_id", metavar="EVENT_ID", type=uuid_argument)
        parser.add_argument("file", metavar="FILE", type=Path)
        super().add_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """Where the archive is, and what is in it."""
        target = options["file"].absolute()
        done = export_event(event_id=options["event_id"], target=target, now=timezone.now())
        return done._asdict() | {"file": str(done.file)}

    def text(self, entry: dict[str, Any]) -> str:
        """One line."""
        return (
            f"{entry['file']}  {entry['title']}: {entry['rsvps']} RSVPs, "
            f"{entry['messages']} messages, {entry['comments']} comments, {entry['bytes']} bytes"
        )

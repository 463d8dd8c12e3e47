"""`manage.py import_guests EVENT_ID FILE.csv`: take over a guest list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from operations.commands import several, uuid_argument
from operations.guest_lists import import_guests
from operations.importing import ImportCommand


class Command(ImportCommand):
    """Turns the lines of a CSV file into RSVPs."""

    help = (
        "Turn the lines of a CSV file into RSVPs, by the rules that guests are under. Nobody is "
        "mailed. Run it as often as you like: guests who have answered are left as they are."
    )
    counts = "guests"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which event, and whose names."""
        parser.add_argument("event_id", metavar="EVENT_ID", type=uuid_argument)
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--force",
            action="store_true",
            help="Let everybody in past closing, approval and capacity, as organizers may.",
        )
        super().add_arguments(parser)

    def load(self, options: dict[str, Any]) -> Any:
        """How many were taken over, and notes on those that were not."""
        return import_guests(
            event_id=options["event_id"],
            source=options["file"].absolute(),
            force=options["force"],
            dry_run=options["dry_run"],
            progress=self.progress(options),
        )

    def summary(self, entry: dict[str, Any]) -> str:
        """The numbers."""
        return (
            f"{several(entry['rsvps'], 'RSVP')} ({entry['pending']} waiting for approval, "
            f"{entry['waitlisted']} for a seat); {several(entry['already_here'], 'guest')} had "
            "answered already."
        )

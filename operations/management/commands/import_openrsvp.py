"""`manage.py import_openrsvp FILE.db`: take over an OpenRSVP database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from operations.commands import several
from operations.importing import ImportCommand
from operations.openrsvp import import_openrsvp


class Command(ImportCommand):
    """Loads the channels, events, RSVPs and messages of an OpenRSVP database."""

    help = (
        "Take over the events of an OpenRSVP database. Old organizer and guest links keep opening "
        "them. Run it as often as you like: an event that is here already is left as it is."
    )
    counts = "events"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which file, and how to read it."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--timezone",
            default="UTC",
            help="IANA name of the time zone that events are shown in; default UTC.",
        )
        parser.add_argument(
            "--with-root",
            action="store_true",
            help="Let the old root token stand for the root token here as well.",
        )
        super().add_arguments(parser)

    def load(self, options: dict[str, Any]) -> Any:
        """How much was taken over, and notes on what was not."""
        return import_openrsvp(
            source=options["file"].absolute(),
            zone=options["timezone"],
            with_root=options["with_root"],
            dry_run=options["dry_run"],
            progress=self.progress(options),
        )

    def summary(self, entry: dict[str, Any]) -> str:
        """The numbers."""
        return (
            f"{several(entry['channels'], 'channel')}, {several(entry['events'], 'event')}, "
            f"{several(entry['rsvps'], 'RSVP')} and {several(entry['messages'], 'message')}; "
            f"already here: {several(entry['already_here'], 'event')}."
        )

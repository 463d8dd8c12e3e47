"""`manage.py import_ics SOURCE --channel NAME`: take over a calendar."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from operations.commands import several
from operations.ics import import_ics
from operations.importing import ImportCommand


class Command(ImportCommand):
    """Turns the entries of a calendar into events."""

    help = (
        "Turn the entries of an iCalendar file, or of a calendar at an address, into events. Run "
        "it as often as you like: an event that is already here is left as it is."
    )
    counts = "entries"

    def add_arguments(self, parser: CommandParser) -> None:
        """What to import, and where to."""
        parser.add_argument(
            "source", metavar="SOURCE", help="A file, or an http, https or webcal address."
        )
        parser.add_argument(
            "--channel",
            metavar="NAME",
            required=True,
            help="Name or slug of the channel. If there is none, a public one is made.",
        )
        parser.add_argument(
            "--tenant", metavar="SLUG", help="Which organisation they belong to; default: none."
        )
        parser.add_argument(
            "--timezone",
            default="",
            help="IANA name of the zone for times that have none; default: the calendar's own, or "
            "UTC.",
        )
        super().add_arguments(parser)

    def load(self, options: dict[str, Any]) -> Any:
        """How many were taken over, and notes on what was not."""
        return import_ics(
            source=options["source"],
            channel=options["channel"],
            tenant=options["tenant"],
            zone=options["timezone"],
            dry_run=options["dry_run"],
            progress=self.progress(options),
        )

    def summary(self, entry: dict[str, Any]) -> str:
        """The numbers."""
        return (
            f"{several(entry['events'], 'event')} and {entry['series']} series; "
            f"already here: {entry['already_here']}."
        )

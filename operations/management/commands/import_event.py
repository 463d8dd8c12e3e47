"""`manage.py import_event FILE`: load an event from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from config.links import site_url
from events.addresses import page_url
from operations.archive import import_event
from operations.commands import RootCommand


class Command(RootCommand):
    """Loads an event that export_event wrote."""

    help = (
        "Load an event that export_event wrote. Its links keep working if CAPABILITY_KEY is the "
        "same here."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What to import."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--replace",
            action="store_true",
            help="If this event exists here already, erase it first.",
        )
        super().add_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """The event, its address here, and notes on what could not be imported."""
        done = import_event(source=options["file"].absolute(), replace=options["replace"])
        return {**done._asdict(), "url": page_url(site_url(), done.event_id)}

    def text(self, entry: dict[str, Any]) -> str:
        """The address, and a line for each note."""
        first = f"{entry['url']}  {entry['title']}: {entry['rsvps']} RSVPs"
        return "\n".join([first, *(f"Note: {note}" for note in entry["notes"])])

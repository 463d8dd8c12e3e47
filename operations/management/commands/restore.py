"""`manage.py restore FILE`: an instance as a backup holds it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from operations.backups import occupied, restore, this_instance
from operations.commands import RootCommand, add_yes


class Command(RootCommand):
    """Restores an instance on SQLite."""

    help = "Replace this instance's content with a backup's (SQLite)."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to restore."""
        parser.add_argument("file", metavar="FILE", type=Path)
        add_yes(parser)
        super().add_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """What was restored."""
        instance = this_instance()
        if reason := occupied(instance):
            self.confirm(f"{reason}: everything in it will be replaced.", yes=options["yes"])
        done = restore(options["file"].absolute(), instance)
        return done._asdict()

    def text(self, entry: dict[str, Any]) -> str:
        """What was restored, and what to do next."""
        key = (
            "its secret key" if entry["with_key"] else "no secret key (this instance keeps its own)"
        )
        return (
            f"Restored the state of {entry['made_at']:%Y-%m-%d %H:%M:%S} UTC with "
            f"{entry['images']} images and {key}.\nRestart the server, then run manage.py doctor."
        )

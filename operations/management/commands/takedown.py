"""`manage.py takedown EVENT_ID`: hides an event from everybody but its organizers."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from comments.domain.takedown import take_down
from operations.commands import RootCommand, uuid_argument


class Command(RootCommand):
    """Takes an event down; `manage.py restore_event` brings it back."""

    help = "Take an event down: nobody but its organizers sees it, and its mail stops."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which event, and why."""
        parser.add_argument("event_id", metavar="EVENT_ID", type=uuid_argument)
        parser.add_argument("--reason", default="", help="Why. The organizers read it.")
        super().add_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """The event's id and state."""
        take_down(event_id=options["event_id"], reason=options["reason"])
        return {"event_id": options["event_id"], "state": "taken down"}

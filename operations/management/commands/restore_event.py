"""`manage.py restore_event EVENT_ID`: shows an event again that was taken down."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from comments.domain.takedown import bring_back
from operations.commands import RootCommand, uuid_argument


class Command(RootCommand):
    """Brings an event back that `manage.py takedown` hid. Backups: `manage.py restore`."""

    help = "Bring an event back that was taken down."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which event."""
        parser.add_argument("event_id", metavar="EVENT_ID", type=uuid_argument)
        super().add_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """The event's id and state."""
        bring_back(event_id=options["event_id"])
        return {"event_id": options["event_id"], "state": "shown"}

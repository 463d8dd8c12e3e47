"""`manage.py purge`: removes what has been kept for long enough."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from operations.commands import RootCommand
from operations.retention import purge

_SAID = {
    "anonymised_rsvps": "RSVPs anonymised",
    "deleted_events": "events deleted",
    "deleted_rsvps": "RSVPs deleted with them",
    "deleted_tasks": "finished tasks deleted",
    "deleted_mail_records": "records of mails sent deleted",
    "deleted_responses": "responses kept for retries deleted",
    "deleted_changes": "changes deleted that the feed no longer tells",
    "deleted_images": "unused images deleted",
    "forgotten_devices": "browsers forgotten that nobody used",
    "deleted_kept_events": "entries of My events deleted that are long over",
    "deleted_imported_tokens": "links of other servers forgotten that open nothing any more",
}


class Command(RootCommand):
    """Counts what RETAIN_RSVP_DAYS and RETAIN_EVENT_DAYS no longer keep; removes it with --yes."""

    help = (
        "Anonymise the guests of past events (RETAIN_RSVP_DAYS), delete older events "
        "(RETAIN_EVENT_DAYS) and remove unused images. Without --yes it only counts them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How far to go."""
        parser.add_argument(
            "--mode",
            choices=["anonymise", "delete"],
            help="Only anonymise guests, or only delete events. Default: both.",
        )
        parser.add_argument("--yes", action="store_true", help="Really remove them.")
        super().add_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """How many of each kind."""
        purged = purge(
            now=timezone.now(),
            anonymise=options["mode"] != "delete",
            delete=options["mode"] != "anonymise",
            dry_run=not options["yes"],
        )
        return {"dry_run": not options["yes"], **purged._asdict()}

    def text(self, entry: dict[str, Any]) -> str:
        """A line for each kind."""
        lines = [f"{entry[name]:>8}  {words}" for name, words in _SAID.items()]
        if entry["dry_run"]:
            lines.append("Nothing was removed. Run again with --yes to remove this.")
        return "\n".join(lines)

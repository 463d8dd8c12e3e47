"""`manage.py recount`: counters against the RSVPs they count."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from operations.commands import RootCommand, uuid_argument
from operations.recount import find_differences


class Command(RootCommand):
    """Compares every counter of events and tiers with the RSVPs; corrects them with --fix."""

    help = "Compare the counters of events and tiers with their RSVPs. Exit code 1 if any differ."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to compare."""
        parser.add_argument(
            "--event", metavar="ID", type=uuid_argument, help="Only this event and its tiers."
        )
        parser.add_argument("--fix", action="store_true", help="Correct the counters that differ.")
        super().add_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """The differences found, and whether they were corrected."""
        found = find_differences(event_id=options["event"], fix=options["fix"])
        return {
            "differences": [difference._asdict() for difference in found],
            "fixed": bool(found) and options["fix"],
        }

    def text(self, entry: dict[str, Any]) -> str:
        """A line for each difference."""
        if not entry["differences"]:
            return "Every counter matches its RSVPs."
        return "\n".join(
            f"event {each['event_id']}"
            + (f"  tier {each['tier_id']}" if each["tier_id"] else "")
            + f"  {each['counter']}  stored {each['stored']}  true {each['true']}"
            + ("  fixed" if entry["fixed"] else "")
            for each in entry["differences"]
        )

    def complaint(self, result: dict[str, Any]) -> str | None:
        """Differences that remain."""
        if not result["differences"] or result["fixed"]:
            return None
        return f"{len(result['differences'])} counters differ: run again with --fix."

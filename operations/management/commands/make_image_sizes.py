"""`manage.py make_image_sizes`: the smaller files of images that have none yet."""

from __future__ import annotations

from typing import Any

from operations.commands import RootCommand
from operations.image_sizes import make_missing_sizes


class Command(RootCommand):
    """Makes the sizes that pages show of images that were uploaded before there were any."""

    help = "Make the smaller files of uploaded images that have none. Can be run again at any time."

    def work(self, **options: Any) -> dict[str, Any]:
        """How many images got theirs, and which files could not be read."""
        return make_missing_sizes()._asdict()

    def text(self, entry: dict[str, Any]) -> str:
        """What was done, on one line, and a line for each file that could not be read."""
        lines = [f"Images that got their sizes: {entry['made']}"]
        lines += [f"cannot be read: {name}" for name in entry["unreadable"]]
        return "\n".join(lines)

    def complaint(self, result: dict[str, Any]) -> str | None:
        """Files that could not be read."""
        if not result["unreadable"]:
            return None
        return f"{len(result['unreadable'])} images could not be read; their pages show the file."

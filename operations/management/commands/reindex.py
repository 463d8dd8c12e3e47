"""`manage.py reindex`: the search index and other derived columns, made anew from the rows."""

from __future__ import annotations

from typing import Any

from operations.commands import RootCommand, draw_progress
from operations.reindex import reindex

_SAID = {
    "search": "search entries",
    "cohosts": "lists of co-hosts",
    "reminders": "next reminders",
    "counters": "counters",
}


class Command(RootCommand):
    """Compares the search index and every derived column with the rows, and corrects them."""

    help = "Make the search index, counters and other derived columns anew from the rows."

    def work(self, **options: Any) -> dict[str, Any]:
        """How many events there are, and how many of each were wrong."""
        watched = self.stdout.isatty() and not options["json"]
        return reindex(*[self._progress] if watched else [])._asdict()

    def text(self, entry: dict[str, Any]) -> str:
        """What was wrong, or that nothing was."""
        wrong = [f"{entry[name]} {said}" for name, said in _SAID.items() if entry[name]]
        if entry["index_rebuilt"]:
            wrong.append("the full-text table as a whole")
        corrected = f"Corrected: {', '.join(wrong)}." if wrong else "Nothing was out of step."
        return f"{entry['events']} events. {corrected}"

    def _progress(self, done: int, of: int) -> None:
        draw_progress(self.stdout, done, of, "events")

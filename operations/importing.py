"""What the importers share: a report of what was left out, and how their commands speak of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.management.base import CommandParser

from access.sentences import one_line
from config.errors import Invalid
from config.text import text_problem
from operations.commands import RootCommand, draw_progress, several

# Told (done, of).
Progress = Callable[[int, int], None]
# How many of each kind are named; the others are counted.
_EXAMPLES = 5
# Singulars that are not the plural without its s.
_ONE = {"entries": "entry"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Left(NamedTuple):
    """Something that was left out or taken over otherwise: what it is, why, how often that was, and
    the first few by name."""

    what: str
    why: str
    number: int
    examples: list[str]


class Report:
    """Collects notes, and holds few of them however many there are."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], int] = {}
        self._examples: dict[tuple[str, str], list[str]] = {}

    def note(self, what: str, which: object, why: str, *, number: int = 1) -> None:
        """``which`` is left out or changed, because ``why``: a sentence."""
        key = (what, why)
        self._numbers[key] = self._numbers.get(key, 0) + number
        examples = self._examples.setdefault(key, [])
        if len(examples) < _EXAMPLES:
            examples.append(str(which))

    def refused(self, what: str, which: object, problem: Invalid) -> None:
        """``which`` is left out, because its fields are not what they must be."""
        self.note(what, which, f"Left out: {one_line(problem)}")

    def fit(
        self,
        what: str,
        which: object,
        field: str,
        text: str,
        limit: int,
        *,
        multiline: bool = False,
    ) -> str:
        """The text as it can be stored: trimmed, without control characters, at most ``limit``
        long. Notes what is lost."""
        fitting = unicodedata.normalize("NFC", text)
        fitting = fitting.replace("\r\n", "\n").replace("\r", "\n").strip()
        if not multiline:
            fitting = fitting.replace("\n", " ").replace("\t", " ")
        if text_problem(fitting, multiline=multiline):
            fitting = _CONTROL.sub("", fitting)
            self.note(what, which, f"Without the control characters of its {field}.")
        if len(fitting) > limit:
            fitting = fitting[:limit].rstrip()
            self.note(what, which, f"Its {field} is cut to {limit} characters.")
        return fitting

    @property
    def left(self) -> list[Left]:
        """All notes, in the order in which their kinds came up."""
        return [Left(*key, number, self._examples[key]) for key, number in self._numbers.items()]


class ImportCommand(RootCommand):
    """A command that loads something: ``--dry-run``, a bar on a terminal, and in the result
    ``left``, the notes of a Report."""

    # What the bar counts.
    counts = ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds ``--dry-run``."""
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would be imported; write nothing."
        )
        super().add_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """What ``load`` says, with its notes as dictionaries."""
        done = self.load(options)._asdict()
        left = [each._asdict() for each in done["left"]]
        return {"dry_run": options["dry_run"], **done, "left": left}

    def load(self, options: dict[str, Any]) -> Any:
        """What was imported: a named tuple with numbers, and ``left``, the notes of a Report;
        written by each."""
        raise NotImplementedError

    def progress(self, options: dict[str, Any]) -> Progress:
        """What draws the bar, where somebody watches."""
        if options["json"] or not self.stdout.isatty():
            return lambda done, of: None
        return lambda done, of: draw_progress(self.stdout, done, of, self.counts)

    def text(self, entry: dict[str, Any]) -> str:
        """A first line, and a line for each note."""
        lines = [self.summary(entry)]
        for left in entry["left"]:
            more = ", …" if left["number"] > len(left["examples"]) else ""
            named = f"{', '.join(left['examples'])}{more}"
            one = _ONE.get(left["what"], left["what"].removesuffix("s"))
            number = several(left["number"], one, left["what"])
            lines.append(f"{number}: {left['why']} ({named})")
        if entry["dry_run"]:
            lines.append("Nothing was written. Run again without --dry-run to import this.")
        return "\n".join(lines)

    def summary(self, entry: dict[str, Any]) -> str:
        """What was imported, in one line; written by each."""
        raise NotImplementedError

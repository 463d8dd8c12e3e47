"""What the root admin's commands share: ``--json``, refusals as errors with an exit code, and
asking before anything is deleted."""

from __future__ import annotations

import argparse
import sys
from typing import Any
from uuid import UUID

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper
from django.utils.translation import override

from access.sentences import one_line
from config.errors import DomainError

# What fits every database's LIMIT and OFFSET.
_LARGEST_COUNT = 2**31 - 1
_WIDTH = 40


def several(number: int, one: str, many: str = "") -> str:
    """``1 task``, ``2 tasks``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


class RootCommand(BaseCommand):
    """A command that does its work in ``work()`` and prints what that returns.

    ``work`` returns a dict or a list of dicts. Without ``--json`` each is printed by ``text()``.
    A domain refusal becomes one line on standard error and exit code 1; so does what
    ``complaint()`` finds in the result, after the result is printed.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds ``--json`` to the command's own arguments."""
        parser.add_argument("--json", action="store_true", help="Print JSON instead of text.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs work() and prints its result."""
        # Whoever runs the instance reads English, whatever language its guests speak.
        with override("en"):
            try:
                result = self.work(**options)
            except DomainError as problem:
                raise CommandError(one_line(problem)) from None
        if options["json"]:
            self.stdout.write(orjson.dumps(result, option=orjson.OPT_UTC_Z).decode())
        else:
            for entry in result if isinstance(result, list) else [result]:
                self.stdout.write(self.text(entry))
        if complaint := self.complaint(result):
            raise CommandError(complaint)

    def work(self, **options: Any) -> Any:
        """What the command does; overridden by each."""
        raise NotImplementedError

    def text(self, entry: dict[str, Any]) -> str:
        """One result as a line for a person."""
        return "  ".join(str(value) for value in entry.values() if value not in (None, ""))

    def complaint(self, result: Any) -> str | None:
        """Why the command fails although it did its work; None when all went well."""
        return None

    def confirm(self, question: str, *, yes: bool) -> None:
        """Asks on standard error unless ``yes``. Raises CommandError for anything but "yes"."""
        if yes:
            return
        self.stderr.write(f"{question} Type yes to continue: ", self.style.WARNING, ending="")
        self.stderr.flush()
        if sys.stdin.readline().strip().lower() != "yes":
            raise CommandError("Nothing was done.")


def add_yes(parser: CommandParser) -> None:
    """``--yes``, for commands that ask first."""
    parser.add_argument("--yes", action="store_true", help="Do not ask for confirmation.")


def add_page(parser: CommandParser) -> None:
    """``--limit`` and ``--offset``, for commands that list."""
    parser.add_argument(
        "--limit", type=_count, default=50, help="How many to list at most; default 50."
    )
    parser.add_argument("--offset", type=_count, default=0, help="How many to skip; default 0.")


def uuid_argument(text: str) -> UUID:
    """An id on the command line."""
    try:
        return UUID(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a valid id") from None


def draw_progress(out: OutputWrapper, done: int, of: int, what: str) -> None:
    """A bar on a terminal, drawn over the last one: how many of what are done."""
    part = done / of if of else 1
    bar = "#" * round(part * _WIDTH)
    out.write(f"\r[{bar:<{_WIDTH}}] {part:4.0%} {done} {what}", ending="\n" if part == 1 else "")
    out.flush()


def _count(text: str) -> int:
    try:
        count = int(text)
    except ValueError:
        count = -1
    if not 0 <= count <= _LARGEST_COUNT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 0 or more")
    return count

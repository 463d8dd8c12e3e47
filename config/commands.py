"""What the root admin's commands share: ``--json``, and refusals as errors with an exit code."""

from __future__ import annotations

from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.errors import DomainError, said


class RootCommand(BaseCommand):
    """A command whose work is ``work()``; it prints what that returns.

    ``work`` returns a dict or a list of dicts. Without ``--json`` each is printed as ``text()``
    puts it. A domain refusal becomes one line on standard error and exit code 1.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds ``--json`` to the command's own."""
        parser.add_argument("--json", action="store_true", help="Print JSON instead of text.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs work() and prints its result."""
        try:
            result = self.work(**options)
        except DomainError as problem:
            raise CommandError(said(problem)) from None
        if options["json"]:
            self.stdout.write(orjson.dumps(result, option=orjson.OPT_UTC_Z).decode())
            return
        for entry in result if isinstance(result, list) else [result]:
            self.stdout.write(self.text(entry))

    def work(self, **options: Any) -> Any:
        """What the command does; overridden by each."""
        raise NotImplementedError

    def text(self, entry: dict[str, Any]) -> str:
        """One result as a line for a person."""
        return "  ".join(str(value) for value in entry.values() if value not in (None, ""))

"""`manage.py backup FILE`: the whole instance in one file, while it is in use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from operations.backups import back_up, this_instance
from operations.commands import RootCommand


class Command(RootCommand):
    """Backs up an instance on SQLite."""

    help = "Write database and images to one file (SQLite). The server may go on meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and what."""
        parser.add_argument(
            "file", metavar="FILE", type=Path, help="A folder gets a file named by the time."
        )
        parser.add_argument(
            "--with-key",
            action="store_true",
            help="Put the secret key in too: whoever has it can open every link.",
        )
        parser.add_argument(
            "--replace", action="store_true", help="Take the place of an older backup."
        )
        super().add_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """Where the backup is, and what is in it."""
        now = timezone.now()
        target = options["file"].absolute()
        if target.is_dir():
            target /= f"convene-{now:%Y%m%d-%H%M%S}.zip"
        made = back_up(
            this_instance(),
            target,
            now=now,
            with_key=options["with_key"],
            replace=options["replace"],
        )
        return made._asdict() | {"file": str(made.file)}

    def text(self, entry: dict[str, Any]) -> str:
        """One line, and a word on the key when it is not in there."""
        size = f"{entry['bytes'] / 1024**2:.1f} MB, {entry['images']} images"
        key = "with" if entry["with_key"] else "without"
        return f"{entry['file']}  {size}, {key} the secret key"

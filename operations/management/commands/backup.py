"""`manage.py backup FILE`: the whole instance in one file, while it is running."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from operations.backups import back_up, this_instance
from operations.commands import RootCommand


class Command(RootCommand):
    """Backs up an instance on SQLite."""

    help = "Write the database and the images to one file (SQLite). The server may keep running."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to write, and what to include."""
        parser.add_argument(
            "file",
            metavar="FILE",
            type=Path,
            help="If this is a folder, the file in it is named after the time.",
        )
        parser.add_argument(
            "--with-key",
            action="store_true",
            help="Include the secret key: anyone who has it can open every link.",
        )
        parser.add_argument(
            "--replace", action="store_true", help="Overwrite an older backup of that name."
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
        """One line: where it is, its size, and whether the key is in it."""
        size = f"{entry['bytes'] / 1024**2:.1f} MB, {entry['images']} images"
        key = "with" if entry["with_key"] else "without"
        return f"{entry['file']}  {size}, {key} the secret key"

"""`manage.py doctor`: is the instance healthy?"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.management.base import CommandParser

from operations.commands import RootCommand
from operations.doctor import configuration, stored, surroundings
from operations.doctor.findings import Check, examine

CHECKS: dict[str, Check] = {
    "migrations": surroundings.check_migrations,
    "clock": surroundings.check_clock,
    "seats": stored.check_seats,
    "counters": stored.check_counters,
    "search": stored.check_search,
    "reports": stored.check_reports,
    "waitlists": stored.check_waitlists,
    "series": stored.check_series,
    "files": stored.check_files,
    "writable": surroundings.check_writable,
    "space": surroundings.check_space,
    "privacy": surroundings.check_privacy,
    "keys": configuration.check_keys,
    "debug": configuration.check_debug,
    "https": configuration.check_https,
    "strangers": configuration.check_strangers,
    "mail": surroundings.check_mail,
    "undelivered": surroundings.check_undelivered,
    "worker": surroundings.check_worker,
    "failed_tasks": surroundings.check_failed_tasks,
    "backup": surroundings.check_backup,
}


class Command(RootCommand):
    """Runs every check; the exit code is 1 if any of them finds an error."""

    help = "Check the instance: database, counters, files, keys, HTTPS, mail and backups."
    # Django's own checks would stop the command before ours can report.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds the address to try mail with."""
        super().add_arguments(parser)
        parser.add_argument("--mail", metavar="ADDRESS", help="Send one real mail there, too.")

    def work(self, **options: Any) -> list[dict[str, Any]]:
        """One entry for each check: check, status (ok, warning, error) and said."""
        trial = partial(surroundings.try_mail, options["mail"])
        checks = CHECKS | ({"trial_mail": trial} if options["mail"] else {})
        return [finding._asdict() for finding in examine(checks)]

    def text(self, entry: dict[str, Any]) -> str:
        """A line for each check."""
        styles = {"ok": "SUCCESS", "warning": "WARNING", "error": "ERROR"}
        paint = getattr(self.style, styles[entry["status"]])
        return f"{paint(entry['status'].ljust(8))} {entry['check']:<13}{entry['said']}"

    def complaint(self, result: list[dict[str, Any]]) -> str | None:
        """The names of the checks that found an error."""
        wrong = [entry["check"] for entry in result if entry["status"] == "error"]
        return f"Checks that failed: {', '.join(wrong)}." if wrong else None

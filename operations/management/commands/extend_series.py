"""`manage.py extend_series`: the occurrences of series that are due."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from config.errors import NotFound
from events.domain.series import extend_all, extend_series
from events.models import Series
from operations.commands import RootCommand, uuid_argument


class Command(RootCommand):
    """Makes what the worker makes by itself."""

    help = "Make the next occurrences of every series, or of one. The worker does so by itself."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which series."""
        parser.add_argument("--series", metavar="ID", type=uuid_argument, help="Only this one.")
        super().add_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """How many events were made."""
        now, series_id = timezone.now(), options["series"]
        if series_id is None:
            return {"made": extend_all(now)}
        if not Series.objects.filter(pk=series_id).exists():
            raise NotFound("series_not_found")
        return {"made": extend_series(series_id, now)}

    def text(self, entry: dict[str, Any]) -> str:
        """One line."""
        return f"Occurrences made: {entry['made']}."

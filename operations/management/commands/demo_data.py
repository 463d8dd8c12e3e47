"""`manage.py demo_data --events N --rsvps M`: fill the instance with made-up events."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.domain.tokens import mint
from accounts.enums import LinkRole, TokenKind
from config.links import site_url
from events.addresses import link_url
from operations.commands import RootCommand, draw_progress
from operations.demo import make_demo


class Command(RootCommand):
    """Fills the instance with demo data."""

    help = "Create made-up tenants, channels, events and RSVPs; the same seed gives the same data."

    def add_arguments(self, parser: CommandParser) -> None:
        """How much to create."""
        parser.add_argument("--events", type=int, default=200)
        parser.add_argument("--rsvps", type=int, default=4_000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--yes", action="store_true", help="Do it even if the instance already holds data."
        )
        super().add_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """How much was created, how long it took, and the first event's organizer link."""
        watched = self.stdout.isatty() and not options["json"]
        began = time.monotonic()
        made = make_demo(
            events=options["events"],
            rsvps=options["rsvps"],
            seed=options["seed"],
            now=timezone.now(),
            beside=options["yes"],
            **({"progress": self._progress} if watched else {}),
        )
        token = mint(TokenKind.EVENT_LINK, made.link_id, 1)
        return {
            "events": made.events,
            "rsvps": made.rsvps,
            "seconds": round(time.monotonic() - began, 1),
            "url": link_url(site_url(), made.event_id, LinkRole.OWNER, token),
        }

    def text(self, entry: dict[str, Any]) -> str:
        """What was created, and a link to try it out."""
        made = f"{entry['events']} events with {entry['rsvps']} RSVPs"
        return (
            f"Created {made} in {entry['seconds']} s.\n"
            f"Organizer page of the first event: {entry['url']}"
        )

    def _progress(self, done: int, of: int) -> None:
        draw_progress(self.stdout, done, of, "RSVPs")

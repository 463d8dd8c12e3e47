"""`manage.py demo_data --events N --rsvps M`: an instance full of made-up events."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.domain.tokens import mint
from accounts.enums import LinkRole, TokenKind
from config.links import site_url
from events.addresses import link_url
from operations.commands import RootCommand
from operations.demo import make_demo

_WIDTH = 40


class Command(RootCommand):
    """Fills the instance for a look around."""

    help = "Make up organisations, channels, events and RSVPs; the same ones for the same seed."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many."""
        parser.add_argument("--events", type=int, default=200)
        parser.add_argument("--rsvps", type=int, default=4_000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--yes", action="store_true", help="Also on an instance that holds data."
        )
        super().add_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """How much was made, in how many seconds, and the first event's owner link."""
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
        """What was made, and a way in."""
        return (
            f"Made {entry['events']} events with {entry['rsvps']} RSVPs in {entry['seconds']} s.\n"
            f"The organizer's page of one: {entry['url']}"
        )

    def _progress(self, done: int, of: int) -> None:
        part = done / of if of else 1
        bar = "#" * round(part * _WIDTH)
        end = "\n" if part == 1 else ""
        self.stdout.write(f"\r[{bar:<{_WIDTH}}] {part:4.0%} {done} RSVPs", ending=end)
        self.stdout.flush()

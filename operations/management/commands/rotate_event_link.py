"""`manage.py rotate_event_link EVENT_ID`: a new key to an event whose link is lost."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.enums import LinkRole
from config.links import site_url
from events.addresses import link_url
from events.domain.links import make_link, only_link, rotate_link
from operations.commands import RootCommand, uuid_argument


class Command(RootCommand):
    """Rotates one of an event's links, or makes another one, and prints it, once."""

    help = "Replace one of an event's links and print the new one. The old one stops working."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which link."""
        parser.add_argument("event_id", metavar="EVENT_ID", type=uuid_argument)
        parser.add_argument(
            "--role",
            choices=LinkRole.values,
            default=LinkRole.OWNER.value,
            help="The event's only link with this role. Default: owner, the organizer link.",
        )
        which = parser.add_mutually_exclusive_group()
        which.add_argument(
            "--link", metavar="ID", type=uuid_argument, help="Replace this link, whatever its role."
        )
        which.add_argument(
            "--new", metavar="LABEL", help="Make another link instead, with this label."
        )
        super().add_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """The link's id and role, and its new address."""
        event_id, role = options["event_id"], LinkRole(options["role"])
        if options["new"] is not None:
            link = make_link(event_id=event_id, role=role, label=options["new"])
        else:
            link_id = options["link"] or only_link(event_id=event_id, role=role)
            link = rotate_link(event_id=event_id, link_id=link_id)
        return {
            "event_id": event_id,
            "link_id": link.id,
            "role": link.role.value,
            "url": link_url(site_url(), event_id, link.role, link.token),
        }

    def text(self, entry: dict[str, Any]) -> str:
        """The address alone, so that a shell can catch it."""
        return str(entry["url"])

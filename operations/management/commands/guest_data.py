"""`manage.py guest_data EMAIL`: what is held about one e-mail address, and its end."""

from __future__ import annotations

from typing import Any

import orjson
from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.domain.actors import Actor
from accounts.domain.tenants import tenant_by_slug
from notify.domain.people import data_of, erase_person
from operations.commands import RootCommand, add_yes

_SAID = {
    "rsvps": "RSVPs made anonymous",
    "messages": "messages blanked",
    "comments": "comments deleted",
    "invitations": "invitations deleted",
    "hosted_events": "events left without their host's name and address",
    "links": "links left without their holder's name and address",
    "reports": "reports blanked",
    "mails": "records of mails blanked, and not sent if they still wait",
}


class Command(RootCommand):
    """Prints everything held about an e-mail address as JSON, or erases it."""

    help = (
        "Print everything that is held about an e-mail address as JSON. With --erase, say what "
        "would be erased, ask, and erase it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose data, and what to do with it."""
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument(
            "--tenant", metavar="SLUG", help="Only what is on events of this tenant."
        )
        parser.add_argument("--erase", action="store_true", help="Erase it instead of printing it.")
        add_yes(parser)
        super().add_arguments(parser)

    def work(self, **options: Any) -> dict[str, Any]:
        """The data; with --erase how much of each kind was erased."""
        actor = Actor(is_root=True)
        if options["tenant"]:
            actor = Actor(staff_of=tenant_by_slug(options["tenant"]).pk)
        if not options["erase"]:
            return data_of(actor, options["email"], timezone.now())
        if not options["yes"]:
            preview = erase_person(actor, options["email"], dry_run=True)
            self.stderr.write(_lines(preview._asdict()))
        self.confirm("Erase this for good?", yes=options["yes"])
        return {"erased": erase_person(actor, options["email"])._asdict()}

    def text(self, entry: dict[str, Any]) -> str:
        """Indented JSON, or a line for each kind."""
        if "erased" in entry:
            return _lines(entry["erased"])
        return orjson.dumps(entry, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z).decode()


def _lines(held: dict[str, Any]) -> str:
    lines = [f"{held[name]:>8}  {words}" for name, words in _SAID.items()]
    if held["account"]:
        lines.append("       1  account deleted")
    if held["account_stays"]:
        lines.append("The account stays: its person is an organizer. Delete it in the admin.")
    return "\n".join(lines)

"""`manage.py root_events`: every event of the instance, and the end of one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.domain.tenants import tenant_by_slug
from channels.domain.rooms import channel_by_slug
from comments.domain.erasing import delete_event
from config.errors import NotFound
from config.text import clean_text
from events import limits
from events.domain.times import status_of
from events.enums import Status
from events.models import Event
from events.querysets import EventQuerySet
from operations.commands import RootCommand, add_page, add_yes, uuid_argument


class Command(RootCommand):
    """Lists events by start, including private ones; deletes one."""

    help = "List and search all events, or delete one for good."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which events."""
        parser.add_argument(
            "--search", metavar="TEXT", help="Only events that search finds by these words."
        )
        parser.add_argument("--tenant", metavar="SLUG", help="Only events of this tenant.")
        parser.add_argument("--channel", metavar="SLUG", help="Only events in this channel.")
        parser.add_argument("--status", choices=Status.values)
        parser.add_argument(
            "--delete",
            metavar="ID",
            type=uuid_argument,
            help="Erase this event with its RSVPs, messages and comments.",
        )
        add_page(parser)
        add_yes(parser)
        super().add_arguments(parser)

    def work(self, **options: Any) -> Any:
        """One entry for each event; with --delete one for the event that was deleted."""
        if options["delete"] is not None:
            return self._delete(**options)
        now = timezone.now()
        events = self._chosen(options).order_by("start_time", "id")
        start = options["offset"]
        page = events.select_related("tenant", "channel")[start : start + options["limit"]]
        return [
            {
                "id": event.id,
                "status": status_of(event, now).value,
                "start_time": event.start_time,
                "title": event.title,
                "tenant": event.tenant.slug if event.tenant else None,
                "channel": event.channel.slug if event.channel else None,
                "is_private": event.is_private,
                "seats_taken": event.seats_taken,
                "capacity": event.capacity,
                "pending_count": event.pending_count,
                "waitlisted_count": event.waitlisted_count,
                "created_at": event.created_at,
            }
            for event in page
        ]

    def text(self, entry: dict[str, Any]) -> str:
        """id, status, start, seats and title."""
        if "rsvps" in entry:
            return f"Deleted {entry['title']} ({entry['id']}) with {entry['rsvps']} RSVPs."
        seats = f"{entry['seats_taken']}/{entry['capacity'] or '-'}"
        start = f"{entry['start_time']:%Y-%m-%d %H:%M}"
        return f"{entry['id']}  {entry['status']:<9}  {start}  {seats:>7}  {entry['title']}"

    def _chosen(self, options: dict[str, Any]) -> EventQuerySet:
        events: EventQuerySet = Event.objects.all()
        if options["search"]:
            words = clean_text(options["search"], field="search", limit=limits.TITLE)
            events = events.matching(words)
        if options["tenant"]:
            events = events.for_tenant(tenant_by_slug(options["tenant"]).pk)
        if options["channel"]:
            events = events.in_channel(channel_by_slug(options["channel"]).pk)
        if options["status"]:
            events = events.with_status(options["status"], timezone.now())
        return events

    def _delete(self, **options: Any) -> dict[str, Any]:
        event = Event.objects.filter(pk=options["delete"]).first()
        if event is None:
            raise NotFound("event_not_found")
        rsvps = event.rsvps.count()
        question = f"Erase {event.title!r} with {rsvps} RSVPs for good?"
        self.confirm(question, yes=options["yes"])
        delete_event(event_id=event.id)
        return {"id": event.id, "title": event.title, "rsvps": rsvps}

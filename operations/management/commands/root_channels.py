"""`manage.py root_channels`: every channel of the instance, and the end of one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.db.models import Count

from accounts.domain.tenants import tenant_by_slug
from channels import limits
from channels.enums import Visibility
from channels.models import Channel, ChannelQuerySet
from config.errors import NotFound
from config.text import clean_text
from events.domain.channel_changes import delete_channel
from events.models import Event
from operations.commands import RootCommand, add_page, add_yes, uuid_argument


class Command(RootCommand):
    """Lists channels by name, including private ones; deletes one."""

    help = "List and search all channels, or delete one. Its events stay, without a channel."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which channels."""
        parser.add_argument(
            "--search", metavar="TEXT", help="Only channels with this in their name."
        )
        parser.add_argument("--tenant", metavar="SLUG", help="Only channels of this tenant.")
        parser.add_argument("--visibility", choices=Visibility.values)
        parser.add_argument(
            "--delete",
            metavar="ID",
            type=uuid_argument,
            help="Delete this channel and the API keys limited to it.",
        )
        add_page(parser)
        add_yes(parser)
        super().add_arguments(parser)

    def work(self, **options: Any) -> Any:
        """One entry for each channel; with --delete one for the channel that was deleted."""
        if options["delete"] is not None:
            return self._delete(**options)
        start = options["offset"]
        channels = self._chosen(options).select_related("tenant").order_by("name", "id")
        page = list(channels[start : start + options["limit"]])
        counted = Event.objects.filter(channel__in=page).order_by().values_list("channel_id")
        events = dict(counted.annotate(Count("id")))
        return [
            {
                "id": channel.id,
                "visibility": channel.visibility,
                "events": events.get(channel.id, 0),
                "slug": channel.slug,
                "name": channel.name,
                "tenant": channel.tenant.slug if channel.tenant else None,
                "created_at": channel.created_at,
                "last_used_at": channel.last_used_at,
            }
            for channel in page
        ]

    def text(self, entry: dict[str, Any]) -> str:
        """id, visibility, number of events, slug and name."""
        if "keys_ended" in entry:
            return (
                f"Deleted {entry['name']} ({entry['id']}). Events without a channel now: "
                f"{entry['events_left']}. API keys deleted: {entry['keys_ended']}."
            )
        counted = f"{entry['visibility']:<7}  {entry['events']:>5}"
        return f"{entry['id']}  {counted}  {entry['slug']}  {entry['name']}"

    def _chosen(self, options: dict[str, Any]) -> ChannelQuerySet:
        channels: ChannelQuerySet = Channel.objects.all()
        if options["search"]:
            words = clean_text(options["search"], field="search", limit=limits.NAME)
            channels = channels.matching(words)
        if options["tenant"]:
            channels = channels.filter(tenant=tenant_by_slug(options["tenant"]))
        if options["visibility"]:
            channels = channels.filter(visibility=options["visibility"])
        return channels

    def _delete(self, **options: Any) -> dict[str, Any]:
        channel = Channel.objects.filter(pk=options["delete"]).first()
        if channel is None:
            raise NotFound("channel_not_found")
        events, keys = channel.events.count(), channel.api_keys.count()
        question = f"Delete {channel.name!r} with {events} events in it and {keys} API keys?"
        self.confirm(question, yes=options["yes"])
        done = delete_channel(channel_id=channel.id)
        return {
            "id": channel.id,
            "name": channel.name,
            "events_left": done.events,
            "keys_ended": done.keys,
        }
